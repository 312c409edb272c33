"""`digits backup`: a whole copy of the database, while the service runs."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from digits.cli import CommandError, parser, say

EXAMPLES = """\
  digits backup                        into a new file here, named after the time
  digits backup /media/stick/a.sqlite"""


def main(arguments: Sequence[str]) -> int:
    options = parser(
        "backup",
        "Copy the published weights, with their history, and the running classes into a new file. "
        "The service may run meanwhile. The copy is checked.",
        EXAMPLES,
    )
    options.add_argument("file", nargs="?", type=Path, help="the new file")
    chosen = options.parse_args(arguments)
    from api.config import SettingsError, read_settings
    from digits.databases import copy, database_file

    try:
        source = database_file(read_settings(os.environ).database_url)
    except SettingsError as error:
        raise CommandError(str(error)) from error
    target = chosen.file or Path(time.strftime("digits-%Y%m%d-%H%M%S.sqlite"))
    copy(source, target)
    say(f"{source} is copied to {target}, {target.stat().st_size:,} bytes, and checked.")
    return 0
