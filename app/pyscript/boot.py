"""Unpacks the page's modules and starts them. It is the first Python that runs on the page.

The server packs the modules into one archive of compiled files (api/services/browser_files.py):
so there is one request instead of twenty, and nothing to compile. PyScript puts the archive at
./page.bin.
"""

import json
import os

import js

# MicroPython looks for two other files before each compiled module. Each missing file makes an
# internal error, and V8 records the stack of every error. Without this line, that would be a tenth
# of the time until the grid is ready.
js.Error.stackTraceLimit = 0

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

import app.pyscript.main  # noqa: E402, F401 - it could not be found before
