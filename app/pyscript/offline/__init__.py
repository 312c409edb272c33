"""Visits without the server."""
