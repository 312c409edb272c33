"""Keeping the page for visits without the server."""
