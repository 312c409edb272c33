"""The part of training that runs in the worker, on Pyodide."""
