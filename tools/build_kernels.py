"""Compile the C in app/model to WebAssembly: what `make kernels` does.

Usage: python -m tools.build_kernels

kernels/kernels.c becomes kernels.wasm and relaxed_kernels.wasm beside it, and reader/reader.c
becomes reader.wasm. The
compiler is Zig's, pinned in pyproject.toml: equal sources give equal bytes on every machine, and
tests check the committed files. Running the app never compiles anything.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from app.model import ink, network, preprocessing, readability

MODEL = Path(__file__).resolve().parent.parent / "app" / "model"

COMPILE = [
    "cc",
    "--target=wasm32-freestanding",
    "-std=c11",
    "-mnontrapping-fptoint",
    "-fno-builtin",
    "-fvisibility=default",
    "-Wall",
    "-Wextra",
    "-Werror",
]
LINK = ["wasm-ld", "--no-entry", "--export-dynamic", "--strip-all"]


class Module(NamedTuple):
    """A module: its source and result below app/model, and what the compiler and the linker get
    besides COMPILE and LINK."""

    source: str
    result: str
    compile: list[str]
    link: list[str]

    @property
    def target(self) -> Path:
        return MODEL / self.result


def reader_constants() -> dict[str, object]:
    """What reader.c has from the modules that define how a drawing is read, which own it."""
    constants: dict[str, object] = {
        name: getattr(module, name)
        for module, names in (
            (ink, ("INK_THRESHOLD", "SPECK_SIDE", "SPECK_GAP")),
            (preprocessing, ("SIDE", "BOX_SIDE", "CENTER", "GREATEST_LEAN", "TIE_BREAKER")),
            (readability, ("DOT_SIDE", "TINY_SIDE", "DOT_INK", "FILLED_INK", "ROUNDNESS", "TALL")),
            (readability, ("LEAST_PROBABILITY",)),
            (network, ("INPUT_SIZE", "HIDDEN_SIZE", "OUTPUT_SIZE")),
        )
        for name in names
    }
    # A reason is its place in REASONS, counted from 1.
    for name in ("BLANK", "DOT", "FILLED", "SEVERAL", "NO_DIGIT", "NO_ANSWER"):
        constants[name] = 1 + readability.REASONS.index(getattr(readability, name))
    return constants | {"READABLE": 0, "NOT_READ": -1}


# Position-independent code and a module that takes its memory from the one that loads it: what
# Emscripten calls a side module (WebAssembly tool conventions, "Dynamic linking").
SIDE_MODULE = (["-O3", "-msimd128", "-fPIC"], ["-shared", "--experimental-pic"])
KERNELS = Module("kernels/kernels.c", "kernels/kernels.wasm", *SIDE_MODULE)
# The same for browsers with relaxed SIMD.
RELAXED_KERNELS = Module(
    "kernels/kernels.c",
    "kernels/relaxed_kernels.wasm",
    [*SIDE_MODULE[0], "-mrelaxed-simd"],
    SIDE_MODULE[1],
)
# A module with a memory of its own. Below its data is the stack, so an overflow would be an error
# instead of other numbers.
READER = Module(
    "reader/reader.c",
    "reader/reader.wasm",
    ["-Os", *(f"-D{name}={value!r}" for name, value in reader_constants().items())],
    ["--stack-first", "-z", "stack-size=16384"],
)


MODULES = (KERNELS, RELAXED_KERNELS, READER)


def main() -> int:
    for module in MODULES:
        build(module, module.target)
        print(f"• {module.target.name}: {module.target.stat().st_size} bytes")
    return 0


def build(module: Module, target: Path) -> None:
    """Compile and link to the target; raises CalledProcessError after the compiler said why."""
    source = MODEL / module.source
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder) / "compiled.o"
        # Named relative to its folder: the compiler records the name it was given.
        arguments = [*COMPILE, *module.compile, "-c", source.name, "-o", str(compiled)]
        zig(arguments, source.parent)
        zig([*LINK, *module.link, str(compiled), "-o", str(target.resolve())], source.parent)


def zig(arguments: list[str], folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "ziglang", *arguments], cwd=folder, check=True)


if __name__ == "__main__":
    sys.exit(main())
