"""`digits restore`: puts a copy that `digits backup` made in the place of the database."""

import os
from collections.abc import Sequence
from pathlib import Path

from digits.cli import CommandError, parser, say

EXAMPLES = """\
  digits restore digits-20260930-101500.sqlite"""


def main(arguments: Sequence[str]) -> int:
    options = parser(
        "restore",
        "Put a copy back. Stop the service first. The copy is checked, and the database that was "
        "there is kept beside it.",
        EXAMPLES,
    )
    options.add_argument("file", type=Path, help="what `digits backup` made")
    chosen = options.parse_args(arguments)
    from api.config import SettingsError, read_settings
    from digits.databases import database_file, is_in_use, replace, require_whole

    try:
        target = database_file(read_settings(os.environ).database_url)
    except SettingsError as error:
        raise CommandError(str(error)) from error
    require_whole(chosen.file)
    if is_in_use(target):
        raise CommandError(f"{target} is in use. Stop the service, and try again.")
    former = replace(target, chosen.file)
    say(f"{chosen.file} is in place, as {target}.")
    if former is not None:
        say(f"What was there before is {former}.")
    return 0
