"""The page's reader does what the worker does: ReadCalls is the definition, on the same weights."""

import importlib.util
import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.model.arrays import ByteArray
from app.model.data.datasets import load_embedded
from app.model.drawings.handwriting import draw_somewhere
from app.model.drawings.pen_strokes import load_pen_strokes
from app.model.drawings.rasterizer import draw
from app.model.initializers import he_normal
from app.model.network import SHAPES, Network
from app.model.readability import BLANK, DOT, FILLED, NO_ANSWER, SEVERAL
from app.model.serialization import ZIP_TIME, weights_from_npz, weights_to_npz
from app.pyscript.draw import brush
from app.pyscript.read.worker.calls import ReadCalls
from tests.model.reader.wasm_reader import NOT_READ, WasmReader, running_reader
from tools import build_kernels

SHIPPED = (Path(__file__).parents[3] / "api/assets/weights.npz").read_bytes()
TOLERANCE = 1e-5
"""Of a probability: sums are made in another order than NumPy's."""
LARGEST_MODULE = 8_000
"""Bytes, a little above what there is: every visitor waits for them."""
W1_VALUES, W2_VALUES = slice(164, 401_572), slice(401_736, 406_856)
"""Where the arrays lie in an .npz."""
CENTRAL_DIRECTORY = 406_856
STORED = np.concatenate([split.images for split in load_embedded().splits.values()])

images = arrays(np.uint8, (28, 28), elements=st.integers(0, 255))
faces = st.integers(0, 27)


def params_of(npz: bytes) -> dict[str, Any]:
    return dict(zip(SHAPES, weights_from_npz(npz), strict=True))


def worker_with(params: dict[str, Any]) -> ReadCalls:
    network = Network(params["w1"], params["w2"])
    live_network, trainer = (
        SimpleNamespace(current=network),
        SimpleNamespace(shorten_slices=lambda: None),
    )
    runtime = SimpleNamespace(clock=lambda: 0.0)
    return ReadCalls(cast(Any, live_network), cast(Any, trainer), cast(Any, runtime))


WORKER = worker_with(params_of(SHIPPED))


@pytest.fixture(scope="module")
def reader() -> Iterator[WasmReader]:
    """With the shipped weights; tests that take others bring these back."""
    with running_reader() as reader:
        assert reader.take(SHIPPED)
        yield reader


def assert_equal_readings(
    reader: WasmReader, image: ByteArray, worker: ReadCalls = WORKER
) -> dict[str, Any]:
    """Compare with the worker's reading, which is returned."""
    expected: dict[str, Any] = worker.predict(image.tobytes().hex())
    found = reader.read(image.ravel())
    assert np.array_equal(found.seen, expected["seen"][3::4])
    assert found.reason == expected["unreadable"]
    assert found.digit == expected["digit"]
    np.testing.assert_allclose(found.probabilities, expected["probabilities"], 0, TOLERANCE)
    return expected


