"""THE list of the features' parts in the worker: it makes them and collects their calls.

They share the network that is trained (train/worker/network.py). To hear of changes, they add
functions to the `on_...` lists of parts that are made before them.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from app.pyscript import messages
from app.pyscript import texts as common
from app.pyscript.bridge.worker.offers import Offers, offered
from app.pyscript.evaluate.worker.calls import EvaluateCalls
from app.pyscript.explain.worker.calls import ExplainCalls
from app.pyscript.hand.worker.calls import HandCalls
from app.pyscript.hand.worker.measuring import Measuring
from app.pyscript.hand.worker.mixed_batches import MixedBatches
from app.pyscript.hand.worker.tray import Tray
from app.pyscript.inside.worker.calls import InsideCalls
from app.pyscript.keep.worker.autosave import Storage
from app.pyscript.keep.worker.calls import KeepCalls
from app.pyscript.keep.worker.keeper import Keeper
from app.pyscript.read.worker.calls import ReadCalls
from app.pyscript.reasons import unforeseen
from app.pyscript.samples.worker.sample_pool import SamplePool
from app.pyscript.timeline.worker.calls import TimelineCalls
from app.pyscript.train.worker.calls import TrainCalls
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.run_settings import RunSettings
from app.pyscript.train.worker.trainer import Trainer
from app.pyscript.train.worker.validations import Validations
from app.pyscript.train.worker.validator import Validator
from app.pyscript.tune.worker.calls import TuneCalls
from app.pyscript.weights.worker.calls import WeightsCalls
from app.pyscript.weights.worker.shared_weights import SharedWeights
from app.pyscript.worker.api_client import ApiClient
from app.pyscript.worker.background import Background
from app.pyscript.worker.reports import ForeseenError, Reports
from app.pyscript.worker.runtime import Runtime


class Connection:
    """The first call that the page makes, and a ping."""

    def __init__(self, live: LiveNetwork, client: ApiClient) -> None:
        self._live = live
        self._client = client

    @offered(common.WORKER_NOT_CONNECTED)
    def connect(self, site: str) -> dict[str, str]:
        """The first call. site: where the page and the API come from (ApiClient.site).

        Answers the versions of Python and NumPy, and the kernels as `use_kernels` does.
        """
        self._client.site = site
        self._live.report_weights()
        self._live.report_run(messages.NEW_WEIGHTS)
        versions = {"python": sys.version.split()[0], "numpy": np.__version__}
        return versions | self._live.kernels._asdict()

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
    live = LiveNetwork(rng, reports)
    pool = SamplePool(runtime)
    settings = RunSettings(live, pool)
    validator = Validator(client)
    validations = Validations(live, validator, runtime)
    trainer = Trainer(live, settings, pool, validations, runtime)
    shared = SharedWeights(live, client)
    keeper = Keeper(storage, live, settings, trainer, runtime)
    tray = Tray(tray_storage, reports)
    trainer.next_batch = MixedBatches(tray, settings, pool, runtime).take
    offers = Offers(
        to_page=to_page, from_page=from_page, unexpected=common.SESSION_UNEXPECTED, explain=explain
    )
    for calls in (
        Connection(live, client),
        ReadCalls(live, trainer, runtime),
        TuneCalls(live),
        TrainCalls(live, settings, trainer),
        WeightsCalls(live, shared),
        KeepCalls(keeper, live, settings, trainer, shared),
        EvaluateCalls(live, runtime),
        InsideCalls(live, settings, runtime),
        ExplainCalls(live, settings),
        TimelineCalls(live, trainer, validator, validations, runtime),
        HandCalls(tray, Measuring(tray, live, trainer, validator, runtime), keeper),
    ):
        offers.add(calls)
    return offers


def explain(error: Exception) -> str:
    """An error in words: our own errors are sentences, others are put into one."""
    is_expected = isinstance(error, ValueError | ForeseenError)
    return str(error) if is_expected else unforeseen(error)
