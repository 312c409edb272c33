"""The service's splits, by what they are for in the worker.

An older service, or a small data set, lacks the newer ones. Then the old ones stand for them, or
nothing is said of them.
"""

from app.pyscript.settings.limits import DRAWINGS

TRAIN, MIXTURE = "train", "mixture"
VALIDATION, VALIDATION_DRAWINGS = "validation", "validation_drawings"


def training_split(training_set: str, sizes: dict[str, int]) -> str:
    """The split to train on, for a choice of messages.TRAINING_SETS and the samples per split."""
    return MIXTURE if training_set == DRAWINGS and sizes.get(MIXTURE) else TRAIN
