"""The browser: all of the page, with boot.py, that imports js and pyscript."""
