"""Cross-validation, made small: a recipe of an epoch, three writers, the embedded digits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.model.crossvalidate.__main__ import BEGIN_MARK, main
from app.model.data.datasets import load_embedded
from app.model.drawings.pen_strokes import PenDrawing
from app.model.evaluate.report import END_MARK
from app.model.serialization import weights_from_npz
from app.model.train.recipe import RECIPES


@pytest.fixture
def arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Those that keep the weights in tmp_path/folds; each of three writers wrote two digits."""
    seven = np.array([[0.2, 0.1], [0.4, 0.1], [0.3, 0.6]])
    one = np.array([[0.3, 0.1], [0.3, 0.6]])
    drawings = [
        PenDrawing(label, writer, [stroke * [1 + writer, 1]])
        for writer in range(3)
        for label, stroke in ((7, seven), (1, one))
    ]
    small = replace(
        RECIPES["best"], epochs=1, pen_variants=1, synthetic_digits=20, non_digits=9, batch_size=64
    )
    monkeypatch.setitem(RECIPES, "best", small)
    folder = "app.model.crossvalidate"
    monkeypatch.setattr("app.model.evaluate.non_digits.NON_DIGIT_COUNT", 4)
    monkeypatch.setattr(f"{folder}.__main__.find_dataset", lambda environ, root: load_embedded())
    monkeypatch.setattr(f"{folder}.folds.load_pen_strokes", lambda: drawings)
    return ["--folds", "3", "--folder", str(tmp_path / "folds")]


def test_reads_every_writer_by_a_network_of_its_own(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "document.md"
    document.write_text(f"before\n{BEGIN_MARK}{END_MARK}after\n")

    assert main([*arguments, "--document", str(document)]) == 0

    said = capsys.readouterr().out
    assert said.startswith("3 writers in 3 folds, 6 drawings")
    assert "| small, and a stray dot in another corner |" in said
    assert "| two digits side by side |" in said
    assert "| UCI digits, all |" in said
    assert said.strip() in document.read_text()
    networks = [
        weights_from_npz((tmp_path / "folds" / f"fold-{number}.npz").read_bytes())[0]
        for number in range(3)
    ]
    assert not np.array_equal(networks[0], networks[1])


def test_measures_weights_that_are_there_already(
    arguments: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    main(arguments)
    first = capfd.readouterr()

    main(arguments)

    second = capfd.readouterr()
    assert "epoch 1 of 1" in first.err
    assert second.err == ""
    assert second.out == first.out


def test_says_which_document_has_no_place_for_it(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "document.md"
    document.write_text("nothing")

    with pytest.raises(SystemExit) as exit_:
        main([*arguments, "--document", str(document)])

    assert exit_.value.code == 2
    assert "expected the lines" in capsys.readouterr().err
