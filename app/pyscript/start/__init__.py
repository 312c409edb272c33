"""Starting the worker, and saying how that goes."""
