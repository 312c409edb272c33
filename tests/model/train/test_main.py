"""The command line, called as a function."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.model.data.datasets import load_embedded
from app.model.drawings.pen_strokes import PenDrawing
from app.model.serialization import weights_from_npz
from app.model.train import __main__ as train
from app.model.train.recipe import RECIPES, Recipe


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "weights.npz"


@pytest.fixture
def short_run(mnist_folder: Path, output: Path) -> list[str]:
    data = ["--data", str(mnist_folder), "--output", str(output)]
    return [*data, "--epochs", "3", "--batch-size", "32", "--learning-rate", "0.003"]


def test_trains_writes_and_reports(
    short_run: list[str], output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main(short_run) == 0

    weights_from_npz(output.read_bytes())
    captured = capsys.readouterr()
    assert "train 220, validation 20, test 40" in captured.out
    assert re.search(r"wrote .*weights.npz, digest [0-9a-f]{64}\n", captured.out)
    assert captured.out.count("test: accuracy") == 1
    assert [line.split(":")[0][-7:] for line in captured.err.splitlines()] == [
        "epoch 1",
        "epoch 2",
        "epoch 3",
    ]
    assert captured.err.count("validation") == 3


def test_the_same_arguments_give_the_same_file(short_run: list[str], output: Path) -> None:
    train.main([*short_run, "--max-shift", "1", "--seed", "7"])
    first = output.read_bytes()
    train.main([*short_run, "--max-shift", "1", "--seed", "7"])
    assert output.read_bytes() == first
    train.main([*short_run, "--max-shift", "1", "--seed", "8"])
    assert output.read_bytes() != first


def test_momentum_is_passed_on(short_run: list[str], output: Path) -> None:
    train.main([*short_run, "--optimizer", "momentum"])
    usual = output.read_bytes()
    train.main([*short_run, "--optimizer", "momentum", "--momentum", "0.5"])
    assert output.read_bytes() != usual


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epochs", "0"], "--epochs: expected a whole number from 1, found '0'"),
        (["--batch-size", "x"], "--batch-size: expected a whole number from 1, found 'x'"),
        (["--learning-rate", "nan"], "--learning-rate: expected a number above 0, found 'nan'"),
        (["--momentum", "1"], "--momentum: expected a number from 0 to below 1, found '1'"),
        (["--seed", "-1"], "--seed: expected a whole number from 0, found '-1'"),
        (["--max-shift", "9"], "--max-shift: expected a whole number from 0 to 4, found '9'"),
        (["--optimizer", "magic"], "--optimizer: invalid choice: 'magic'"),
        (["--data", "nowhere"], "not found"),
        (["--output", "nowhere/weights.npz"], "nowhere: no such folder to write weights to"),
    ],
)
def test_says_what_it_cannot_use(
    short_run: list[str],
    output: Path,
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as exit_:
        train.main([*short_run, *arguments])

    assert exit_.value.code == 2
    assert message in capsys.readouterr().err
    assert not output.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--optimizer", "sgd", "--learning-rate", "1e30"], "at step 2 the loss is not finite"),
        (["--epochs", "1", "--batch-size", "220", "--learning-rate", "1e30"], "the end of epoch 1"),
        (["--learning-rate", "30"], "at most 50,000 is allowed"),
    ],
)
def test_a_training_that_diverges_says_so_and_keeps_the_file(
    short_run: list[str],
    output: Path,
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.write_bytes(b"weights of before")

    with pytest.raises(SystemExit) as exit_:
        train.main([*short_run, *arguments])

    assert exit_.value.code == 1
    last_line = capsys.readouterr().err.splitlines()[-1]
    assert last_line.startswith("python -m app.model.train: training diverged: ")
    assert message in last_line
    assert "learning" in last_line
    assert output.read_bytes() == b"weights of before"


class TestRecipe:
    @pytest.fixture(autouse=True)
    def short_recipe(self, monkeypatch: pytest.MonkeyPatch) -> None:
        recipe = Recipe(
            epochs=2,
            pen_variants=1,
            synthetic_digits=20,
            non_digits=10,
            batch_size=64,
        )
        monkeypatch.setitem(RECIPES, "best", recipe)

    @pytest.fixture(autouse=True)
    def few_pen_strokes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two sevens by each of six writers: four of them train, one validates."""
        seven = np.array([[0.2, 0.1], [0.4, 0.1], [0.3, 0.6]])
        drawings = [PenDrawing(7, number % 6, [seven]) for number in range(12)]
        monkeypatch.setattr(train, "load_pen_strokes", lambda: drawings)

    @pytest.fixture
    def arguments(self, mnist_folder: Path, output: Path) -> list[str]:
        return ["--recipe", "best", "--data", str(mnist_folder), "--output", str(output)]

    def test_trains_on_every_source_and_writes(
        self, arguments: list[str], output: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert train.main(arguments) == 0

        weights_from_npz(output.read_bytes())
        captured = capsys.readouterr()
        for source in ("stored digits: 220", "pen strokes: 8", "our digits: 20", "non-digits: 10"):
            assert f"{source}," in captured.out
        assert re.search(r"wrote .*weights.npz, digest [0-9a-f]{64}\n", captured.out)
        assert "test:" not in captured.out
        assert re.search(
            r"epoch 2: loss \d\.\d{4}, validation \d+\.\d\d%, pen strokes \d+\.\d\d%", captured.err
        )

    def test_says_what_it_lacks(
        self,
        arguments: list[str],
        output: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(train, "find_dataset", lambda environ, root: load_embedded())

        assert train.main([*arguments[:2], "--output", str(output)]) == 0

        said = capsys.readouterr().out
        assert "MNIST is missing" in said
        assert "our digits: 20" in said
        assert output.exists()

    def test_goes_on_from_a_checkpoint(
        self,
        arguments: list[str],
        output: Path,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        train.main(arguments)
        expected = output.read_bytes()
        checkpoint = tmp_path / "run.npz"
        resumable = [*arguments, "--checkpoint", str(checkpoint)]

        def stop(done: int, *_: object) -> None:
            if checkpoint.exists():
                raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(train, "_show_bar", stop)
            with pytest.raises(KeyboardInterrupt):
                train.main(resumable)
        capsys.readouterr()
        train.main(resumable)

        assert "resuming after epoch 1 of" in capsys.readouterr().out
        assert output.read_bytes() == expected
        assert not list(tmp_path.glob("*.part"))

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            (["--epochs", "3"], "--epochs: the recipe decides this; leave it out"),
            (["--max-shift", "1"], "--max-shift: the recipe decides this; leave it out"),
            (["--recipe", "worst"], "invalid choice: 'worst'"),
        ],
    )
    def test_says_what_it_cannot_use(
        self,
        arguments: list[str],
        output: Path,
        wrong: list[str],
        message: str,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        with pytest.raises(SystemExit) as exit_:
            train.main([*arguments, *wrong])

        assert exit_.value.code == 2
        assert message in capsys.readouterr().err
        assert not output.exists()

    def test_one_that_diverges_leaves_checkpoint_and_file(
        self,
        arguments: list[str],
        output: Path,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        wild = replace(RECIPES["best"], learning_rate=1e30)
        monkeypatch.setitem(RECIPES, "best", wild)
        checkpoint = tmp_path / "run.npz"

        with pytest.raises(SystemExit) as exit_:
            train.main([*arguments, "--checkpoint", str(checkpoint)])

        assert exit_.value.code == 1
        assert "training diverged in epoch 1" in capsys.readouterr().err
        assert not checkpoint.exists()
        assert not output.exists()

    def test_refuses_the_checkpoint_of_another_run(
        self, arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        checkpoint = ["--checkpoint", str(tmp_path / "run.npz")]
        train.main([*arguments, *checkpoint])

        with pytest.raises(SystemExit):
            train.main([*arguments, *checkpoint, "--seed", "1"])

        assert "another recipe, seed or data" in capsys.readouterr().err
