"""A class behind one address that publishes: `python -m bench.classroom [seconds]`.

Thirty pages load the shared weights, train them for a while, each on samples of its own, and press
Publish once, at a random moment within a minute (or within the given seconds; 0 is all at once).
They use the page's own API client, so they wait and retry as the page does. It measures what
a teacher would see: how long until everybody has published, and whether the shared weights are
worse afterwards.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import random
import statistics
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

import numpy as np

from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset, Split
from app.model.evaluate.evaluation import evaluate
from app.model.network import NO_DIGIT, SHAPES, Network
from app.model.optimizers import DEFAULT_LEARNING_RATES, SGD
from app.model.serialization import weights_digest
from app.model.served.dataset import served_dataset
from app.model.training import train_step
from app.pyscript.messages import REFUSED
from app.pyscript.worker.api_client import ApiClient, ApiError, Sender, Upload
from bench.report import Figure, report
from e2e.server import ROOT, Server

PAGES = 30
SECONDS = 60.0
STEPS = 100
BATCH_SIZE = 64
TIME_LIMIT_SECONDS = 60

Params = dict[str, FloatArray]


class Wire:
    """What goes between the pages and the server."""

    def __init__(self) -> None:
        self.statuses: Counter[tuple[str, int]] = Counter()

    async def fetch(
        self, url: str, media_type: str, upload: Upload | None, _is_fresh: bool
    ) -> tuple[int, bytes]:
        return await asyncio.to_thread(self._ask, url, media_type, upload)

    def _ask(self, url: str, media_type: str, upload: Upload | None) -> tuple[int, bytes]:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=TIME_LIMIT_SECONDS)
        try:
            headers = {"Accept": media_type}
            if upload is None:
                connection.request("GET", f"{parts.path}?{parts.query}", None, headers)
            else:
                headers |= {"Content-Type": upload.media_type, **upload.headers}
                connection.request("POST", f"{parts.path}?{parts.query}", upload.body, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        self.statuses["GET" if upload is None else "POST", response.status] += 1
        return response.status, content


def trained(params: Params, split: Split, seed: int) -> Params:
    """As the page trains: digits as people draw them, in an order of its own."""
    rng = np.random.default_rng(seed)
    network = Network(**{name: values.copy() for name, values in params.items()})
    optimizer = SGD(DEFAULT_LEARNING_RATES["momentum"])
    for _ in range(STEPS):
        batch = rng.integers(0, len(split), BATCH_SIZE)
        batch = batch[split.labels[batch] != NO_DIGIT]
        train_step(network, optimizer, split.images[batch], split.labels[batch])
    return network.params


async def measure_class(server: Server, dataset: Dataset, seconds: float) -> list[Figure]:
    wire = Wire()
    client = ApiClient(wire.fetch, TIME_LIMIT_SECONDS)
    client.site = server.url
    base = await shared(client)
    split = dataset.splits.get("mixture", dataset.splits["train"])
    pupils = [trained(base, split, seed) for seed in range(PAGES)]
    wire.statuses.clear()
    rng = random.Random(0)
    start = time.monotonic()
    waits: list[float] = []
    outcomes: Counter[str] = Counter()

    async def press(number: int, params: Params) -> None:
        await asyncio.sleep(rng.uniform(0, seconds))
        pressed = time.monotonic()
        try:
            publication = await client.publish(
                params, Sender(f"Pupil {number}"), weights_digest(base)
            )
        except ApiError as error:
            outcomes[str(error)] += 1
            return
        outcomes[publication.outcome] += 1
        if publication.outcome != REFUSED:
            waits.append(time.monotonic() - pressed)

    await asyncio.gather(*(press(number, params) for number, params in enumerate(pupils)))
    until_all = time.monotonic() - start
    requests = sum(wire.statuses.values())
    print("outcomes:", dict(outcomes), "answers:", dict(wire.statuses))
    after = await shared(client)
    test = dataset.splits["test"]

    def misread(params: Params) -> float:
        accuracy = evaluate(Network(**params), test.images, test.labels).accuracy
        return round(len(test) * (1 - accuracy))

    before = Figure(f"of {len(test):,} test digits misread, before", [misread(base)], "")
    each = [misread(params) for params in pupils]
    return [
        Figure("pages that are through", [len(waits)], "", target=PAGES, lower_is_better=False),
        Figure("from the first press until all are through", [until_all], "s", target=seconds + 60),
        Figure("from a press until published, median", waits, "s", statistics.median),
        Figure("from a press until published, slowest", waits, "s", max),
        Figure("requests", [requests], ""),
        before,
        Figure("of them misread by each pupil's, mean", each, "", statistics.mean),
        Figure("of them misread, after", [misread(after)], "").beside(before),
    ]


async def shared(client: ApiClient) -> Params:
    return dict(zip(SHAPES, await client.shared_weights(), strict=True))


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    dataset = served_dataset(os.environ, ROOT)
    with Server(DIGITS_PROCESSES="2") as server:
        figures = asyncio.run(measure_class(server, dataset, seconds))
    report({f"{PAGES} pages publish within {seconds:g} s, {dataset.title}": figures})


if __name__ == "__main__":
    main()
