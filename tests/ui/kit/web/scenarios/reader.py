"""kit/web/reader.py"""

import js

from app.pyscript.kit.web import reader
from tests.ui.kit.web.scenarios.tools import listed


async def the_site_has_its_path_and_no_file() -> None:
    assert reader.PATH == "/school/digits"
    assert reader.SITE == "https://digits.test/school/digits"
    assert reader.page_address() == "https://digits.test/school//digits/index.html"


async def the_fragment_is_read_as_a_query_whatever_it_is() -> None:
    assert reader.fragment_fields() == [("preset", "tiny"), ("hide", "a b"), ("odd", "%")]


async def numbers_are_written_as_the_language_has_it() -> None:
    assert reader.language() == "de-AT"
    assert reader.number_marks("de") == (",", ".")
    assert reader.number_marks("en") == (".", ",")
    assert reader.number_marks("ar")[0] == "."  # Latin digits
    assert len(reader.number_marks("")) == 2


async def a_time_is_shown_in_the_visitors_way() -> None:
    assert "2026" in reader.local_time("2026-05-17T12:00:00Z")


async def a_seed_crosses_to_javascript_whole() -> None:
    assert 0 <= reader.random() < 1
    seed = reader.random_seed()
    assert js.Number(seed) == seed
    assert 0 <= seed < 2**30


async def a_text_is_copied_where_that_is_allowed() -> None:
    assert not await reader.copy_text("x")
    js.stage.clipboard()
    assert await reader.copy_text("x")
    js.stage.mayCopy = False
    assert not await reader.copy_text("y")
    assert listed(js.stage.copied) == ["x"]


async def the_console_is_told_where_the_address_asks_for_it() -> None:
    assert reader.is_traced()
    reader.trace("=>", "predict", 1.5, "{}")
    assert js.stage.traces[0] == "=> predict 1.5 {}"


async def the_server_has_told_the_page() -> None:
    assert reader.page_config()["charts"] == "/uPlot.js"
    assert reader.takes_names()
    js.document.documentElement.setAttribute("data-names", "none")
    assert not reader.takes_names()
