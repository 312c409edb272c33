"""A service for the worker's tests: answers as the real one would, or as badly as told."""

import asyncio
import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np

from app.model.arrays import ByteArray
from app.model.initializers import he_normal
from app.model.network import Network
from app.model.serialization import (
    samples_to_npy,
    weights_digest,
    weights_from_npz,
    weights_to_npz,
)
from app.pyscript.worker.api_client import JSON, NPY, NPZ, Upload

ORIGIN = "http://digits.test"
LATENCY_SECONDS = 0.02
Answer = tuple[int, bytes]


class FakeApi:
    """Sample i of a split shows its label in 16 pixels and its number, i, in the first two.

    One in eleven of the mixture is no digit.
    """

    def __init__(
        self,
        train: int = 1000,
        validation: int = 200,
        digest: str = "d1",
        test: int = 600,
        **others: int,
    ) -> None:
        """others: the sizes of the splits that not every service has."""
        self.weights = Network.initialize(he_normal, np.random.default_rng(7))
        self.latency_seconds = LATENCY_SECONDS
        self.requests: list[tuple[float, str]] = []
        """When (virtual seconds) and what: the path with its query."""
        self.fresh_requests: list[str] = []
        """Those that went past what a browser has kept."""
        self.in_flight = 0
        self.most_in_flight = 0
        self.is_down = False
        self.is_silent = False
        self.refuses = False
        self.headers: dict[str, str] = {}  # those of the last upload
        self.spoil: Callable[[str], Answer | None] = lambda path: None
        """Answers in place of the service where it does not return None."""
        self.serve(train, validation, digest, test, **others)

    def serve(
        self, train: int, validation: int, digest: str, test: int = 600, **others: int
    ) -> None:
        """Have another data set from now on."""
        self.digest = digest
        sizes = {"train": train, "validation": validation, "test": test, **others}
        self.splits = {
            name: samples(size, 11 if name == "mixture" else 10) for name, size in sizes.items()
        }

    async def fetch(
        self, url: str, media_type: str, upload: Upload | None = None, is_fresh: bool = False
    ) -> Answer:
        assert url.startswith(ORIGIN)
        path = url.removeprefix(ORIGIN)
        self.requests.append((asyncio.get_running_loop().time(), path))
        self.fresh_requests += [path] * is_fresh
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.is_silent:
                await asyncio.sleep(3600)
            answer = self.spoil(path) or self._answer(path, media_type, upload)
            # A trace more each time, so that answers keep the order of the requests.
            await asyncio.sleep(self.latency_seconds + 1e-6 * len(self.requests))
            if self.is_down:
                raise OSError("Failed to fetch")
            return answer
        finally:
            self.in_flight -= 1

    def _answer(self, path: str, media_type: str, upload: Upload | None) -> Answer:
        if upload is not None:
            return self._publish(path, media_type, upload)
        if path == "/api/data":
            assert media_type == JSON
            sizes = {name: len(labels) for name, (_, labels) in self.splits.items()}
            return 200, json.dumps({"digest": self.digest, "splits": sizes}).encode()
        if path in ("/api/weights", "/api/weights/versions/1", "/api/weights/versions/2"):
            assert media_type == NPZ
            return 200, weights_to_npz(self.weights.params)
        assert media_type == NPY
        return self._block(path)

    def _publish(self, path: str, media_type: str, upload: Upload) -> Answer:
        """Take weights over, or their mean with the current ones where these are not what they
        began from; unless `refuses` them."""
        assert (media_type, upload.media_type) == (JSON, NPZ)
        assert urlsplit(path).path == "/api/weights"
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        w1, w2 = weights_from_npz(upload.body)
        merged = query.get("base", "") not in ("", weights_digest(self.weights.params))
        if merged:
            w1, w2 = (w1 + self.weights.params["w1"]) / 2, (w2 + self.weights.params["w2"]) / 2
        version = {"id": 2, "digest": weights_digest({"w1": w1, "w2": w2}), "accuracy": 0.9}
        self.headers = upload.headers
        assert all(value.isascii() for value in upload.headers.values())
        version["author"] = unquote(upload.headers.get("Digits-Author", "")) or None
        if self.refuses:
            members = {"candidate": version, "current": {"id": 1}}
            return problem(422, "Clearly worse.", **members)
        self.weights = Network(w1, w2)
        return 201, json.dumps({"version": version, "merged": merged}).encode()

    def _block(self, path: str) -> Answer:
        match = re.fullmatch(r"/api/samples/blocks/0/(\d+)", urlsplit(path).path)
        assert match, path
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        if query["data"] != self.digest:
            return problem(409, "The data set has changed.")
        images, labels = self.splits[query["split"]]
        start = int(match[1]) * int(query["size"])
        stop = start + int(query["size"])
        if start >= len(labels):
            return problem(404, "There is no such block.")
        return 200, samples_to_npy(images[start:stop], labels[start:stop])

    def block_requests(self, split: str = "train") -> list[int]:
        """The indices of the blocks of a split that were asked for, in order."""
        matches = [
            re.match(rf"/api/samples/blocks/0/(\d+).*split={split}&", path)
            for _, path in self.requests
        ]
        return [int(match[1]) for match in matches if match]


def problem(status: int, detail: str, **members: object) -> Answer:
    return status, json.dumps({"title": "Problem", "detail": detail} | members).encode()


def samples(count: int, kinds: int = 10) -> tuple[ByteArray, ByteArray]:
    """Images (count, 784) and labels (count,) that a network can tell apart, each unlike others."""
    numbers = np.arange(count)
    labels = (numbers % kinds).astype(np.uint8)
    images = np.zeros((count, 784), np.uint8)
    for pixel in range(16):
        images[numbers, 300 + 16 * labels.astype(int) + pixel] = 200
    images[:, 0], images[:, 1] = numbers // 256, numbers % 256
    return images, labels


def numbers_of(images: ByteArray) -> list[int]:
    """Which samples these are."""
    numbers: list[int] = (images[:, 0].astype(int) * 256 + images[:, 1]).tolist()
    return numbers
