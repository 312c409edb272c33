"""Calls the service's API for the worker: the data set, blocks of samples, the shared weights.

Every failed request raises an ApiError with a text that a visitor can read. If the service refuses
weights, that is not a failure but one of its answers (Publication). This module does not know how
bytes travel: main.py passes `fetch` in.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urlencode

from app.model.arrays import ByteArray, FloatArray
from app.model.network import NO_DIGIT
from app.model.serialization import samples_from_npy, weights_from_npz, weights_to_npz
from app.pyscript.messages import ACCEPTED, MERGED, REFUSED
from app.pyscript.reasons import reason, sentence
from app.pyscript.worker import texts
from app.pyscript.worker.reports import ForeseenError


class Sender(NamedTuple):
    """Who publishes: a name, or empty; of a member of a class its code and their secret in it."""

    author: str
    code: str = ""
    secret: str = ""


class Upload(NamedTuple):
    """The content of a POST. headers: who sends it, which is not in the URL: those are logged."""

    media_type: str
    body: bytes
    headers: dict[str, str]


Fetch = Callable[[str, str, Upload | None, bool], Awaitable[tuple[int, bytes]]]
"""From (URL, wanted media type, what to POST or None for GET, whether to skip the browser's caches)
to (status, body). Raises OSError if no answer comes."""

Parsed = TypeVar("Parsed")

JSON = "application/json"
NPY = "application/x-npy"
NPZ = "application/x-npz"
TIME_LIMIT_SECONDS = 15.0
"""The limit for a whole answer. A block of 512 samples has 402 kB, so 27 kB/s are enough."""
PATIENCE_SECONDS = 60.0
"""How long to try again when many others publish at the same time."""
PERMUTATION_SEED = 0
"""The same for everybody, so that browsers and the server find blocks in their caches. After the
first epoch the worker shuffles the samples itself."""


class ApiError(ForeseenError):
    """There was no usable answer; `str()` says what happened. status: the answer's, or 0."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class DamagedError(ApiError):
    """The answer is not what was asked for."""


class DatasetDescription(NamedTuple):
    """The answer of /api/data: a digest of the data set's content, and samples per split."""

    digest: str
    sizes: dict[str, int]


class Publication(NamedTuple):
    """The service's answer to published weights. outcome, from messages.py, is one of these:

    ACCEPTED: `version` is these weights;
    MERGED: `version` is the mean of these weights and those that others published since the base;
    REFUSED: they are clearly worse than allowed, and `version` is the candidate that was stored; or
    they are not new, and `version` is None. `detail` is the reason.

    `version` has the form of the service's API.
    """

    outcome: str
    version: Any
    detail: str


class ApiClient:
    def __init__(self, fetch: Fetch, time_limit_seconds: float = TIME_LIMIT_SECONDS) -> None:
        self._fetch = fetch
        self._time_limit_seconds = time_limit_seconds
        self.site = ""
        """Stands before every path: scheme, host, port and, behind a proxy, its path. It is needed
        because a worker made from a blob has no base URL."""
        self._dataset: DatasetDescription | None = None

    async def dataset(self) -> DatasetDescription:
        """The service's data set. Asks once, and again after the answer proved out of date."""
        if self._dataset is None:
            self._dataset = await self._get("/api/data", JSON, _parse_dataset)
        return self._dataset

    async def block(
        self, dataset: DatasetDescription, split: str, index: int, size: int
    ) -> tuple[ByteArray, ByteArray]:
        """Block `index` of a shuffled split: images (n, 784) uint8 and labels (n,) uint8.

        A label is a digit or, in the mixture, NO_DIGIT.

        n is `size`, or less in the last block. A status of 404 or 409 means that the service now
        has another data set; then the next call of `dataset` asks again.
        """
        path = (
            f"/api/samples/blocks/{PERMUTATION_SEED}/{index}"
            f"?size={size}&split={split}&data={dataset.digest}"
        )
        expected = min(size, dataset.sizes[split] - index * size)

        def parse(content: bytes) -> tuple[ByteArray, ByteArray]:
            try:
                images, labels = samples_from_npy(content, NO_DIGIT)
            except ValueError as error:
                raise ApiError(
                    texts.API_BLOCK_DAMAGED.format(index=index, error=reason(error))
                ) from error
            if len(images) != expected:
                raise ApiError(
                    texts.API_BLOCK_SIZE.format(index=index, expected=expected, found=len(images))
                )
            return images, labels

        try:
            return await self._get(path, NPY, parse)
        except ApiError as error:
            if error.status in (404, 409) and self._dataset is dataset:
                self._dataset = None
            raise

    async def shared_weights(self, version: int | None = None) -> tuple[FloatArray, FloatArray]:
        """w1 (784, 128) and w2 (128, 10), float32: the service's current ones, or a version's."""
        path = "/api/weights" if version is None else f"/api/weights/versions/{version}"
        return await self.weights(path)

    async def weights(self, path: str) -> tuple[FloatArray, FloatArray]:
        """w1 and w2, float32, from another path of the API. Raises ApiError."""

        def parse(content: bytes) -> tuple[FloatArray, FloatArray]:
            try:
                return weights_from_npz(content)
            except ValueError as error:
                raise ApiError(texts.API_WEIGHTS_DAMAGED.format(error=reason(error))) from error

        return await self._get(path, NPZ, parse)

    async def document(self, path: str, parse: Callable[[bytes], Parsed]) -> Parsed:
        """A JSON document, parsed by a function that raises ApiError if it is another."""
        return await self._get(path, JSON, parse)

    async def publish(
        self, params: dict[str, FloatArray], sender: Sender, base: str
    ) -> Publication:
        """Publish weights as the shared ones. Tries again for a while if too many others publish.

        base is the digest of the shared version from which they were trained,
        or empty if there is none; then they replace the current version.
        """
        path = "/api/weights?" + urlencode({"base": base})
        upload = Upload(NPZ, weights_to_npz(params), _headers(sender))
        now = asyncio.get_running_loop().time
        deadline = now() + PATIENCE_SECONDS
        status, body = await self._ask(path, JSON, upload)
        while (pause := _pause(status, body)) and now() + pause < deadline:
            await asyncio.sleep(pause)
            status, body = await self._ask(path, JSON, upload)
        try:
            answer = json.loads(body)
        except ValueError:
            answer = {}
        if status in (200, 201) and "version" in answer:
            return Publication(MERGED if answer.get("merged") else ACCEPTED, answer["version"], "")
        if status == 422 and "current" in answer:
            return Publication(REFUSED, answer.get("candidate"), _detail(body))
        raise _refusal(status, body)

    async def _get(self, path: str, media_type: str, parse: Callable[[bytes], Parsed]) -> Parsed:
        """GET and parse an answer. If parse raises an ApiError, asks once more without the caches:
        they may hold an answer that a network, such as a hotel's, put in place of ours."""
        try:
            return await self._parsed(path, media_type, parse, is_fresh=False)
        except DamagedError:
            return await self._parsed(path, media_type, parse, is_fresh=True)

    async def _parsed(
        self, path: str, media_type: str, parse: Callable[[bytes], Parsed], *, is_fresh: bool
    ) -> Parsed:
        status, body = await self._ask(path, media_type, None, is_fresh)
        if status != 200:
            raise _refusal(status, body)
        try:
            return parse(body)
        except ApiError as error:
            is_page = body.lstrip().startswith(b"<")
            raise DamagedError(texts.API_WEB_PAGE if is_page else str(error)) from error

    async def _ask(
        self, path: str, media_type: str, upload: Upload | None, is_fresh: bool = False
    ) -> tuple[int, bytes]:
        try:
            return await asyncio.wait_for(
                self._fetch(self.site + path, media_type, upload, is_fresh),
                self._time_limit_seconds,
            )
        except TimeoutError as error:
            seconds = f"{self._time_limit_seconds:.0f}"
            raise ApiError(texts.API_SILENT.format(seconds=seconds)) from error
        except OSError as error:
            raise ApiError(texts.API_UNREACHABLE) from error


def _headers(sender: Sender) -> dict[str, str]:
    headers = {"Digits-Author": quote(sender.author)} if sender.author else {}
    if sender.code:
        headers["Digits-Class"] = sender.code
        headers["Authorization"] = f"Bearer {sender.secret}"
    return headers


def _parse_dataset(body: bytes) -> DatasetDescription:
    try:
        document = json.loads(body)
        digest, sizes = document["digest"], document["splits"]
        dataset = DatasetDescription(str(digest), {name: int(sizes[name]) for name in sizes})
    except (ValueError, LookupError, TypeError) as error:
        raise ApiError(texts.API_DATASET_UNREADABLE) from error
    if min(dataset.sizes.get(split, 0) for split in ("train", "validation")) < 1:
        raise ApiError(texts.API_DATASET_LACKS)
    return dataset


def _pause(status: int, body: bytes) -> float:
    """Seconds until the same request may succeed; 0 if it will not. Partly random, so that a whole
    class that had to wait does not come back at the same moment."""
    if status not in (429, 503):
        return 0
    try:
        seconds = float(json.loads(body)["retry_after_seconds"])
    except (ValueError, LookupError, TypeError):
        seconds = 1
    return max(seconds, 1) + random.uniform(0, 2)  # noqa: S311 - no secret


def _refusal(status: int, body: bytes) -> ApiError:
    said = texts.API_STATUS.format(status=status, reason=sentence(_detail(body)))
    return ApiError(said, status)


def _detail(body: bytes) -> str:
    """The detail of a problem document, or a text which says that there is none."""
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, LookupError, TypeError):
        return texts.API_NO_REASON
