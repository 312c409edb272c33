"""The command line, called as a function, on a small folder of digits and a few pen strokes."""

import io
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from app.model.drawings.pen_strokes import PenDrawing
from app.model.evaluate import __main__ as evaluate
from app.model.evaluate.conditions import CONDITIONS
from app.model.evaluate.readings import load_network
from app.model.evaluate.report import BEGIN_MARK, END_MARK, PICTURES
from app.model.initializers import he_normal
from app.model.network import Network
from app.model.serialization import weights_digest, weights_to_npz

SEVEN = np.array([[0.2, 0.1], [0.4, 0.1], [0.3, 0.6]])


@pytest.fixture(autouse=True)
def few_non_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.model.evaluate.non_digits.NON_DIGIT_COUNT", 3)


@pytest.fixture
def weights(tmp_path: Path, rng: np.random.Generator) -> Path:
    path = tmp_path / "weights.npz"
    path.write_bytes(weights_to_npz(Network.initialize(he_normal, rng).params))
    return path


@pytest.fixture(autouse=True)
def few_pen_strokes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sevens by each of six writers: four of them train, one validates, one tests."""
    drawings = [PenDrawing(7, number % 6, [SEVEN]) for number in range(12)]
    monkeypatch.setattr(evaluate, "load_pen_strokes", lambda: drawings)


@pytest.fixture
def arguments(weights: Path, mnist_folder: Path) -> list[str]:
    return [str(weights), "--data", str(mnist_folder)]


def test_measures_every_kind_of_digit(
    arguments: list[str], weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate.main([*arguments, "--split", "validation"]) == 0

    output = capsys.readouterr().out
    assert weights_digest(load_network(weights).params)[:16] in output
    assert re.search(r"\| MNIST, validation split \| 20 \| \d+\.\d\d% \|", output)
    assert re.search(r"\| UCI digits, all \| 1,797 \|", output)
    for condition in CONDITIONS:
        assert re.search(rf"\| pen strokes, {condition.name} \| 2 \|", output)
    assert re.search(
        r"\| blank, full or one dot \| 100.0% \| blank 100, full 100, dot 100 \|", output
    )
    assert re.search(r"\| letters never seen \| \d+\.\d% \| F \d+, G \d+, ", output)


def test_output_need_not_be_utf8(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(content, "latin-1"))
    assert evaluate.main(arguments) == 0
    sys.stdout.flush()
    assert b"as label ? what was read" in content.getvalue()


class TestDocument:
    def test_the_report_goes_between_the_marks(self, arguments: list[str], tmp_path: Path) -> None:
        document = tmp_path / "page.md"
        document.write_text(f"above\n{BEGIN_MARK}old\n{END_MARK}below\n")

        evaluate.main([*arguments, "--document", str(document)])

        text = document.read_text()
        assert text.startswith(f"above\n{BEGIN_MARK}")
        assert text.endswith(f"{END_MARK}below\n")
        assert "old" not in text
        assert "UCI digits, all" in text
        for name in PICTURES:
            assert f"]({name})" in text
            assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
        evaluate.main([*arguments, "--document", str(document)])
        assert document.read_text() == text

    def test_a_file_without_marks_stays_as_it_is(
        self, arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        document = tmp_path / "page.md"
        document.write_text("mine")

        with pytest.raises(SystemExit) as exit_:
            evaluate.main([*arguments, "--document", str(document)])

        assert exit_.value.code == 2
        assert "page.md: expected the lines" in capsys.readouterr().err
        assert document.read_text() == "mine"


@pytest.mark.parametrize("position", [0, 2], ids=["weights", "--data"])
def test_says_which_file_it_cannot_use(
    arguments: list[str], position: int, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments[position] = "nowhere"

    with pytest.raises(SystemExit) as exit_:
        evaluate.main(arguments)

    assert exit_.value.code == 2
    assert "nowhere" in capsys.readouterr().err


def test_says_which_file_holds_no_weights(
    arguments: list[str], weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights.write_bytes(b"something else")

    with pytest.raises(SystemExit):
        evaluate.main(arguments)

    assert "weights.npz: expected an .npz file" in capsys.readouterr().err
