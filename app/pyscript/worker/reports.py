"""Sends the worker's reports to the page, and reports its problems.

The other reports are in the features' worker/reports.py.
"""

from collections.abc import Callable, Mapping

from app.pyscript import messages
from app.pyscript.reasons import sentence, unforeseen
from app.pyscript.settings import texts as settings_texts
from app.pyscript.worker.report_fields import TEXT, Report

KIND = (
    lambda value: value in messages.PROBLEMS,
    settings_texts.MESSAGE_CHOICE.format(names=", ".join(sorted(messages.PROBLEMS))),
)
PROBLEM = Report("problem", "", kind=KIND, detail=TEXT)
"""What went wrong outside of any call: `kind` is one of PROBLEMS, which has its title, and `detail`
a sentence for people. If the worker tries again and it works, RECOVERED follows."""
RECOVERED = Report("recovered", "", kind=KIND)


class ForeseenError(Exception):
    """Base class of our own errors; `str()` tells a visitor what went wrong."""


class Reports:
    def __init__(self, send: Callable[[str], None]) -> None:
        """send takes a report's text to the page."""
        self._send = send

    def report(self, report: Report, fields: Mapping[str, object]) -> None:
        """Send a report with these fields. Raises MessageError if they are not the report's."""
        self._send(report.encode(fields))

    def problem(self, kind: str, detail: str) -> None:
        """Report a problem. kind: of messages.PROBLEMS."""
        self.report(PROBLEM, {"kind": kind, "detail": detail})

    def recovered(self, kind: str) -> None:
        """Report that a problem of this kind is over."""
        self.report(RECOVERED, {"kind": kind})

    def unexpected(self, error: BaseException) -> None:
        """Report an unexpected error that happened outside of any call."""
        self.problem(messages.UNEXPECTED, described(error))


def described(error: BaseException) -> str:
    """Our own errors in their words; any other as an unexpected error, with its words."""
    return sentence(error) if isinstance(error, ForeseenError) else unforeseen(error)
