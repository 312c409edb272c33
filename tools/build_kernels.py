"""Compile app/model/kernels/kernels.c to kernels.wasm beside it: what `make kernels` does.

Usage: python tools/build_kernels.py [output file]

The compiler is Zig's, pinned in pyproject.toml: equal sources give equal bytes on every machine,
and a test checks the committed file. Running the app never compiles anything.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "app" / "model" / "kernels"
SOURCE = FOLDER / "kernels.c"
TARGET = FOLDER / "kernels.wasm"

# Position-independent code and a module that takes its memory from the one that loads it: what
# Emscripten calls a side module (WebAssembly tool conventions, "Dynamic linking").
COMPILE = [
    "cc",
    "--target=wasm32-freestanding",
    "-std=c11",
    "-O3",
    "-msimd128",
    "-mnontrapping-fptoint",
    "-fPIC",
    "-fno-builtin",
    "-fvisibility=default",
    "-Wall",
    "-Wextra",
    "-Werror",
]
LINK = ["wasm-ld", "-shared", "--experimental-pic", "--no-entry", "--export-dynamic", "--strip-all"]


def main(arguments: list[str]) -> int:
    target = Path(arguments[0]) if arguments else TARGET
    build(target)
    print(f"• {target.name}: {target.stat().st_size} bytes")
    return 0


def build(target: Path) -> None:
    """Compile and link to the target; raises CalledProcessError after the compiler said why."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder) / "kernels.o"
        # Named relative to its folder: the compiler records the name it was given.
        zig([*COMPILE, "-c", SOURCE.name, "-o", str(compiled)])
        zig([*LINK, str(compiled), "-o", str(target.resolve())])


def zig(arguments: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "ziglang", *arguments], cwd=FOLDER, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
