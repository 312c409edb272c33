"""THE list of the features' halves in the worker: whatever the page may ask."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from app.pyscript import messages, texts
from app.pyscript.bridge.worker.offers import Offers, offered
from app.pyscript.evaluate.worker.calls import EvaluateCalls
from app.pyscript.explain.worker.calls import ExplainCalls
from app.pyscript.hand.worker.calls import HandCalls
from app.pyscript.inside.worker.calls import InsideCalls
from app.pyscript.keep.worker.autosave import StorageError
from app.pyscript.keep.worker.calls import KeepCalls
from app.pyscript.read.worker.calls import ReadCalls
from app.pyscript.reasons import unforeseen
from app.pyscript.timeline.worker.calls import TimelineCalls
from app.pyscript.train.worker.calls import TrainCalls
from app.pyscript.tune.worker.calls import TuneCalls
from app.pyscript.weights.worker.calls import WeightsCalls
from app.pyscript.worker.api_client import ApiClient, ApiError
from app.pyscript.worker.session import DivergedError, Session


class Connection:
    """The first call, and one that does nothing."""

    def __init__(self, session: Session, client: ApiClient) -> None:
        self._session = session
        self._client = client

    @offered(texts.WORKER_NOT_CONNECTED)
    def connect(self, site: str) -> dict[str, str]:
        """The handshake: where the page comes from, and with it the API (ApiClient.site).

        Answers the versions of Python and NumPy, and the kernels as `use_kernels` does.
        """
        self._client.site = site
        self._session.report_weights()
        self._session.report_run(messages.NEW_WEIGHTS)
        versions = {"python": sys.version.split()[0], "numpy": np.__version__}
        return versions | self._session.kernels._asdict()

    @offered(texts.SESSION_UNEXPECTED)
    def ping(self) -> None:
        """Show that somebody is here."""


def offers_of(
    session: Session,
    client: ApiClient,
    clock: Callable[[], float],
    *,
    to_page: Callable[[Any], Any],
    from_page: Callable[[Any], Any],
) -> Offers:
    """All that the page may ask. clock gives seconds; the others are as Offers takes them."""
    offers = Offers(
        to_page=to_page, from_page=from_page, unexpected=texts.SESSION_UNEXPECTED, explain=explain
    )
    for calls in (
        Connection(session, client),
        ReadCalls(session, clock),
        TuneCalls(session),
        TrainCalls(session),
        WeightsCalls(session),
        KeepCalls(session),
        EvaluateCalls(session),
        InsideCalls(session),
        ExplainCalls(session),
        TimelineCalls(session),
        HandCalls(session),
    ):
        offers.add(calls)
    return offers


def explain(error: Exception) -> str:
    """Our own errors are sentences; others are put into one."""
    is_expected = isinstance(error, ValueError | ApiError | StorageError | DivergedError)
    return str(error) if is_expected else unforeseen(error)
