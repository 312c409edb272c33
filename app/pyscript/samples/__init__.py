"""The service's samples: what they are, one of them to look at, and the worker's pool of them."""
