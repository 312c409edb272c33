"""Lets MicroPython find the page's modules, and starts them. No Python runs on the page before it.

The server packs them, compiled, into images of a read-only file system
(api/services/page_images.py): so there are two requests instead of two hundred, and nothing to
compile or to unpack. PyScript puts the first image at ./page.bin; kit/web/modules.py fetches the
second.
"""

import os
import sys

import vfs

# It has to stay: the modules' bytecode is not copied out of it.
image = bytearray(os.stat("page.bin")[6])
with open("page.bin", "rb") as file:
    file.readinto(image)
vfs.mount(vfs.VfsRom(image), "/page")
# First, so that no other place is looked in, where each missing file costs an error in JavaScript.
sys.path.insert(0, "/page")

import app.pyscript.main  # noqa: E402, F401 - it could not be found before
