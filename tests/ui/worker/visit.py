"""One visit: the worker with what the page may call, on a fake service and in virtual time."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from app.model.network import Network
from app.pyscript.bridge import wire
from app.pyscript.bridge.wire import RefusedError
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.worker.api_client import ApiClient
from app.pyscript.worker.features import offers_of
from tests.ui.worker.fake_api import ORIGIN, FakeApi
from tests.ui.worker.fake_storage import FakeStorage
from tests.ui.worker.virtual_time import TICK_SECONDS, now, run, ticking_clock

BLANK = bytes(784).hex()
DRAWING = bytes(255 if 8 <= i // 28 < 20 and 12 <= i % 28 < 15 else 0 for i in range(784)).hex()
"""An upright stroke, as the page sends drawings."""


def opened(answer: Any) -> dict[str, Any]:
    try:
        return wire.decode_answer(answer)
    except RefusedError as refusal:
        return {"problem": {"title": refusal.title, "detail": refusal.detail}}


class Visit:
    """The worker as the page sees it: calls by name, and what it reported."""

    def __init__(self, api: FakeApi, storage: FakeStorage, tray_storage: FakeStorage) -> None:
        self.api = api
        self.storage = storage
        self.tray_storage = tray_storage
        self.reports: list[dict[str, Any]] = []
        self.report_times: list[float] = []
        client = ApiClient(api.fetch)
        # What crosses is what JavaScript would get: arrays of another kind, in an object.
        self.offers = offers_of(
            client,
            send=self._on_report,
            clock=ticking_clock,
            rng=np.random.default_rng(5),
            storage=storage,
            tray_storage=self.tray_storage,
            to_page=lambda parts: SimpleNamespace(**parts),
            from_page=bytes,
        )
        assert "problem" not in self.call("connect", ORIGIN)

    def _on_report(self, text: str) -> None:
        self.reports.append(json.loads(text))
        self.report_times.append(now())

    def part(self, call: str, name: str) -> Any:
        """What answers a call works with, by its private name."""
        function, _ = self.offers._functions[call]
        return getattr(function.__self__, f"_{name}")  # type: ignore[attr-defined]

    @property
    def live_network(self) -> LiveNetwork:
        network: LiveNetwork = self.part("tune", "network")
        return network

    @property
    def network(self) -> Network:
        """As it is now."""
        return self.live_network.current

    @property
    def iteration(self) -> int:
        """Of the run, which may be later than what was last reported."""
        return self.live_network.figures.iteration

    @property
    def settings(self) -> dict[str, Any]:
        """Those in force."""
        answer: dict[str, Any] = self.call("change_settings", {})["settings"]
        return answer

    def call(self, name: str, *arguments: object) -> dict[str, Any]:
        """Call a function that answers at once: what it returns, or {"problem": {"title",
        "detail"}} where it refuses."""
        text, arrays = wire.encode_call(arguments)
        return opened(self.offers.ask(name, text, *arrays))

    async def ask(self, name: str, *arguments: object) -> dict[str, Any]:
        """The same of a function that answers later."""
        text, arrays = wire.encode_call(arguments)
        return opened(await self.offers.ask(name, text, *arrays))

    async def load_shared_weights(self) -> dict[str, Any]:
        return await self.ask("load_shared_weights")

    async def publish(self, author: str = "") -> dict[str, Any]:
        return await self.ask("publish_weights", author)

    def train(self, **settings: object) -> None:
        assert self.call("start_training", settings) == {}

    def change(self, **settings: object) -> None:
        assert "problem" not in self.call("change_settings", settings)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """All reports of a kind so far."""
        return [report for report in self.reports if report["type"] == kind]

    def last(self, kind: str) -> dict[str, Any]:
        return self.of(kind)[-1]

    async def reach(self, iteration: int) -> None:
        """Let time pass until a progress report tells of so many steps."""
        while self.last("progress")["iteration"] < iteration:
            await asyncio.sleep(0.05)

    def probabilities(self) -> list[float]:
        """What the network reads in a certain drawing: other weights read otherwise."""
        answer: list[float] = self.call("predict", DRAWING)["probabilities"].tolist()
        return answer


def play(
    scenario: Callable[[Visit], Awaitable[None]],
    api: FakeApi | None = None,
    storage: FakeStorage | None = None,
    tray_storage: FakeStorage | None = None,
    tick_seconds: float = TICK_SECONDS,
) -> Visit:
    """Run a scenario on a fresh visit; and return it."""

    async def main() -> Visit:
        visit = Visit(api or FakeApi(), storage or FakeStorage(), tray_storage or FakeStorage())
        await scenario(visit)
        return visit

    return run(main(), tick_seconds)
