"""A program for test_crash.py: starts processes that publish without end and say what was accepted.

Usage: python -m tests.api.stores.publisher URL. Reads "start NUMBER", which forks a publisher whose
first weights have that number and answers "started PID"; and "reap", which waits until all of them
are dead and answers "reaped". Publishers write "accepted VERSION DIGEST". Forking spares each of
them a second of imports.
"""

import os
import sys
from typing import Never

from api.stores import versions
from api.stores.database import open_database
from api.stores.versions import CurrentChangedError, VersionStore
from tests.api.stores.candidates import make_candidate


def main(url: str) -> None:
    versions.KEPT = 1_000_000  # none goes to make room
    publishers = []
    for line in sys.stdin:
        command, *arguments = line.split()
        if command == "start":
            process = os.fork()
            if process == 0:
                publish(url, int(arguments[0]))
            publishers.append(process)
            say(f"started {process}")
        else:
            while publishers:
                os.waitpid(publishers.pop(), 0)
            say("reaped")


def publish(url: str, number: int) -> Never:
    store = VersionStore(open_database(url))
    while True:
        found = store.current()
        candidate = make_candidate(number)
        try:
            version = store.publish(candidate, found.id if found else None)
        except CurrentChangedError:
            continue
        say(f"accepted {version.id} {candidate.digest}")
        number += 1


def say(line: str) -> None:
    """In one write: lines of several processes do not mix."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1])
