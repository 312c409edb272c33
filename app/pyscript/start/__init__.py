"""Starts the worker, and tells the visitor how that is going."""
