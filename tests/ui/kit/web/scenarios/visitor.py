"""kit/web/visitor.py"""

import js

from app.pyscript.kit.web import visitor
from tests.ui.kit.web.scenarios.tools import listed


async def the_site_has_its_path_and_no_file() -> None:
    assert visitor.PATH == "/school/digits"
    assert visitor.SITE == "https://digits.test/school/digits"
    assert visitor.page_address() == "https://digits.test/school//digits/index.html"


async def the_fragment_is_read_as_a_query_whatever_it_is() -> None:
    assert visitor.fragment_fields() == [("preset", "tiny"), ("hide", "a b"), ("odd", "%")]


async def numbers_are_written_as_the_language_has_it() -> None:
    assert visitor.language() == "de-AT"
    assert visitor.number_marks("de") == (",", ".")
    assert visitor.number_marks("en") == (".", ",")
    assert visitor.number_marks("ar")[0] == "."  # Latin digits
    assert len(visitor.number_marks("")) == 2


async def a_time_is_shown_in_the_visitors_way() -> None:
    assert "2026" in visitor.local_time("2026-05-17T12:00:00Z")


async def a_seed_crosses_to_javascript_whole() -> None:
    assert 0 <= visitor.random() < 1
    seed = visitor.random_seed()
    assert js.Number(seed) == seed
    assert 0 <= seed < 2**30


async def a_text_is_copied_where_that_is_allowed() -> None:
    assert not await visitor.copy_text("x")
    js.stage.clipboard()
    assert await visitor.copy_text("x")
    js.stage.mayCopy = False
    assert not await visitor.copy_text("y")
    assert listed(js.stage.copied) == ["x"]


async def the_console_is_told_where_the_address_asks_for_it() -> None:
    assert visitor.is_traced()
    visitor.trace("=>", "predict", 1.5, "{}")
    assert js.stage.traces[0] == "=> predict 1.5 {}"


async def the_server_has_told_the_page() -> None:
    assert visitor.page_config()["charts"] == "/uPlot.js"
    assert visitor.takes_names()
    js.document.documentElement.setAttribute("data-names", "none")
    assert not visitor.takes_names()
