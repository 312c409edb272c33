"""Unpacks the page's modules and starts them: the first Python that runs, right from the page.

The server packs the modules into one archive of compiled files (api/services/browser_files.py):
one request instead of twenty, and nothing to compile. PyScript puts it at ./page.bin.
"""

import json
import os

with open("page.bin", "rb") as archive:
    folders = set()
    for path, size in json.loads(archive.readline()):
        parts = path.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            if folder not in folders:
                folders.add(folder)
                os.mkdir(folder)
        with open(path, "wb") as module:
            module.write(archive.read(size))

import app.pyscript.main  # noqa: F401 - it could not be found before
