"""The weights that everybody shares: loads them, and publishes the network's."""

from app.model.network import SHAPES
from app.model.optimizers import Params
from app.pyscript.messages import ACCEPTED, MERGED
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.weights import texts
from app.pyscript.worker.api_client import ApiClient, ApiError, Publication, Sender


class SupersededError(Exception):
    """Other weights were requested before these had arrived."""


class SharedWeights:
    def __init__(self, network: LiveNetwork, client: ApiClient) -> None:
        self._network = network
        self._client = client

    async def load(self, version: int | None = None) -> str:
        """Replace the network's weights by the current shared ones, or by a version of them.

        Returns their digest. If it raises ApiError or SupersededError, the network stays as it is.
        """
        self._network.requests += 1
        request = self._network.requests
        params = await self._fetch(version)
        if request != self._network.requests:
            raise SupersededError(texts.SESSION_SUPERSEDED)
        return self._network.replace(params, "shared")

    async def publish(self, sender: Sender) -> Publication:
        """Publish the weights as they are now. Raises ApiError.

        If others have published since the version from which these were trained, the service makes
        the average of all. Then this loads the average into the network. If it does not come, the
        network stays as it is.
        """
        network = self._network
        base = network.origin["digest"] if network.origin["source"] == "shared" else ""
        requests = network.requests
        own = network.current.copy().params
        publication = await self._client.publish(own, sender, base)
        if publication.version is None or requests != network.requests:
            return publication
        if publication.outcome == ACCEPTED:
            network.publish(own)
        elif publication.outcome == MERGED:
            try:
                mean = await self._fetch(publication.version["id"])
            except ApiError:
                return publication
            if requests == network.requests:
                network.merge(mean, own)
        return publication

    async def _fetch(self, version: int | None) -> Params:
        return dict(zip(SHAPES, await self._client.shared_weights(version), strict=True))