class TestReading:
    def test_of_stored_digits(self, reader: WasmReader) -> None:
        for image in STORED:
            assert_equal_readings(reader, image)

    def test_of_what_people_drew(self, reader: WasmReader, rng: np.random.Generator) -> None:
        """A few of each digit, anywhere on the grid, of any size, with any pen."""
        for drawing in load_pen_strokes()[::20]:
            assert_equal_readings(reader, draw_somewhere(drawing.strokes, rng))

    @given(images)
    def test_of_noise(self, reader: WasmReader, image: ByteArray) -> None:
        assert_equal_readings(reader, image)

    @given(images, st.integers(0, 2**32), st.floats(0, 0.5))
    def test_of_scattered_ink(
        self, reader: WasmReader, image: ByteArray, seed: int, share: float
    ) -> None:
        is_kept = np.random.default_rng(seed).random((28, 28)) < share
        assert_equal_readings(reader, image * is_kept)

    @given(
        st.tuples(faces, faces),
        st.tuples(st.integers(1, 28), st.integers(1, 28)),
        st.integers(1, 255),
        st.booleans(),
    )
    def test_of_boxes_and_frames(
        self,
        reader: WasmReader,
        corner: tuple[int, int],
        size: tuple[int, int],
        ink: int,
        is_frame: bool,
    ) -> None:
        image = np.zeros((28, 28), np.uint8)
        box = image[corner[0] : corner[0] + size[0], corner[1] : corner[1] + size[1]]
        box[:] = ink
        if is_frame:
            box[1 : size[0] - 1, 1 : size[1] - 1] = 0
        assert_equal_readings(reader, image)

    @given(
        st.lists(
            st.tuples(faces, faces, st.sampled_from([0.25, 1 / 3, 0.5, 0.6, 1, 2, -0.5, -1])),
            min_size=1,
            max_size=4,
        ),
        st.integers(1, 28),
    )
    def test_of_slanted_lines(
        self, reader: WasmReader, lines: list[tuple[int, int, float]], length: int
    ) -> None:
        """Sizes that are halves of a pixel, where Python's round goes to the even one."""
        image = np.zeros((28, 28), np.uint8)
        for top, left, slope in lines:
            for step in range(min(length, 28 - top)):
                column = int(left + slope * step)
                if 0 <= column < 28:
                    image[top + step, column] = 255
        assert_equal_readings(reader, image)

    @given(arrays(np.bool_, (9, 7)), faces, faces)
    def test_of_symmetric_ink(self, reader: WasmReader, is_ink: Any, top: int, left: int) -> None:
        """It leans by nothing at all, which sums of another order might miss by a hair."""
        image = np.zeros((40, 40), np.uint8)
        image[top : top + 9, left : left + 7] = 255 * (is_ink | is_ink[:, ::-1])
        assert_equal_readings(reader, np.ascontiguousarray(image[:28, :28]))

    @given(faces, faces, st.integers(0, 255))
    def test_of_one_pixel(self, reader: WasmReader, row: int, column: int, ink: int) -> None:
        image = np.zeros((28, 28), np.uint8)
        image[row, column] = ink
        assert assert_equal_readings(reader, image)["unreadable"] == (DOT if ink > 25 else BLANK)

    @pytest.mark.parametrize("width", [brush.THINNEST, brush.DEFAULT_WIDTH, brush.THICKEST])
    @given(st.floats(0, 28), st.floats(0, 28))
    def test_of_dots(self, reader: WasmReader, width: float, x: float, y: float) -> None:
        assert_equal_readings(reader, draw([np.array([(x, y)])], width))

    @given(faces, faces, st.integers(0, 559), st.integers(1, 255))
    def test_of_digits_with_a_speck(
        self, reader: WasmReader, row: int, column: int, number: int, ink: int
    ) -> None:
        image = STORED[number].reshape(28, 28).copy()
        image[row, column : column + 2] = ink
        assert_equal_readings(reader, image)

    @pytest.mark.parametrize(
        ("columns", "ink", "reason"),
        [
            (slice(0), 0, BLANK),
            (slice(None), 25, BLANK),
            (slice(None), 26, FILLED),
            (slice(None), 255, FILLED),
            ([4, 20], 255, SEVERAL),
            ([4, 14, 15, 24], 200, SEVERAL),
        ],
    )
    def test_of_what_nobody_can_read(
        self, reader: WasmReader, columns: Any, ink: int, reason: str
    ) -> None:
        image = np.zeros((28, 28), np.uint8)
        image[4:24, columns] = ink
        assert assert_equal_readings(reader, image)["unreadable"] == reason

    @pytest.mark.parametrize(
        "drawing", ["g" + "0" * 1567, "0" * 1567 + "G", "0" * 1567 + " ", "F" * 1568, "\0" * 1568]
    )
    def test_of_what_is_no_drawing(self, reader: WasmReader, drawing: str) -> None:
        assert reader.read_text(drawing).reason == NOT_READ

    def test_without_weights(self) -> None:
        with running_reader() as reader:
            assert reader.read_text("ff" * 784).reason == NOT_READ


