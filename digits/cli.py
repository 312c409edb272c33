"""`digits COMMAND ...`: finds the command's module and runs it; what fails is one sentence."""

import argparse
import io
import sys
from collections.abc import Sequence
from importlib import import_module

from digits import VERSION

COMMANDS = {
    "serve": "serve the page and the API",
    "data": "say which digits are used; fetch or take over MNIST",
    "train": "train weights on the command line",
    "evaluate": "measure the shipped weights, or others",
    "predict": "read digits in PNG files",
    "backup": "copy the database, while the service runs",
    "restore": "put a copy back",
    "doctor": "check this installation, and say what to do",
    "kit": "put all that a class without internet needs on a stick",
    "worker": "do the jobs of the operator's trainings, beside `serve`",
}
OVERVIEW = f"""\
Draw a digit, watch a neural network read it, and train that network in your browser.

usage: digits COMMAND [options]

{{commands}}

examples:
  digits serve --open          start it here, and open the browser
  digits serve --lan           for a class: says what pupils type
  digits data                  which digits are used; brings MNIST if it is not here
  digits predict five.png      what the network reads in a picture
  digits COMMAND --help        all options of a command, with examples

version {VERSION}
"""
INTERRUPTED = 130


class CommandError(Exception):
    """A command cannot do what it was asked; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status is 0, 1 if it fails, 2 if it was called wrongly."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a dash must not end the program
    words = list(sys.argv[1:] if arguments is None else arguments)
    name = words[0] if words else "--help"
    if name in ("-h", "--help", "help"):
        listed = "\n".join(f"  {each:<10}{text}" for each, text in COMMANDS.items())
        say(OVERVIEW.format(commands=listed))
        return 0
    if name in ("-V", "--version"):
        say(f"digits {VERSION}")
        return 0
    if name not in COMMANDS:
        complain(f"digits: there is no command {name!r}, only {', '.join(COMMANDS)}.")
        return 2
    return run(name, words[1:])


def run(name: str, arguments: Sequence[str]) -> int:
    """Run one of COMMANDS."""
    try:
        result: int = import_module(f"digits.commands.{name}").main(arguments)
    except CommandError as error:
        complain(f"digits {name}: {error}")
        return 1
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        complain(f"digits {name}: {place}{error.strerror or error}.")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return result


def parser(command: str, description: str, examples: str) -> argparse.ArgumentParser:
    """For the options of a command; examples are lines as one types them."""
    return argparse.ArgumentParser(
        prog=f"digits {command}",
        description=description,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
