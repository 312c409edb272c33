"""Makes the features' parts in the worker, and offers the page the calls of the list (features.py).

They share the network that is trained (train/worker/network.py). To hear of changes, they add
functions to the `on_...` lists of parts that are made before them.
"""

import inspect
import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from app.pyscript import messages
from app.pyscript import texts as common
from app.pyscript.bridge.worker.offers import Offers, offered
from app.pyscript.features import PANELS
from app.pyscript.hand.worker.tray import Tray
from app.pyscript.keep.worker.keeper import Keeper
from app.pyscript.reasons import unforeseen
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.worker.api_client import ApiClient
from app.pyscript.worker.background import Background
from app.pyscript.worker.reports import ForeseenError, Reports
from app.pyscript.worker.runtime import Runtime
from app.pyscript.worker.storage import Storage

if TYPE_CHECKING:
    from app.pyscript.train.records import Connected

Part = TypeVar("Part")


class Parts:
    """What the halves share: one object of each class, as the page has one state of each (Page.of).

    A part is made when it is first asked for. Its constructor gets the parts whose classes are the
    annotations of its parameters; parameters with a default keep that.
    """

    def __init__(self, *parts: object) -> None:
        self._parts: dict[type, Any] = {type(part): part for part in parts}

    def of(self, kind: type[Part]) -> Part:
        """The one part of this class."""
        if kind not in self._parts:
            self.make(kind)
        part: Part = self._parts[kind]
        return part

    def make(self, kind: type[Part], **given: object) -> None:
        """Make the part of this class now, with these arguments."""
        for name, parameter in inspect.signature(kind).parameters.items():
            if name not in given and parameter.default is parameter.empty:
                given[name] = self.of(parameter.annotation)
        self._parts[kind] = kind(**given)


class Connection:
    """The first call that the page makes, and a ping."""

    def __init__(self, network: LiveNetwork, client: ApiClient) -> None:
        self._network = network
        self._client = client

    @offered(common.WORKER_NOT_CONNECTED)
    def connect(self, site: str) -> "Connected":
        """The first call. site: where the page and the API come from (ApiClient.site)."""
        self._client.site = site
        self._network.report_weights()
        self._network.report_run(messages.NEW_WEIGHTS)
        python = sys.version.split()[0]
        return {"python": python, "numpy": np.__version__, **self._network.kernels}

    @offered(common.SESSION_UNEXPECTED)
    def ping(self) -> None:
        """Does nothing; the answer shows that the worker is alive."""


def offers_of(
    client: ApiClient,
    *,
    send: Callable[[str], None],
    clock: Callable[[], float],
    rng: np.random.Generator,
    storage: Storage,
    tray_storage: Storage,
    to_page: Callable[[Any], Any],
    from_page: Callable[[Any], Any],
) -> Offers:
    """All calls that the page may make.

    send takes a report's text; clock gives seconds and never goes back; storage keeps the network
    and the settings for the next visit, tray_storage the visitor's own drawings; to_page and
    from_page: see Offers.
    """
    reports = Reports(send)
    runtime = Runtime(client, Background(reports.unexpected), clock, rng, reports)
    parts = Parts(client, rng, reports, runtime)
    parts.make(Keeper, storage=storage)
    parts.make(Tray, storage=tray_storage)
    offers = Offers(
        to_page=to_page, from_page=from_page, unexpected=common.SESSION_UNEXPECTED, explain=explain
    )
    for calls in (Connection, *calls_of_panels()):
        offers.add(parts.of(calls))
    return offers


def calls_of_panels() -> list[type]:
    """The classes whose methods answer the page, in the order of the list."""
    return [
        getattr(import_module(f"app.pyscript.{panel.folder}.worker.calls"), panel.calls)
        for panel in PANELS
        if panel.calls
    ]


def explain(error: Exception) -> str:
    """An error in words: our own errors are sentences, others are put into one."""
    is_expected = isinstance(error, ValueError | ForeseenError)
    return str(error) if is_expected else unforeseen(error)
