"""The page's reader, app/model/reader/reader.wasm, in one process of Node for all tests."""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.readability import REASONS
from tools import build_kernels

NOT_READ = "not read"


class Reading(NamedTuple):
    """reason: one of REASONS, READABLE or NOT_READ; seen: (784,) uint8."""

    reason: str
    digit: int
    probabilities: FloatArray
    seen: ByteArray


class WasmReader:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def take(self, npz: bytes, claimed: int | None = None) -> bool:
        """Whether it takes these bytes as weights; claimed: how many it is told that there are."""
        count = len(npz) if claimed is None else claimed
        return bool(self._ask(npz=base64.b64encode(npz).decode(), bytes=count)["taken"])

    def read(self, pixels: ByteArray) -> Reading:
        return self.read_text(pixels.tobytes().hex())

    def read_text(self, drawing: str) -> Reading:
        answer = self._ask(drawing=drawing)
        rgba = np.frombuffer(bytes.fromhex(answer["seen"]), np.uint8).reshape(784, 4)
        assert not rgba[:, :3].any()
        return Reading(
            ("", *REASONS, NOT_READ)[answer["reason"]],
            answer["digit"],
            np.array(answer["probabilities"], np.float32),
            rgba[:, 3],
        )

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "thrown" not in answer, answer
        return answer


@contextmanager
def running_reader() -> Iterator[WasmReader]:
    node = shutil.which("node")
    assert node, "node is missing; it comes with npm, which set-up needs"
    command = [node, str(Path(__file__).with_name("run_reader.mjs"))]
    with subprocess.Popen(
        [*command, str(build_kernels.READER.target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield WasmReader(process)
        assert process.stdin
        process.stdin.close()
