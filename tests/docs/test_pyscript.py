"""docs/pyscript.md: its listings are parts of files, and what it names is there."""

import re

import pytest

from api.config import CHECKOUT

TEXT = (CHECKOUT / "docs" / "pyscript.md").read_text()
LISTINGS = re.findall(r"^`([^`]+)`:\n\n```\w+\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
NAMED = re.findall(r"`([\w-]+/[\w/.-]+\.\w+)`", TEXT)


@pytest.mark.parametrize(("path", "listing"), LISTINGS)
def test_a_listing_is_part_of_its_file(path: str, listing: str) -> None:
    assert listing in (CHECKOUT / path).read_text()


def test_every_listing_but_commands_has_its_file() -> None:
    languages = re.findall(r"^```(\w+)\n", TEXT, re.MULTILINE)
    assert len(LISTINGS) == len([language for language in languages if language != "sh"]) > 10


@pytest.mark.parametrize("path", sorted(set(NAMED)))
def test_a_file_that_it_names_is_there(path: str) -> None:
    assert (CHECKOUT / path).is_file()


@pytest.mark.parametrize("section", re.findall(r"\(#([^)]+)\)", TEXT))
def test_a_link_within_it_leads_to_a_section(section: str) -> None:
    titles = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    assert section in [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles]
