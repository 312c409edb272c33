"""The bridge's half in the worker, on Pyodide."""
