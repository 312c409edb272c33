"""The worker's calls for looking inside the network."""

from typing import TYPE_CHECKING

import numpy as np

from app.model.activations import log_softmax
from app.model.network import HIDDEN_SIZE
from app.model.optimizers import Params
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.inside import texts
from app.pyscript.inside.worker.inspector import Inspection, Inspector, inspect
from app.pyscript.inside.worker.reports import SEARCHING
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.run_settings import RunSettings
from app.pyscript.worker.crossing import pixels_of, rgba
from app.pyscript.worker.pictures import unit_picture, unit_sheets, vote_picture
from app.pyscript.worker.runtime import Runtime

if TYPE_CHECKING:
    from app.pyscript.inside.records import (
        InspectionAnswer,
        InspectionFields,
        NearDigit,
        Nearest,
        Searching,
        Unit,
    )


class InsideCalls:
    def __init__(
        self,
        network: LiveNetwork,
        settings: RunSettings,
        runtime: Runtime,
    ) -> None:
        self._network = network
        self._settings = settings
        self._reports = runtime.reports
        self._inspector = Inspector(runtime.client, runtime.clock, self._on_progress)

    @offered(texts.INSIDE_NOT_SEEN)
    def inspect(
        self, pixels: str, unit: int, first: int, second: int, label: int
    ) -> "InspectionAnswer":
        """Show what a drawing does inside the network. pixels: as for `predict`.

        unit, from 0: the one to show in detail; first and second, 0-9 or
        messages.CHOSEN_BY_NETWORK: the digits to compare; label: of the sample, or
        messages.NO_LABEL.
        """
        if unit not in range(HIDDEN_SIZE):
            raise ValueError(f"Expected a unit from 0 to {HIDDEN_SIZE - 1}, found {unit}.")
        params = self._network.current.params
        inspection = inspect(self._network.current, pixels_of(pixels), first, second, label)
        return {
            **_inspection_fields(params, inspection, unit),
            "sheets": unit_sheets(params["w1"], inspection.hidden),
            "unit": unit_picture(params["w1"], unit),
            "votes": vote_picture(inspection.votes, inspection.seen),
        }

    @offered(texts.INSIDE_NOT_FOUND)
    async def list_nearest(self, pixels: str) -> "Nearest":
        """The training digits that are most like a drawing to the network, the nearest first.
        pixels: as for `predict`.

        pictures: (3136 (n + 2),) uint8 as `seen` of `predict`: the drawing, the drawing as the
        network gets it, and the digits.
        """
        drawing = pixels_of(pixels)
        training_set = self._settings.values["training_set"]
        network = self._network.current.copy()
        found = await self._inspector.find_nearest(network, drawing, training_set)
        digits: list[NearDigit] = [
            {"label": label, "distance": distance, "pixels": image.tobytes().hex()}
            for label, distance, image in zip(
                found.labels.tolist(), found.distances.tolist(), found.images, strict=True
            )
        ]
        pictures = rgba(np.concatenate([[drawing, found.seen], found.images]))
        return {"pictures": pictures, "among": found.among, "digits": digits}

    def _on_progress(self, done: int, total: int) -> None:
        searching: Searching = {"done": done, "total": total}
        self._reports.report(SEARCHING, searching)


def _inspection_fields(params: Params, inspection: Inspection, chosen: int) -> "InspectionFields":
    hidden, adds, votes = inspection.hidden, inspection.contributions, inspection.votes

    def unit_fields(unit: int) -> "Unit":
        return {
            "unit": unit,
            "activation": float(hidden[unit]),
            "weights": params["w2"][unit].tolist(),
            "adds": adds[unit].tolist(),
        }

    return {
        "active": int(np.count_nonzero(hidden)),
        "logits": inspection.logits.tolist(),
        "probabilities": np.exp(log_softmax(inspection.logits[None])[0]).tolist(),
        "telling": [unit_fields(unit) for unit in inspection.telling.tolist()],
        "others": np.delete(adds, inspection.telling, axis=0).sum(axis=0).tolist(),
        "chosen": unit_fields(chosen),
        "first": inspection.first,
        "second": inspection.second,
        "votes_for": float(votes[votes > 0].sum()),
        "votes_against": float(votes[votes < 0].sum()),
    }
