"""The exported program, run as a visitor would run it: by itself, elsewhere, with NumPy alone."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from app.model.arrays import ByteArray
from app.model.evaluate import SHIPPED_WEIGHTS, load_network
from app.model.network import SHAPES, Network
from app.model.preprocessing import normalize_drawing, to_inputs
from app.model.python_program import PROGRAM, WEIGHTS, python_archive, python_program


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
    return subprocess.run(
        [sys.executable, "-I", "-W", "error", str(folder / PROGRAM), *arguments],
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
    assert "There is no answer: the weights in weights.npz are too large." in done.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 2 3", "expected 784 numbers from 0 to 255, found 3"),
        ("-1 " * 784, "expected 784 numbers from 0 to 255"),
        ("0 " * 784, "Nothing is drawn"),
    ],
)
def test_what_is_no_drawing_is_refused_with_the_reason(
    folder: Path, text: str, expected: str
) -> None:
    (folder / PROGRAM).write_text(python_program(np.zeros(784, np.uint8)))
    (folder / "drawing.txt").write_text(text)
    done = run(folder, str(folder / "drawing.txt"))
    assert done.returncode == 1
    assert expected in done.stderr


def test_without_the_weights_it_says_which_file_is_missing(folder: Path) -> None:
    (folder / PROGRAM).write_text(python_program(np.zeros(784, np.uint8)))
    (folder / WEIGHTS).unlink()
    done = run(folder)
    assert done.returncode == 1
    assert f"expected {folder / WEIGHTS}" in done.stderr


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
