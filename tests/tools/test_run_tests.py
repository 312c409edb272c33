import sys

import pytest

from tools import run_tests


def saying(words: str, code: int = 0) -> list[str]:
    return [sys.executable, "-c", f"print({words!r}); raise SystemExit({code})"]


@pytest.mark.parametrize("failing", ["", "UNITS", "JOURNEYS", "ALONE"])
def test_all_are_run_and_shown_and_one_failure_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], failing: str
) -> None:
    for name in ("UNITS", "JOURNEYS", "ALONE"):
        monkeypatch.setattr(run_tests, name, saying(name, 3 if name == failing else 0))
    assert run_tests.main() == (1 if failing else 0)
    assert capfd.readouterr().out.split() == ["UNITS", "JOURNEYS", "ALONE"]


def test_all_that_is_said_is_shown_while_it_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    """More than is read at once."""
    number = 300_000
    program = [sys.executable, "-c", f"for i in range({number}): print(i)"]
    with run_tests.in_the_background(program) as (said, process):
        run_tests.show(said, process)
    assert capfd.readouterr().out.split() == [str(i) for i in range(number)]
