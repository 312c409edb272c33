"""`digits worker`: api.worker, beside `digits serve`, on the same database."""

import os
from collections.abc import Sequence

from digits.cli import parser

EXAMPLES = """\
  digits worker
  DATABASE_URL=postgresql://digits:secret@db/digits digits worker"""


def main(arguments: Sequence[str]) -> int:
    description = (
        "Do the trainings that the operator asks for (DELETE /api/weights), for all web processes "
        "with the same DATABASE_URL. Settings come from the environment."
    )
    parser("worker", description, EXAMPLES).parse_args(arguments)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from api.worker import main as work

    work()
    return 0
