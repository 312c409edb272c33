"""The service's samples: their description, a sample on the grid, and the worker's pool."""
