"""The service's API as the worker uses it: the data set, blocks of samples, the shared weights.

Every way in which a request can fail ends in one ApiError whose text a visitor can read. How bytes
travel is not known here: `fetch` is passed in (see main.py).
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from app.model.arrays import ByteArray, FloatArray
from app.model.serialization import samples_from_npy, weights_from_npz

Fetch = Callable[[str, str], Awaitable[tuple[int, bytes]]]
"""(URL, media type wanted) to (status, body); raises OSError where no answer comes."""

JSON = "application/json"
NPY = "application/x-npy"
NPZ = "application/x-npz"
TIME_LIMIT_SECONDS = 15.0
"""For a whole answer. A block of 512 samples is 402 kB: this allows 27 kB/s."""
PERMUTATION_SEED = 0
"""The same for everybody, so that the browser and the server find blocks in their caches; after
the first epoch the worker shuffles by itself."""


class ApiError(Exception):
    """No usable answer; `str()` says what happened. status is that of the answer, 0 for none."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class DatasetDescription(NamedTuple):
    """What /api/data says: a digest that names the data set's content, and samples per split."""

    digest: str
    sizes: dict[str, int]


class ApiClient:
    def __init__(self, fetch: Fetch, time_limit_seconds: float = TIME_LIMIT_SECONDS) -> None:
        self._fetch = fetch
        self._time_limit_seconds = time_limit_seconds
        self.origin = ""
        """Scheme, host and port before every path: a worker made from a blob has no base URL."""
        self._dataset: DatasetDescription | None = None

    async def dataset(self) -> DatasetDescription:
        """The data set that is served; asked once, and again after it proved out of date."""
        if self._dataset is None:
            self._dataset = _parse_dataset(await self._get("/api/data", JSON))
        return self._dataset

    async def block(
        self, dataset: DatasetDescription, split: str, index: int, size: int
    ) -> tuple[ByteArray, ByteArray]:
        """Block `index` of a shuffled split: images (n, 784) uint8 and labels (n,) uint8.

        n is `size`, or less in the last block. An answer of 404 or 409 means that the service has
        another data set by now: the next call of `dataset` asks again.
        """
        path = (
            f"/api/samples/blocks/{PERMUTATION_SEED}/{index}"
            f"?size={size}&split={split}&data={dataset.digest}"
        )
        try:
            content = await self._get(path, NPY)
        except ApiError as error:
            if error.status in (404, 409) and self._dataset is dataset:
                self._dataset = None
            raise
        try:
            images, labels = samples_from_npy(content)
        except ValueError as error:
            raise ApiError(f"Block {index} of the samples is damaged: {error}.") from error
        expected = min(size, dataset.sizes[split] - index * size)
        if len(images) != expected:
            raise ApiError(
                f"Block {index} is damaged: expected {expected} samples, found {len(images)}."
            )
        return images, labels

    async def shared_weights(self) -> tuple[FloatArray, FloatArray]:
        """w1 (784, 128) and w2 (128, 10), float32, as the service has them now."""
        content = await self._get("/api/weights", NPZ)
        try:
            return weights_from_npz(content)
        except ValueError as error:
            raise ApiError(f"The shared weights are damaged: {error}.") from error

    async def _get(self, path: str, media_type: str) -> bytes:
        try:
            status, body = await asyncio.wait_for(
                self._fetch(self.origin + path, media_type), self._time_limit_seconds
            )
        except TimeoutError as error:
            raise ApiError(
                f"The server did not answer within {self._time_limit_seconds:.0f} seconds."
            ) from error
        except OSError as error:
            raise ApiError("The server cannot be reached.") from error
        if status != 200:
            raise ApiError(f"The server answered {status}: {_detail(body)}", status)
        return body


def _parse_dataset(body: bytes) -> DatasetDescription:
    try:
        document = json.loads(body)
        digest, sizes = document["digest"], document["splits"]
        dataset = DatasetDescription(str(digest), {name: int(sizes[name]) for name in sizes})
    except (ValueError, LookupError, TypeError) as error:
        raise ApiError("The server's description of its data set cannot be read.") from error
    if min(dataset.sizes.get(split, 0) for split in ("train", "validation")) < 1:
        raise ApiError("The server's data set lacks samples to train on or to validate with.")
    return dataset


def _detail(body: bytes) -> str:
    """What a problem document says, or else that there is nothing to say."""
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, LookupError, TypeError):
        return "it gave no reason."
