"""The command line, called as a function."""

import re
from pathlib import Path

import pytest

from app.model import train
from app.model.serialization import weights_from_npz


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
