"""The shared weights, in each format: those that the project ships."""

from flask_caching import Cache

from api.representations import JSON, NPZ, Representation
from app.model.arrays import FloatArray
from app.model.serialization import weights_digest, weights_to_json, weights_to_npz

WEIGHTS_TYPES = (JSON, NPZ)
"""What */* means comes first: the original's clients send it and read JSON."""


class SharedWeights:
    def __init__(self, params: dict[str, FloatArray], cache: Cache) -> None:
        """params: w1 (784, 128) and w2 (128, 10), float32."""
        self._params = params
        self._cache = cache
        self.digest = weights_digest(params)

    def representation(self, media_type: str, coding: str) -> Representation:
        """The weights in one of WEIGHTS_TYPES. The .npz's tag is the digest, as it stands.

        An .npz is never compressed: that would save 7 %.
        """
        if media_type == NPZ:
            coding = "identity"
        key = f"weights:{self.digest}:{media_type}:{coding}"
        found: Representation | None = self._cache.get(key)
        if found is not None:
            return found
        if media_type == NPZ:
            made = Representation.encode(
                weights_to_npz(self._params), media_type, coding, self.digest
            )
        else:
            made = Representation.encode(
                weights_to_json(self._params), media_type, coding, f"{self.digest}-json"
            )
        self._cache.set(key, made)
        return made
