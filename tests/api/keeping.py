"""The service's own programs, but that no version has to make room for others: `python -m
tests.api.keeping web` or `worker`. So each version that is gone was lost."""

import sys

from gunicorn.app.wsgiapp import run

from api import worker
from api.stores import versions
from tests.api.server import COMMAND


def main(program: str) -> None:
    versions.KEPT = sys.maxsize
    if program == "worker":
        worker.main()
    else:
        sys.argv = COMMAND[2:]
        run()


if __name__ == "__main__":
    main(sys.argv[1])
