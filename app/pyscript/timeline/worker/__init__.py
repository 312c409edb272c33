"""The part of this feature that runs in the worker, on Pyodide."""
