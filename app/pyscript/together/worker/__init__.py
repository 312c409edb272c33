"""The half that runs in the worker."""
