"""The part of reading that runs in the worker, on Pyodide."""
