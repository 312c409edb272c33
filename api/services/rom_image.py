"""An image of a read-only file system that MicroPython mounts from memory, its ROMFS.

Modules are imported from where they lie in it: there is nothing to unpack, and their bytecode is
not copied. The format is that of MicroPython's extmod/vfs_rom.c.
"""

from collections.abc import Mapping

HEADER = b"\xd2\xcd\x31"
VERBATIM, FOLDER, FILE = 2, 4, 5
"""Kinds of records: a file's content, and what has a name."""


def rom_image(files: Mapping[str, bytes]) -> bytes:
    """Of files by their paths, with / between folders; equal files give equal bytes."""
    content = _folder([(path.split("/"), content) for path, content in sorted(files.items())])
    size = _number(len(content))
    if (len(HEADER) + len(size) + len(content)) % 2:
        size = b"\x80" + size  # its length in all has to be even
    return HEADER + size + content


def _folder(files: list[tuple[list[str], bytes]]) -> bytes:
    folders: dict[str, list[tuple[list[str], bytes]]] = {}
    records = []
    for (name, *rest), content in files:
        if rest:
            folders.setdefault(name, []).append((rest, content))
        else:
            records.append(_named(FILE, name, _record(VERBATIM, content)))
    records += [_named(FOLDER, name, _folder(inside)) for name, inside in folders.items()]
    return b"".join(records)


def _named(kind: int, name: str, content: bytes) -> bytes:
    encoded = name.encode()
    return _record(kind, _number(len(encoded)) + encoded + content)


def _record(kind: int, content: bytes) -> bytes:
    return _number(kind) + _number(len(content)) + content


def _number(value: int) -> bytes:
    """Seven bits a byte, the highest first; all but the last have the highest bit set."""
    encoded = [value & 0x7F]
    while value := value >> 7:
        encoded.insert(0, 0x80 | value & 0x7F)
    return bytes(encoded)
