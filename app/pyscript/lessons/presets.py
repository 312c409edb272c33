"""The lessons to choose from: settings that show one thing, and a sentence on what to watch.

Each begins with random weights. All but the good recipe train on plain MNIST, because they need
labels that are all digits, or figures that are known for MNIST. The sentences were checked on
MNIST and on the embedded digits, in NumPy and in the page (e2e/test_lessons.py). Runs on
MicroPython and on CPython.
"""

from collections import namedtuple

from app.pyscript.lessons import texts
from app.pyscript.settings.limits import DRAWINGS, MNIST

# settings: the training set, and those that differ from lesson.FIRST_SETTINGS.
Preset = namedtuple("Preset", ("name", "title", "watch", "settings"))

PRESETS = (
    Preset("good", texts.PRESET_GOOD, texts.PRESET_GOOD_WATCH, {"training_set": DRAWINGS}),
    Preset(
        "high",
        texts.PRESET_HIGH,
        texts.PRESET_HIGH_WATCH,
        {"training_set": MNIST, "optimizer": "sgd", "learning_rate": 10},
    ),
    Preset(
        "low",
        texts.PRESET_LOW,
        texts.PRESET_LOW_WATCH,
        {"training_set": MNIST, "optimizer": "sgd", "learning_rate": 0.0001},
    ),
    Preset(
        "zeros",
        texts.PRESET_ZEROS,
        texts.PRESET_ZEROS_WATCH,
        {"training_set": MNIST, "initializer": "zeros"},
    ),
    Preset(
        "tiny",
        texts.PRESET_TINY,
        texts.PRESET_TINY_WATCH,
        {"training_set": MNIST, "optimizer": "sgd", "learning_rate": 0.1, "batch_size": 2},
    ),
    Preset(
        "overfit",
        texts.PRESET_OVERFIT,
        texts.PRESET_OVERFIT_WATCH,
        {
            "training_set": MNIST,
            "optimizer": "adam",
            "learning_rate": 0.001,
            "data_fraction": 0.01,
            "batch_size": 32,
        },
    ),
    Preset(
        "noise",
        texts.PRESET_NOISE,
        texts.PRESET_NOISE_WATCH,
        {"training_set": MNIST, "optimizer": "sgd", "learning_rate": 0.1, "label_noise": 0.4},
    ),
    Preset("l2", texts.PRESET_L2, texts.PRESET_L2_WATCH, {"training_set": MNIST, "l2": 0.02}),
    Preset(
        "original",
        texts.PRESET_ORIGINAL,
        texts.PRESET_ORIGINAL_WATCH,
        {"training_set": MNIST, "optimizer": "sgd", "learning_rate": 0.1, "initializer": "uniform"},
    ),
    Preset(
        "cosine",
        texts.PRESET_COSINE,
        texts.PRESET_COSINE_WATCH,
        {
            "training_set": MNIST,
            "optimizer": "sgd",
            "learning_rate": 0.5,
            "schedule": "cosine",
            "schedule_steps": 2000,
        },
    ),
)


def find_preset(name: str) -> "Preset | None":
    for preset in PRESETS:
        if preset.name == name:
            return preset
    return None
