"""The service's API as the worker uses it: the data set, blocks of samples, the shared weights.

Every way in which a request can fail ends in one ApiError whose text a visitor can read. That the
service does not take weights is no failure but one of its answers (Publication). How bytes travel
is not known here: `fetch` is passed in (see main.py).
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


class Upload(NamedTuple):
    """What a POST carries. author is a name, percent-encoded, or empty: it is no part of the
    address, since addresses are logged."""

    media_type: str
    body: bytes
    author: str


Fetch = Callable[[str, str, Upload | None, bool], Awaitable[tuple[int, bytes]]]
"""(URL, media type wanted, what to POST or None to GET, whether to go past all that the browser
has kept) to (status, body); raises OSError where no answer comes."""

Parsed = TypeVar("Parsed")

JSON = "application/json"
NPY = "application/x-npy"
NPZ = "application/x-npz"
TIME_LIMIT_SECONDS = 15.0
"""For a whole answer. A block of 512 samples is 402 kB: this allows 27 kB/s."""
PATIENCE_SECONDS = 60.0
"""For publishing while many others do, asked again meanwhile."""
PERMUTATION_SEED = 0
"""The same for everybody, so that the browser and the server find blocks in their caches; after
the first epoch the worker shuffles by itself."""


class ApiError(ForeseenError):
    """No usable answer; `str()` says what happened. status is that of the answer, 0 for none."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class DamagedError(ApiError):
    """An answer that is not what was asked for."""


class DatasetDescription(NamedTuple):
    """What /api/data says: a digest that names the data set's content, and samples per split."""

    digest: str
    sizes: dict[str, int]


class Publication(NamedTuple):
    """What the service said of weights: messages.ACCEPTED, and `version` is what they are there;
    MERGED, and it is their mean with what others published since they began; or REFUSED, because
    they are clearly worse than they may be, and it is what is kept of them, or because they are
    nothing new, and there is none. `version` is as the service describes it; `detail` is the reason
    for REFUSED.
    """

    outcome: str
    version: dict[str, Any] | None
    detail: str


class ApiClient:
    def __init__(self, fetch: Fetch, time_limit_seconds: float = TIME_LIMIT_SECONDS) -> None:
        self._fetch = fetch
        self._time_limit_seconds = time_limit_seconds
        self.site = ""
        """What stands before every path: scheme, host, port and, behind a proxy, a path of its own.
        A worker made from a blob has no base URL."""
        self._dataset: DatasetDescription | None = None

    async def dataset(self) -> DatasetDescription:
        """The data set that is served; asked once, and again after it proved out of date."""
        if self._dataset is None:
            self._dataset = await self._get("/api/data", JSON, _parse_dataset)
        return self._dataset

    async def block(
        self, dataset: DatasetDescription, split: str, index: int, size: int
    ) -> tuple[ByteArray, ByteArray]:
        """Block `index` of a shuffled split: images (n, 784) uint8 and labels (n,) uint8.

        A label is a digit or, in the mixture, NO_DIGIT.

        n is `size`, or less in the last block. An answer of 404 or 409 means that the service has
        another data set by now: the next call of `dataset` asks again.
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
        """w1 (784, 128) and w2 (128, 10), float32, as the service has them now, or had them."""
        path = "/api/weights" if version is None else f"/api/weights/versions/{version}"

        def parse(content: bytes) -> tuple[FloatArray, FloatArray]:
            try:
                return weights_from_npz(content)
            except ValueError as error:
                raise ApiError(texts.API_WEIGHTS_DAMAGED.format(error=reason(error))) from error

        return await self._get(path, NPZ, parse)

    async def publish(self, params: dict[str, FloatArray], author: str, base: str) -> Publication:
        """Offer weights as the shared ones; ask again for a while where too many others do.

        author may be empty; base is the digest of the shared version that they began from, or empty
        where they began elsewhere: then they replace whatever is current.
        """
        path = "/api/weights?" + urlencode({"base": base})
        upload = Upload(NPZ, weights_to_npz(params), quote(author))
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
        """What an answer says. One that parse, by an ApiError, finds damaged is asked for once more
        past what the browser has kept, where it may lie since a network put it in place of ours.
        """
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
    """Seconds until the same request may succeed; 0 where it will not. Not the same for everybody:
    a class that was told so together should not come again together."""
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
    """What a problem document says, or else that there is nothing to say."""
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, LookupError, TypeError):
        return texts.API_NO_REASON
