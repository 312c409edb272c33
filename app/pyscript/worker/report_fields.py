"""What the reports consist of that the worker sends without a call.

Each feature has its own in its worker/reports.py: Report("searching", "Look inside", done=COUNT).
"""

import json
from collections.abc import Callable, Mapping

from app.pyscript.settings import texts as settings_texts
from app.pyscript.settings.checks import fail
from app.pyscript.settings.table import is_number, is_whole


def is_text(value: object) -> bool:
    return isinstance(value, str)


def is_count(value: object) -> bool:
    return is_whole(value) and value >= 0  # type: ignore[operator]


def is_number_or_none(value: object) -> bool:
    return value is None or is_number(value)


def is_flag(value: object) -> bool:
    return isinstance(value, bool)


def is_shares(value: object) -> bool:
    return isinstance(value, list) and len(value) == 10 and all(is_number(each) for each in value)


def is_counts(value: object) -> bool:
    return isinstance(value, list) and len(value) == 10 and all(is_count(each) for each in value)


Field = tuple[Callable[[object], bool], str]
"""The check of a report's field, and the expected value in words."""
COUNT = (is_count, settings_texts.MESSAGE_COUNT)
NUMBER = (is_number, settings_texts.MESSAGE_FINITE)
NUMBER_OR_NONE = (is_number_or_none, settings_texts.MESSAGE_FINITE_OR_NULL)
FLAG = (is_flag, settings_texts.MESSAGE_FLAG)
TEXT = (is_text, settings_texts.MESSAGE_TEXT)
SHARES = (is_shares, settings_texts.MESSAGE_SHARES)
COUNTS = (is_counts, settings_texts.MESSAGE_COUNTS)


class Report:
    """A kind of report. kind: its name for programs, which the page hears; about: what it is about,
    in words for visitors, or empty; fields: those that each such report has."""

    def __init__(self, kind: str, about: str, /, **fields: Field) -> None:
        self.kind = kind
        self._about = about or settings_texts.MESSAGE_REPORT.format(kind=kind)
        self.fields = fields

    def encode(self, fields: Mapping[str, object]) -> str:
        """JSON of "type", the kind, and these fields. Raises MessageError if they are wrong."""
        if fields.keys() != self.fields.keys():
            names = ", ".join(self.fields)
            what = settings_texts.MESSAGE_REPORT.format(kind=self.kind)
            fail(what, settings_texts.MESSAGE_FIELDS.format(names=names), sorted(fields))
        for name, (is_valid, description) in self.fields.items():
            if not is_valid(fields[name]):
                named = settings_texts.MESSAGE_FIELD.format(
                    report=self._about, field=name.replace("_", " ")
                )
                fail(named, description, fields[name])
        return json.dumps({**fields, "type": self.kind})
