"""A test set that another feature has now, as it offers it to Evaluations."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable


class OtherSet:
    def __init__(
        self, name: str, count: int, choice: str, samples: str, prepare: "Callable"
    ) -> None:
        """name: also in the worker; choice: what it is called in the list of sets; samples: what
        its samples are called in a sentence; prepare(then): has the worker get what the set has
        now, then calls `then`."""
        self.name = name
        self.count = count
        self.choice = choice
        self.samples = samples
        self.prepare = prepare
