import pytest

from api.representations import CODINGS, JSON, NPY, Representation
from tests.api.content_codings import decode

CONTENT = bytes(range(256)) * 8


@pytest.mark.parametrize("coding", CODINGS)
def test_codings_hold_the_content(coding: str) -> None:
    encoded = Representation.encode(CONTENT, NPY, coding)
    assert encoded.coding == coding
    assert decode(encoded.content, coding) == CONTENT


@pytest.mark.parametrize("coding", CODINGS)
def test_what_is_made_for_one_answer_says_the_same(coding: str) -> None:
    content = bytes(range(40)) * 500
    quick, thorough = (
        Representation.encode(content, JSON, coding, is_quick=is_quick)
        for is_quick in (True, False)
    )
    assert decode(quick.content, coding) == decode(thorough.content, coding) == content
    assert len(thorough.content) <= len(quick.content)


@pytest.mark.parametrize("coding", CODINGS)
def test_equal_content_gives_equal_bytes_and_tag(coding: str) -> None:
    first, second = (Representation.encode(CONTENT, NPY, coding) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("etag", [None, "digest"])
def test_tags_tell_codings_apart(etag: str | None) -> None:
    tags = {Representation.encode(CONTENT, NPY, coding, etag).etag for coding in CODINGS}
    assert len(tags) == len(CODINGS)


def test_tags_tell_contents_apart() -> None:
    other = CONTENT[:-1] + b"\0"
    tags = {Representation.encode(content, JSON, "br").etag for content in (CONTENT, other)}
    assert len(tags) == 2


def test_a_given_tag_names_the_bytes_as_they_are() -> None:
    assert Representation.encode(CONTENT, NPY, "identity", "digest").etag == "digest"


@pytest.mark.parametrize("coding", CODINGS)
def test_little_content_goes_as_it_is(coding: str) -> None:
    little = Representation.encode(b"{}", JSON, coding)
    assert little.content == b"{}"
    assert little.coding == "identity"
