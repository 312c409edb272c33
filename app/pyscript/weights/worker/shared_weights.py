"""The weights that everybody shares: loading them, and offering the network's."""

from app.model.network import SHAPES
from app.model.optimizers import Params
from app.pyscript.messages import ACCEPTED, MERGED
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.weights import texts
from app.pyscript.worker.api_client import ApiClient, ApiError, Publication


class SupersededError(Exception):
    """Other weights were asked for before these had arrived."""


class SharedWeights:
    def __init__(self, live: LiveNetwork, client: ApiClient) -> None:
        self._live = live
        self._client = client

    async def load(self, version: int | None = None) -> str:
        """Replace the network's weights by those that are shared now, or by a version of them;
        returns their digest.

        Raises ApiError, or SupersededError, and then the network stays as it is.
        """
        self._live.requests += 1
        request = self._live.requests
        params = await self._fetch(version)
        if request != self._live.requests:
            raise SupersededError(texts.SESSION_SUPERSEDED)
        return self._live.replace(params, "shared")

    async def publish(self, author: str) -> Publication:
        """Offer the weights as they are now; raises ApiError.

        The service averages them with what others published since the version that they began from,
        and the network then goes on from the mean. If that does not come, it stays as it is.
        """
        live = self._live
        base = live.origin["digest"] if live.origin["source"] == "shared" else ""
        requests = live.requests
        own = live.network.copy().params
        publication = await self._client.publish(own, author, base)
        if publication.version is None or requests != live.requests:
            return publication
        if publication.outcome == ACCEPTED:
            live.publish(own)
        elif publication.outcome == MERGED:
            try:
                mean = await self._fetch(publication.version["id"])
            except ApiError:
                return publication
            if requests == live.requests:
                live.merge(mean, own)
        return publication

    async def _fetch(self, version: int | None) -> Params:
        return dict(zip(SHAPES, await self._client.shared_weights(version), strict=True))
