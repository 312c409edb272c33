"""Is anything lost when processes are killed? `python -m bench.kill [kills] [postgresql]`.

By default a thousand times, a random process of the service is killed by SIGKILL at a random moment
while three visitors publish and an operator has the network retrained: mostly a web process, which
its master restarts; one time in ten the worker, and one in fifty the master, after which the
service is started again. With "postgresql", PostgreSQL itself one time in ten as well. After each
kill, and the first version accepted since, the database is checked from outside: is each version
there that was reported as accepted, is each one intact, by its digest, and does SQLite's
integrity_check find nothing? (Checked versions are deleted, so that there is never much to check,
and none has to make room for others.) A thousand kills took 27 minutes on two shared cores.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from api.start import WEIGHTS_PATH
from app.model.serialization import weights_from_npz
from bench.report import Figure, report
from tests.api.killing import Kill, Service, Siege
from tests.api.servers import PostgreSQL

KILLS = 1000
KINDS = {"web": 88, "worker": 10, "master": 2}
"""How many of a hundred kills."""
DATABASE_KILLS = 10
SEED = 14


def measure_kills(kills: int, *, has_postgresql: bool) -> list[Figure]:
    others: dict[str, Kill] = {}
    kinds = dict(KINDS)
    database_url = None
    with ExitStack() as stack:
        if has_postgresql:
            server = stack.enter_context(PostgreSQL())

            def kill_database(_: random.Random) -> None:
                server.kill()
                server.start()

            others["database"] = kill_database
            kinds["database"] = DATABASE_KILLS
            database_url = server.url
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="digits-kill-"))
        service = stack.enter_context(Service(Path(folder), database_url))
        w1, w2 = weights_from_npz(WEIGHTS_PATH.read_bytes())
        siege = Siege(service, {"w1": w1, "w2": w2}, **others)
        start = time.monotonic()

        def show(number: int) -> None:
            if number % 50 == 0 or number == kills:
                print(
                    f"{time.monotonic() - start:4.0f} s  {number} kills, "
                    f"{len(siege.visitors.accepted)} versions accepted, "
                    f"{len(siege.inspector.faults)} faults",
                    flush=True,
                )

        chosen = random.Random(SEED).choices([*kinds], [*kinds.values()], k=kills)
        siege.run(chosen, SEED, show)
    for fault in siege.inspector.faults:
        print(fault)
    print("What visitors were answered:", dict(siege.visitors.statuses))
    suffix = ", PostgreSQL" if has_postgresql else ""
    figures = [
        Figure(
            f"faults after {kills:,} kills{suffix}", [len(siege.inspector.faults)], "", target=0
        ),
        Figure(f"versions accepted meanwhile{suffix}", [len(siege.visitors.accepted)], ""),
    ]
    for kind, seconds in sorted(siege.seconds.items()):
        name = f"until the next is accepted, {kind} killed {len(seconds)} times{suffix}"
        figures.append(Figure(name, seconds, "s"))
    return figures


def main() -> None:
    arguments = sys.argv[1:]
    has_postgresql = "postgresql" in arguments
    numbers = [int(argument) for argument in arguments if argument != "postgresql"]
    figures = measure_kills(*(numbers or [KILLS]), has_postgresql=has_postgresql)
    report({"Killing": figures})


if __name__ == "__main__":
    main()
