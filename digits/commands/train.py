"""`digits train`: app.model.train, with a progress bar."""

from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    from app.model.train.__main__ import main as train

    return train(arguments, "digits")
