"""One visit: a session with what the page may call, on a fake service and in virtual time."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np

from app.pyscript.worker.api_client import ApiClient
from app.pyscript.worker.exports import Exports
from app.pyscript.worker.session import Session
from tests.ui.worker.fake_api import ORIGIN, FakeApi
from tests.ui.worker.fake_storage import FakeStorage
from tests.ui.worker.virtual_time import now, run, ticking_clock

BLANK = bytes(784).hex()
DRAWING = bytes(255 if 8 <= i // 28 < 20 and 12 <= i % 28 < 15 else 0 for i in range(784)).hex()
"""An upright stroke, as the page sends drawings."""


def text_of(answer: Any) -> str:
    """The JSON in an answer: beside arrays in what was carried out, alone in a refusal."""
    text: str = answer if isinstance(answer, str) else answer["text"]
    return text


class Visit:
    """The worker as the page sees it: calls by name, and what it reported."""

    def __init__(self, api: FakeApi, storage: FakeStorage, tray_storage: FakeStorage) -> None:
        self.api = api
        self.storage = storage
        self.tray_storage = tray_storage
        self.reports: list[dict[str, Any]] = []
        self.report_times: list[float] = []
        client = ApiClient(api.fetch)
        self.session = Session(
            client,
            send=self._on_report,
            clock=ticking_clock,
            rng=np.random.default_rng(5),
            storage=storage,
            tray_storage=self.tray_storage,
        )
        self.exports = Exports(self.session, client, ticking_clock)
        assert self.call("connect", ORIGIN)["ok"]

    def _on_report(self, text: str) -> None:
        self.reports.append(json.loads(text))
        self.report_times.append(now())

    def call(self, name: str, *arguments: object) -> dict[str, Any]:
        """Call a function that answers at once with JSON."""
        answer: dict[str, Any] = json.loads(getattr(self.exports, name)(*arguments))
        return answer

    async def ask(self, name: str, *arguments: object) -> dict[str, Any]:
        """Call a function that answers later with JSON."""
        answer: dict[str, Any] = json.loads(await getattr(self.exports, name)(*arguments))
        return answer

    async def load_shared_weights(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(await self.exports.load_shared_weights())
        return answer

    async def publish(self, author: str = "") -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(await self.exports.publish_weights(author))
        return answer

    def train(self, **settings: object) -> None:
        assert self.call("start_training", json.dumps(settings)) == {"ok": True}

    def change(self, **settings: object) -> None:
        assert self.call("change_settings", json.dumps(settings))["ok"]

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
        answer: list[float] = self.exports.predict(DRAWING)["probabilities"].tolist()
        return answer


def play(
    scenario: Callable[[Visit], Awaitable[None]],
    api: FakeApi | None = None,
    storage: FakeStorage | None = None,
    tray_storage: FakeStorage | None = None,
) -> Visit:
    """Run a scenario on a fresh visit; and return it."""

    async def main() -> Visit:
        visit = Visit(api or FakeApi(), storage or FakeStorage(), tray_storage or FakeStorage())
        await scenario(visit)
        return visit

    return run(main())
