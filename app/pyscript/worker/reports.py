"""Sends the worker's reports to the page (REPORTS in report_fields.py), with its problems."""

from collections.abc import Callable, Mapping

from app.pyscript import messages
from app.pyscript.reasons import sentence, unforeseen
from app.pyscript.worker.report_fields import encode_report


class ForeseenError(Exception):
    """Base class of our own errors; `str()` tells a visitor what went wrong."""


class Reports:
    def __init__(self, send: Callable[[str], None]) -> None:
        """send takes a report's text to the page."""
        self._send = send

    def report(self, kind: str, fields: Mapping[str, object]) -> None:
        """Send a report. kind: one of REPORTS. Raises MessageError if the fields do not match."""
        self._send(encode_report(kind, fields))

    def problem(self, kind: str, detail: str) -> None:
        """Report a problem. kind: of messages.PROBLEMS."""
        self.report("problem", {"kind": kind, "detail": detail})

    def recovered(self, kind: str) -> None:
        """Report that a problem of this kind is over."""
        self.report("recovered", {"kind": kind})

    def unexpected(self, error: BaseException) -> None:
        """Report an unexpected error that happened outside of any call."""
        self.problem(messages.UNEXPECTED, described(error))


def described(error: BaseException) -> str:
    """Our own errors in their words; any other as an unexpected error, with its words."""
    return sentence(error) if isinstance(error, ForeseenError) else unforeseen(error)
