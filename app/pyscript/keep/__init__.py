"""Keeping the network in the browser and as files."""
