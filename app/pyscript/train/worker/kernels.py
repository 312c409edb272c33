"""The kernels (the network's arithmetic) that are available in this worker."""

from typing import TYPE_CHECKING

from app.model.kernels import Kernels
from app.model.kernels.reference import REFERENCE
from app.model.kernels.simd import SimdUnavailableError, load_simd

if TYPE_CHECKING:
    from app.pyscript.train.records import Kernels as KernelsInUse


class KernelChoice:
    """`best` is the fastest kind; the others are there to compare."""

    def __init__(self) -> None:
        self.best: Kernels = REFERENCE
        self._by_name: dict[str, Kernels] = {REFERENCE.name: REFERENCE}
        self._no_simd = ""
        try:
            self.best = load_simd()
        except SimdUnavailableError as error:
            self._no_simd = str(error)
        else:
            self._by_name[self.best.name] = self.best

    def find(self, name: str) -> Kernels:
        """The kernels of this name. Raises ValueError if they are not available."""
        if name not in self._by_name:
            reason = f" {self._no_simd}" if self._no_simd else ""
            raise ValueError(f"Expected one of {', '.join(self._by_name)}, found {name}.{reason}")
        return self._by_name[name]

    def in_use(self, kernels: Kernels) -> "KernelsInUse":
        return {"kernels": kernels.name, "no_simd": self._no_simd}
