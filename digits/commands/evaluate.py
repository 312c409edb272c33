"""`digits evaluate`: app.model.evaluate."""

from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    from app.model.evaluate.__main__ import main as evaluate

    return evaluate(arguments, "digits")
