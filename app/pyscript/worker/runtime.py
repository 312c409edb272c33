"""What any part in the worker may need: the API, the clock, reports and background tasks."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.pyscript.worker.api_client import ApiClient
from app.pyscript.worker.background import Background
from app.pyscript.worker.reports import Reports


class Runtime(NamedTuple):
    """clock: a function that returns seconds and never goes back."""

    client: ApiClient
    background: Background
    clock: Callable[[], float]
    rng: np.random.Generator
    reports: Reports
