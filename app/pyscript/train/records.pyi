"""The fields of what tells of training, seen by type checkers alone: both sides of the bridge."""

from typing import TypedDict

class Figures(TypedDict):
    """How far a run has come, and how well (worker/figures.py)."""

    iteration: int
    epoch: float
    loss: float | None
    accuracy: float | None
    samples_per_second: float

class Training(Figures):
    """The figures of the run, as the report "progress" has them (worker/reports.py)."""

    learning_rate: float | None
    is_training: bool

class BlockCounts(TypedDict):
    """Blocks that are here, and blocks that are coming."""

    cached: int
    fetching: int

class Pool(BlockCounts):
    """The report "pool"."""

    total: int
    state: str
    detail: str

class Dataset(TypedDict):
    """The answer of /api/data. splits: the samples in each."""

    name: str
    title: str
    digest: str
    splits: dict[str, int]

class Progress(Training, BlockCounts):
    """The report "progress"."""

class Validation(TypedDict):
    """The report "validation"."""

    iteration: int
    accuracy: float
    loss: float | None
    samples: int
    drawings: float | None
    norm: float

class RunStart(TypedDict):
    """The report "run"."""

    start: str
    number: int
    iteration: int

class Reached(TypedDict):
    """The report "reached"."""

    iteration: int
    digest: str
    is_repeatable: bool

class SingleStep(TypedDict):
    """What `step_training` answers: mean cross-entropy and accuracy (0-1) of a batch before and
    after a step on this batch, at this learning rate."""

    samples: int
    learning_rate: float
    loss_before: float
    loss_after: float
    accuracy_before: float
    accuracy_after: float

class TakenStep(SingleStep):
    """A single step, and the iteration that it led to."""

    iteration: int

class Kernels(TypedDict):
    """What `use_kernels` answers: "simd" or "numpy", and why not "simd", or empty."""

    kernels: str
    no_simd: str

class Connected(Kernels):
    """What `connect` answers: the versions of Python and NumPy besides."""

    python: str
    numpy: str
