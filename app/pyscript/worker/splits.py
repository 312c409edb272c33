"""Says which of the service's splits the worker uses for what.

An older service, or a small data set, lacks the newer splits. Then older ones replace them, or are
left out.
"""

from app.pyscript.settings.limits import DRAWINGS

TRAIN, MIXTURE = "train", "mixture"
VALIDATION, VALIDATION_DRAWINGS = "validation", "validation_drawings"


def training_split(training_set: str, sizes: dict[str, int]) -> str:
    """The split for a choice of limits.TRAINING_SETS; sizes: the samples in each split."""
    return MIXTURE if training_set == DRAWINGS and sizes.get(MIXTURE) else TRAIN
