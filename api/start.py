"""What web processes and workers begin with: settings, data and the shipped weights, read once."""

import logging.config
from collections.abc import Mapping
from dataclasses import dataclass

from api.config import CHECKOUT, Settings, SettingsError, read_settings
from api.logs import logging_config
from app.model.arrays import FloatArray
from app.model.bounds import OutOfBoundsError, require_bounded
from app.model.datasets import Dataset, DatasetError
from app.model.serialization import WeightsError, weights_from_npz
from app.model.served.dataset import served_dataset

WEIGHTS_PATH = CHECKOUT / "api" / "assets" / "weights.npz"


class CannotStartError(Exception):
    """The message says what is wrong and what to do."""


@dataclass(frozen=True)
class Start:
    settings: Settings
    dataset: Dataset
    params: dict[str, FloatArray]


def read_start(environ: Mapping[str, str]) -> Start:
    """Sets the log up, too. Raises CannotStartError."""
    try:
        settings = read_settings(environ)
        logging.config.dictConfig(logging_config(settings))
        w1, w2 = weights_from_npz(WEIGHTS_PATH.read_bytes())
        require_bounded({"w1": w1, "w2": w2})
        dataset = served_dataset(environ, CHECKOUT)
    except (WeightsError, OutOfBoundsError) as error:
        raise CannotStartError(f"{WEIGHTS_PATH.name}: {error}") from error
    except (SettingsError, DatasetError, OSError) as error:
        raise CannotStartError(str(error)) from error
    return Start(settings, dataset, {"w1": w1, "w2": w2})
