"""The browser. Only these modules, boot.py and bridge/workers.py import js and pyscript."""
