"""The worker's calls for weights: replacing the network's, and publishing them."""

from typing import TYPE_CHECKING

import numpy as np

from app.model.initializers import INITIALIZERS
from app.model.network import Network
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.weights import texts
from app.pyscript.weights.worker.shared_weights import SharedWeights, SupersededError
from app.pyscript.worker.api_client import Sender
from app.pyscript.worker.report_fields import is_count

if TYPE_CHECKING:
    from app.pyscript.weights.records import PublishedAnswer


class WeightsCalls:
    def __init__(self, network: LiveNetwork, shared: SharedWeights) -> None:
        self._network = network
        self._shared = shared

    @offered(texts.WORKER_WEIGHTS_NOT_LOADED)
    async def load_shared_weights(self) -> dict[str, str] | None:
        return await self._load()

    @offered(lambda version: texts.WORKER_VERSION_NOT_LOADED.format(version=version))
    async def load_version(self, version: int) -> dict[str, str] | None:
        """Load a version of the shared weights, by its number."""
        return await self._load(version)

    async def _load(self, version: int | None = None) -> dict[str, str] | None:
        try:
            return {"digest": await self._shared.load(version)}
        except SupersededError:
            return None  # a later request for weights wins, as it should

    @offered(texts.WORKER_NOT_PUBLISHED)
    async def publish_weights(
        self, author: str, code: str = "", secret: str = ""
    ) -> "PublishedAnswer":
        """Publish the network's weights as the shared ones; author may be empty. code and secret:
        of a member of a class. The answer has the fields of api_client.Publication."""
        outcome, version, detail = await self._shared.publish(Sender(author, code, secret))
        return {"outcome": outcome, "version": version, "detail": detail}

    @offered(texts.WORKER_NOT_RANDOMIZED)
    def randomize_weights(self, seed: int, initializer: str) -> dict[str, str]:
        if not is_count(seed):
            raise ValueError(f"Expected a seed from 0, found {seed}.")
        if initializer not in INITIALIZERS:
            raise ValueError(f"Expected one of {', '.join(INITIALIZERS)}, found {initializer}.")
        fresh = Network.initialize(INITIALIZERS[initializer], np.random.default_rng(seed))
        return {"digest": self._network.replace(fresh.params, "random")}
