"""Its half in the worker, on Pyodide."""
