"""The worker's calls for learning together: a round on this pupil's share, and the result."""

import asyncio
from typing import Any

import numpy as np

from app.model.arrays import ByteArray
from app.model.federated import OWN, blocks_of, local_round, share_of
from app.model.network import INPUT_SIZE, Network
from app.model.serialization import HALF_DTYPE, weights_to_npz
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.hand.worker.tray import Tray
from app.pyscript.together import texts
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.worker.api_client import ApiClient
from app.pyscript.worker.crossing import file_of
from app.pyscript.worker.sample_blocks import BLOCK_SIZE
from app.pyscript.worker.splits import TRAIN

STEPS_AT_ONCE = 4
"""Steps between two pauses; they take a few milliseconds."""

Samples = tuple[ByteArray, ByteArray]


class TogetherCalls:
    """The rounds train a network of their own: the visitor's stays as it is."""

    def __init__(self, network: LiveNetwork, tray: Tray, client: ApiClient) -> None:
        self._network = network
        self._tray = tray
        self._client = client
        self._share: tuple[tuple[Any, ...], Samples] | None = None

    @offered(texts.TOGETHER_NOT_TRAINED)
    async def train_round(self, path: str, task: dict[str, Any]) -> dict[str, Any]:
        """Train a share from the common weights at a path of the API.

        task: {"round", "split", "digits": two or None, "index", "seed", "steps"}, as the server
        says. Answers {"samples": how many the share has, "name", "content": uint8, .npz of
        float16}.
        """
        images, labels = await self._share_for(task)
        if not len(labels):
            raise ValueError(texts.TOGETHER_NO_DRAWINGS)
        w1, w2 = await self._client.weights(path)
        network = Network(w1, w2)
        network.kernels = self._network.current.kernels
        seed = (task["seed"], task["index"], task["round"])
        for done in local_round(network, images, labels, task["steps"], seed):
            if done % STEPS_AT_ONCE == 0:
                await asyncio.sleep(0)
        content = weights_to_npz(network.params, HALF_DTYPE)
        return {"samples": len(labels), **file_of("round.npz", content)}

    @offered(texts.TOGETHER_NOT_TAKEN)
    async def take_together(self, path: str, name: str) -> None:
        """Begin a run with the class's common weights. name: of the class, for people."""
        w1, w2 = await self._client.weights(path)
        self._network.replace({"w1": w1, "w2": w2}, "file", name)

    async def _share_for(self, task: dict[str, Any]) -> Samples:
        """The samples of this pupil: images (n, 784) uint8 and labels (n,) uint8; n may be 0."""
        if task["split"] == OWN:
            await self._tray.open()
            mine = [each for each in self._tray.drawings.values() if not each.is_held_out]
            seen = [each.seen for each in mine]
            own = np.array([each.label for each in mine], np.uint8)
            return np.array(seen, np.uint8).reshape(-1, INPUT_SIZE), own
        dataset = await self._client.dataset()
        kind, seed, index = task["split"], task["seed"], task["index"]
        digits = None if task["digits"] is None else tuple(task["digits"])
        key = (dataset.digest, kind, digits, index, seed)
        if self._share is None or self._share[0] != key:
            count = -(-dataset.sizes[TRAIN] // BLOCK_SIZE)
            blocks = [
                await self._client.block(dataset, TRAIN, block, BLOCK_SIZE)
                for block in blocks_of(kind, seed, index, count)
            ]
            images = np.concatenate([block[0] for block in blocks])
            labels = np.concatenate([block[1] for block in blocks])
            self._share = (key, share_of(images, labels, digits))
        return self._share[1]
