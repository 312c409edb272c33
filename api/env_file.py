"""Restores values of the file .env that honcho does not pass on unchanged.

Honcho, with which `make run` starts the processes, takes every # for the beginning of a comment and
drops spaces: it silently cuts a password in half. Elsewhere, as with systemd and Docker, a comment
has a space before it.
"""

import re
from collections.abc import MutableMapping
from pathlib import Path

ASSIGNMENT = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=([^'\"]*)")
"""Without quotes: quoted values arrive unchanged."""
COMMENT = re.compile(r"\s#")
STARTED_BY_HONCHO = "HONCHO_PROCESS_NAME"


def restore_values(environ: MutableMapping[str, str], path: Path) -> None:
    """Put in the full values where the environment has those that honcho has cut."""
    if STARTED_BY_HONCHO not in environ or not path.is_file():
        return
    from honcho.environ import parse  # noqa: PLC0415 - only where it started us is it there

    for line in path.read_text("utf-8", "replace").splitlines():
        found = ASSIGNMENT.fullmatch(COMMENT.split(line, maxsplit=1)[0])
        if found is None:
            continue
        name, value = found[1], found[2].strip()
        if environ.get(name) == parse(line).get(name) and value:
            environ[name] = value
