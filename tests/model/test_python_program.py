"""The exported program, run as a visitor would run it: by itself, elsewhere, with NumPy alone."""

import codecs
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.model.arrays import ByteArray
from app.model.evaluate.readings import SHIPPED_WEIGHTS, load_network
from app.model.initializers import he_normal
from app.model.network import SHAPES, Network
from app.model.preprocessing import normalize_drawing, to_inputs
from app.model.python_program import PROGRAM, WEIGHTS, python_archive, python_program
from app.model.serialization import weights_to_npz


def drawing_of(rng: np.random.Generator) -> ByteArray:
    """Ink of all shades in a rectangle of any size and place."""
    image = np.zeros((28, 28), np.uint8)
    top, left = rng.integers(0, 20, 2)
    height, width = rng.integers(3, 28, 2)
    part = image[top : top + height, left : left + width]
    part[...] = rng.integers(0, 256, part.shape)
    return image.ravel()


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(SHIPPED_WEIGHTS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the weights are; the program is yet to be written."""
    (tmp_path / WEIGHTS).write_bytes(SHIPPED_WEIGHTS.read_bytes())
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program isolated: nothing of this project can be imported."""
    # NumPy leaves a file open that is no archive.
    warnings = ("-W", "error", "-W", "ignore::ResourceWarning")
    return subprocess.run(
        [sys.executable, "-I", *warnings, str(folder / PROGRAM), *arguments],
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def shares_of(done: subprocess.CompletedProcess[str]) -> list[float]:
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()[1:]
    assert [line.split()[0] for line in lines] == [str(digit) for digit in range(10)]
    return [float(line.split()[1]) for line in lines]


def test_it_reads_the_stored_drawing_and_others_as_the_network_does(
    folder: Path, network: Network, rng: np.random.Generator
) -> None:
    stored, other = drawing_of(rng), drawing_of(rng)
    (folder / PROGRAM).write_text(python_program(stored))
    np.savetxt(folder / "drawing.txt", other.reshape(28, 28), fmt="%d")
    for drawing, done in (
        (stored, run(folder)),
        (other, run(folder, str(folder / "drawing.txt"))),
    ):
        expected = np.exp(network.log_probs(to_inputs(normalize_drawing(drawing)))[0])
        np.testing.assert_allclose(shares_of(done), expected, atol=2e-6)
        assert done.stdout.startswith(f"It reads a {expected.argmax()}.\n")


def test_imported_it_agrees_with_the_network_on_many_drawings(
    folder: Path, network: Network, rng: np.random.Generator
) -> None:
    (folder / PROGRAM).write_text(python_program(drawing_of(rng)))
    drawings = np.array([drawing_of(rng) for _ in range(200)])
    np.save(folder / "drawings.npy", drawings)
    (folder / "use.py").write_text(
        "import sys, pathlib, numpy as np\n"
        "folder = pathlib.Path(__file__).parent\n"
        "sys.path.insert(0, str(folder))\n"
        "from read_digit import probabilities\n"
        "drawings = np.load(folder / 'drawings.npy').reshape(-1, 28, 28)\n"
        "np.save(folder / 'answers.npy', [probabilities(drawing) for drawing in drawings])\n"
        "print(sorted(name for name in sys.modules if name.startswith('app')))\n"
    )
    command = [sys.executable, "-I", "-W", "error", str(folder / "use.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
    seen = np.array([normalize_drawing(drawing) for drawing in drawings])
    expected = np.exp(network.log_probs(to_inputs(seen)))
    np.testing.assert_allclose(np.load(folder / "answers.npy"), expected, atol=1e-5)


def test_the_archive_runs_and_a_stroke_stands_in_for_a_blank_drawing(
    tmp_path: Path, network: Network
) -> None:
    content = python_archive(network.params, np.zeros(784, np.uint8), "digits")
    assert content == python_archive(network.params, np.zeros(784, np.uint8), "digits")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    assert run(tmp_path / "digits").stdout.startswith("It reads a 1.")


def test_weights_that_overflow_name_no_digit(tmp_path: Path) -> None:
    largest = {name: np.full(shape, 3e38, np.float32) for name, shape in SHAPES.items()}
    with zipfile.ZipFile(io.BytesIO(python_archive(largest, np.zeros(784, np.uint8), "d"))) as it:
        it.extractall(tmp_path)
    command = [sys.executable, "-I", str(tmp_path / "d" / PROGRAM)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "There is no answer: the weights in weights.npz are too large.\n"


def numbers_of(image: NDArray[Any]) -> str:
    return " ".join(map(str, image.tolist()))


def npy(values: NDArray[Any]) -> bytes:
    content = io.BytesIO()
    np.save(content, values)
    return content.getvalue()


STROKE = np.zeros((28, 28), np.uint8)
STROKE[6:22, 13:16] = 250
STROKE_TEXT = numbers_of(STROKE.ravel())
LINES = "\n".join(numbers_of(row) for row in STROKE)


@pytest.mark.parametrize(
    "content",
    [
        STROKE_TEXT.encode(),
        LINES.encode(),
        LINES.replace("\n", "\r\n").encode(),
        LINES.replace(" ", ",").encode(),
        LINES.replace(" ", ", ").encode(),
        LINES.replace(" ", ";").encode(),
        LINES.replace(" ", "\t").encode(),
        "\n".join(STROKE_TEXT.split()).encode(),
        STROKE_TEXT.encode("utf-8-sig"),
        STROKE_TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + STROKE_TEXT.encode("utf-16-be"),
        f"# drawn today\n{LINES}".encode(),
        json.dumps(STROKE.tolist()).encode(),
        json.dumps(STROKE.ravel().tolist()).encode(),
        repr(tuple(STROKE.ravel().tolist())).encode(),
        numbers_of(STROKE.ravel() / 255).encode(),
        numbers_of(STROKE.ravel() / np.float64(1)).encode(),
        numbers_of((STROKE > 0).ravel().astype(int)).encode(),
        npy(STROKE),
        npy(STROKE.ravel()),
        npy((STROKE / 255).astype(np.float32)),
        npy(STROKE > 0),
    ],
)
def test_a_drawing_is_read_however_its_numbers_are_written(folder: Path, content: bytes) -> None:
    (folder / PROGRAM).write_text(python_program(np.zeros(784, np.uint8)))
    (folder / "drawing.txt").write_bytes(content)
    done = run(folder, str(folder / "drawing.txt"))
    assert shares_of(done)
    assert done.stdout.startswith("It reads a 1.")
    assert done.stderr == ""


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
EXPECTED = "drawing.txt: expected 784 numbers from 0 to 255, "


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", EXPECTED + "found 0"),
        (b"1 2 3", EXPECTED + "found 3"),
        (f"7 {STROKE_TEXT}".encode(), EXPECTED + "found 785"),
        (b"-1 " * 784, EXPECTED + "found -1 to -1"),
        (b"255 " * 783 + b"256", EXPECTED + "found 255 to 256"),
        (b"nan " * 784, EXPECTED + "found nan or inf among them"),
        (b"1 " * 783 + b"1e999", EXPECTED + "found nan or inf among them"),
        (b"a drawing of a three", EXPECTED + "found 'a'"),
        (b"x" * 5000, EXPECTED + "found 'xxxxxxxxxxxxxxxxxxxx'"),
        (b"\0" * 784, EXPECTED + "found '"),
        (PNG, EXPECTED + "found no text; turn a picture into numbers first"),
        (bytes(range(256)), EXPECTED + "found no text"),
        (codecs.BOM_UTF16_LE + b"1", EXPECTED + "found no text"),
        (npy(np.zeros(3)), EXPECTED + "found 3"),
        (npy(np.array([{}])), EXPECTED + "Object arrays cannot be loaded"),
        (npy(STROKE)[:300], EXPECTED),
        (npy(STROKE.astype(complex)), EXPECTED),
        (b"0 " * 784, "Nothing is drawn: expected cells of more than 25."),
    ],
)
def test_what_is_no_drawing_is_refused_in_one_sentence(
    folder: Path, content: bytes, expected: str
) -> None:
    (folder / PROGRAM).write_text(python_program(np.zeros(784, np.uint8)))
    (folder / "drawing.txt").write_bytes(content)
    done = run(folder, str(folder / "drawing.txt"))
    assert (done.returncode, done.stdout) == (1, "")
    assert expected in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("nowhere.txt", "nowhere.txt: cannot be read: No such file or directory"),
        (".", "cannot be read: Is a directory"),
        (f"{PROGRAM}/drawing.txt", "cannot be read: Not a directory"),
    ],
)
def test_what_cannot_be_read_is_said(folder: Path, argument: str, expected: str) -> None:
    (folder / PROGRAM).write_text(python_program(np.zeros(784, np.uint8)))
    done = run(folder, f"{folder}/{argument}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(f"{expected}\n")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["one.txt", "two.txt"]])
def test_it_says_how_it_is_used(folder: Path, arguments: list[str]) -> None:
    (folder / PROGRAM).write_text(python_program(np.zeros(784, np.uint8)))
    assert f"python {PROGRAM} drawing.txt" in run(folder, *arguments).stderr


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no weights",
        SHIPPED_WEIGHTS.read_bytes()[:5000],
        npy(STROKE),
        weights_to_npz(Network.initialize(he_normal, np.random.default_rng(1)).params)[:-9],
        SHIPPED_WEIGHTS.read_bytes().replace(b"w1.npy", b"W1.npy"),
    ],
)
def test_other_weights_are_refused_in_one_sentence(folder: Path, content: bytes) -> None:
    (folder / PROGRAM).write_text(python_program(np.zeros(784, np.uint8)))
    (folder / WEIGHTS).write_bytes(content)
    done = run(folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "expected w1 of 784x128 and w2 of 128x10" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_numpy_it_says_how_to_get_it(folder: Path) -> None:
    (folder / PROGRAM).write_text(python_program(np.zeros(784, np.uint8)))
    # -S: without the packages of this environment.
    command = [sys.executable, "-I", "-S", str(folder / PROGRAM)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr == "This program needs NumPy: python -m pip install numpy\n"


def test_without_the_weights_it_says_which_file_is_missing(folder: Path) -> None:
    (folder / PROGRAM).write_text(python_program(np.zeros(784, np.uint8)))
    (folder / WEIGHTS).unlink()
    done = run(folder)
    assert done.returncode == 1
    assert done.stderr == f"The weights are missing: expected {folder / WEIGHTS}\n"


def test_it_is_written_as_the_rest_of_the_project(folder: Path) -> None:
    (folder / PROGRAM).write_text(python_program(np.full(784, 255, np.uint8)))
    check = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E,F,I,B,UP"]
    for command in (
        [*check, "--line-length", "100"],
        [*check[:3], "format", "--isolated", "--line-length", "100", "--check"],
    ):
        done = subprocess.run(
            [*command, str(folder / PROGRAM)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