class TestWeights:
    @pytest.fixture(autouse=True)
    def _with_shipped_weights(self, reader: WasmReader) -> Iterator[None]:
        yield
        assert reader.take(SHIPPED)

    @pytest.mark.parametrize("seed", range(3))
    def test_as_the_service_and_the_worker_write_them(self, reader: WasmReader, seed: int) -> None:
        params = Network.initialize(he_normal, np.random.default_rng(seed)).params

        assert reader.take(weights_to_npz(params))

        worker = worker_with(params)
        for image in STORED[:20]:
            assert_equal_readings(reader, image, worker)

    @pytest.mark.parametrize("w1", [1e3, 1e20, 3e38, -3e38])
    @pytest.mark.parametrize("w2", [1, 1e20, 3e38, -3e38])
    def test_whose_numbers_grow_too_large(self, reader: WasmReader, w1: float, w2: float) -> None:
        params = {name: np.sign(values) for name, values in params_of(SHIPPED).items()}
        params["w1"] *= np.float32(w1)
        params["w2"] *= np.float32(w2)
        assert reader.take(weights_to_npz(params))

        worker = worker_with(params)
        reasons = {
            assert_equal_readings(reader, image, worker)["unreadable"] for image in STORED[:5]
        }
        assert (NO_ANSWER in reasons) == (abs(w1 * w2) > 1e36 or abs(w1) > 1e38)
        # If the drawing itself is the problem, say that first.
        assert_equal_readings(reader, np.zeros((28, 28), np.uint8), worker)

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    @pytest.mark.parametrize("place", [W1_VALUES.start, W1_VALUES.stop - 4, W2_VALUES.stop - 4])
    def test_that_are_no_numbers(self, reader: WasmReader, value: float, place: int) -> None:
        params = params_of(SHIPPED)
        name, start = ("w1", W1_VALUES.start) if place < W1_VALUES.stop else ("w2", W2_VALUES.start)
        params[name].reshape(-1)[(place - start) // 4] = value

        assert not reader.take(unchecked_npz(params))
        assert_equal_readings(reader, STORED[0])

    def test_in_another_form(self, reader: WasmReader) -> None:
        params = params_of(SHIPPED)
        others: list[dict[str, Any]] = [
            {"w1": params["w1"].astype(">f4"), "w2": params["w2"]},
            {"w1": params["w1"].astype("<i4"), "w2": params["w2"]},
            {"w1": np.asfortranarray(params["w1"]), "w2": params["w2"]},
            {"w1": params["w1"].reshape(128, 784), "w2": params["w2"]},
            {"w1": params["w1"], "w2": params["w2"].reshape(10, 128)},
            {"w1": params["w1"], "w3": params["w2"]},
            {"W1": params["w1"], "w2": params["w2"]},
            {"w2": params["w2"], "w1": params["w1"]},
            {"w1": params["w1"].astype("<f8"), "w2": params["w2"]},
            {"w1": params["w1"]},
        ]
        assert reader.take(unchecked_npz(params))
        for other in others:
            assert not reader.take(unchecked_npz(other)), list(other)

    @pytest.mark.parametrize("claimed", [0, -1, len(SHIPPED) - 1, len(SHIPPED) + 1, 2**31 - 1])
    def test_of_another_length(self, reader: WasmReader, claimed: int) -> None:
        assert not reader.take(SHIPPED, claimed)

    def test_of_which_any_byte_that_counts_is_another(self, reader: WasmReader) -> None:
        """Versions, times, and what the directory repeats, are free."""
        free = {*range(4, 6), *range(10, 14)}
        free |= {W1_VALUES.stop + place for place in free}
        places = [place for place in range(W1_VALUES.start) if place not in free]
        places += [place for place in range(W1_VALUES.stop, W2_VALUES.start) if place not in free]
        places += [W1_VALUES.start, W1_VALUES.stop - 1, W2_VALUES.start, W2_VALUES.stop - 1]
        for place in (*places[::3], CENTRAL_DIRECTORY, CENTRAL_DIRECTORY + 52, len(SHIPPED) - 22):
            content = bytearray(SHIPPED)
            content[place] ^= 0x41
            assert not reader.take(bytes(content)), place

    @given(
        st.lists(st.tuples(st.integers(0, len(SHIPPED) - 1), st.binary(min_size=1, max_size=8))),
        st.integers(0, 600),
    )
    def test_damaged_anyhow(
        self, reader: WasmReader, damages: list[tuple[int, bytes]], missing: int
    ) -> None:
        content = bytearray(SHIPPED)
        for place, piece in damages:
            content[place : place + len(piece)] = piece
        cut = bytes(content[: len(SHIPPED) - missing])

        if reader.take(cut):
            assert cut[W1_VALUES] == SHIPPED[W1_VALUES]
            assert cut[W2_VALUES] == SHIPPED[W2_VALUES]
        assert_equal_readings(reader, STORED[3])

    def test_are_a_web_page(self, reader: WasmReader) -> None:
        page = b"<!doctype html><title>Log in</title>"
        assert not reader.take(page)
        assert not reader.take((page * 20_000)[: len(SHIPPED)])


def unchecked_npz(params: dict[str, Any]) -> bytes:
    """As weights_to_npz makes it, of any arrays."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, values in params.items():
            member = io.BytesIO()
            np.save(member, values)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", ZIP_TIME), member.getvalue())
    return content.getvalue()


class TestModule:
    def test_is_what_the_source_compiles_to(self, tmp_path: Path) -> None:
        if importlib.util.find_spec("ziglang") is None:
            pytest.skip("needs ziglang (a development dependency): make test installs it")

        build_kernels.build(build_kernels.READER, tmp_path / "reader.wasm")

        built = (tmp_path / "reader.wasm").read_bytes()
        assert built == build_kernels.READER.target.read_bytes(), "run: make kernels"

    def test_needs_nothing_and_is_small(self) -> None:
        describe = """
            const module = new WebAssembly.Module(require("fs").readFileSync(process.argv[1]));
            console.log(JSON.stringify(WebAssembly.Module.imports(module)));"""
        module = build_kernels.READER.target
        done = subprocess.run(
            ["node", "-e", describe, str(module)], capture_output=True, text=True, check=True
        )
        assert json.loads(done.stdout) == []
        assert module.stat().st_size <= LARGEST_MODULE
