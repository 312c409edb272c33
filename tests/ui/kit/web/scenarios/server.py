"""kit/web/server.py, with the answers and broken bodies of real streams"""

import hashlib

import js

from app.pyscript.kit import texts
from app.pyscript.kit.web import server
from app.pyscript.kit.web.tasks import run
from tests.ui.kit.web.scenarios.tools import hurried, listed, raised, until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import FileIdentity

API = "https://digits.test/school/digits/api/data"
FILE = "app/0/page.bin"
BINARY = "application/octet-stream"
CONTENT = "twelve bytes"


def _expected(content: str = CONTENT) -> "FileIdentity":
    digest = "".join([f"{byte:02x}" for byte in hashlib.sha256(content.encode()).digest()])
    return {"bytes": len(content), "sha256": digest}


async def _fetch(expected: "FileIdentity", is_fresh: bool = False) -> "list[int]":
    counts: list[int] = []
    await server.fetch_counted(FILE, counts.append, expected, is_fresh)
    return counts


async def json_is_asked_for_and_read() -> None:
    js.stage.answer(API, '{"title": "MNIST"}')
    assert await server.fetch_json("/api/data") == {"title": "MNIST"}
    request = js.stage.requests[0]
    assert (request.method, request.cache) == ("GET", "default")
    assert request.headers.Accept == "application/json"
    assert not hasattr(request.headers, "Authorization")


async def an_answer_without_content_is_an_empty_document() -> None:
    js.stage.answer(API, "", 204)
    assert await server.fetch_json("/api/data", "DELETE") == {}


async def an_operator_sends_a_token_and_a_body() -> None:
    js.stage.answer(API, '{"ok": true}')
    await server.fetch_json("/api/data", "PUT", "secret", {"a": 1})
    request = js.stage.requests[0]
    assert request.headers.Authorization == "Bearer secret"
    assert js.Reflect.get(request.headers, "Content-Type") == "application/json"
    assert request.body == '{"a": 1}'


async def a_login_page_in_the_cache_is_asked_for_once_more() -> None:
    js.stage.answer(API, "<html>Log in</html>")
    js.stage.answer(API, "{}")
    assert await server.fetch_json("/api/data") == {}
    assert [each.cache for each in listed(js.stage.requests)] == ["default", "reload"]


async def a_login_page_from_the_network_is_no_answer() -> None:
    js.stage.answer(API, "<html>Log in</html>")
    error = await raised(server.fetch_json("/api/data"))
    assert isinstance(error, server.FetchError)


async def a_refusal_is_told_in_the_servers_words() -> None:
    js.stage.answer(API, '{"detail": "Too many."}', 429)
    error = await raised(server.fetch_json("/api/data"))
    assert error.status == 429
    assert "Too many." in str(error)
    assert error.detail == "Too many."


async def a_refusal_without_words_is_told_by_its_number() -> None:
    js.stage.answer(API, "Bad Gateway", 502)
    error = await raised(server.fetch_json("/api/data"))
    assert texts.REQUEST_STATUS.format(status=502) in str(error)


async def no_answer_and_a_broken_one_are_told() -> None:
    error = await raised(server.fetch_json("/api/data"))
    assert (error.status, str(error)) == (0, texts.REQUEST_UNANSWERED.format(path="/api/data"))
    js.stage.answer(API, '{"title"', 200, "application/json", "broken")
    error = await raised(server.fetch_json("/api/data"))
    assert str(error) == texts.REQUEST_BROKEN.format(path="/api/data")


async def silence_is_given_up() -> None:
    js.stage.answer(API, "", 200, "application/json", "never")
    asking = raised(server.fetch_json("/api/data"))
    assert (await hurried(server, "SILENCE_SECONDS", 0.02, asking)).status == 0


async def bytes_come_as_a_typed_array() -> None:
    js.stage.answer(FILE, CONTENT, 200, BINARY)
    content = await server.fetch_bytes(FILE, BINARY, is_fresh=True)
    assert bytes(listed(content)) == CONTENT.encode()
    assert js.stage.requests[0].headers.Accept == BINARY
    assert js.stage.requests[0].cache == "reload"


async def bytes_may_need_a_token() -> None:
    js.stage.answer(FILE, CONTENT, 200, BINARY)
    await server.fetch_bytes(FILE, BINARY, token="secret")
    assert js.stage.requests[0].headers.Authorization == "Bearer secret"


async def a_whole_file_is_counted_as_it_comes() -> None:
    js.stage.answer(FILE, CONTENT, 200, BINARY)
    assert sum(await _fetch(_expected())) == len(CONTENT)
    assert not hasattr(js.stage.requests[0], "cache")


async def a_file_that_is_not_the_servers_is_refused() -> None:
    for content, reason in (
        (CONTENT + "!", texts.FILE_HAS_ANOTHER_SIZE),
        (CONTENT.upper(), texts.FILE_IS_ANOTHER),
    ):
        js.stage.answers.clear()
        js.stage.answer(FILE, content, 200, BINARY)
        error = await raised(_fetch(_expected(), is_fresh=True))
        assert isinstance(error, server.DamagedError)
        words = reason.format(path=FILE, found=len(content), expected=len(CONTENT))
        assert str(error) == words


async def a_web_page_is_no_file() -> None:
    js.stage.answer(FILE, "<html>", 200, "text/html; charset=utf-8")
    error = await raised(_fetch({}))
    assert str(error) == texts.FILE_IS_A_PAGE.format(path=FILE)


async def a_file_that_breaks_off_is_damaged() -> None:
    js.stage.answer(FILE, CONTENT, 200, BINARY, "broken")
    error = await raised(_fetch(_expected()))
    assert isinstance(error, server.DamagedError)
    assert str(error) == texts.REQUEST_BROKEN.format(path=FILE)


async def a_file_that_stops_coming_is_damaged() -> None:
    js.stage.answer(FILE, CONTENT, 200, BINARY, "silent")
    error = await hurried(server, "SILENCE_SECONDS", 0.05, raised(_fetch(_expected())))
    assert str(error) == texts.REQUEST_BROKEN.format(path=FILE)


async def over_plain_http_a_file_passes_by_its_size() -> None:
    prototype = js.Object.getPrototypeOf(js.crypto)
    subtle = js.Object.getOwnPropertyDescriptor(prototype, "subtle")
    js.Reflect.deleteProperty(prototype, "subtle")
    try:
        js.stage.answer(FILE, CONTENT.upper(), 200, BINARY)
        assert await _fetch(_expected())
    finally:
        js.Object.defineProperty(prototype, "subtle", subtle)


async def a_script_is_checked_and_run() -> None:
    js.stage.answer("/uPlot.js", "var uPlot", 200, "text/javascript")
    ended: list[str] = []

    async def load() -> None:
        await server.load_script("/uPlot.js", "uPlot")
        ended.append("well")

    run(load())
    await until(lambda: js.document.head.children.length)
    script = js.document.head.children[0]
    assert script.src == "/uPlot.js"
    js.uPlot = js.Plot
    js.stage.fire(script, "load")
    await until(lambda: ended == ["well"])


async def a_script_that_is_a_web_page_is_not_run() -> None:
    js.stage.answer("/uPlot.js", "<html>", 200, "text/html")
    error = await raised(server.load_script("/uPlot.js", "uPlot"))
    assert str(error) == texts.SCRIPT_FAILED.format(path="/uPlot.js")
    assert js.document.head.children.length == 0
    assert js.stage.requests.length == 2


async def a_language_that_is_none_is_named() -> None:
    js.navigator.language = "C"
    js.stage.answer("/uPlot.js", "<html>", 200, "text/html")
    await raised(server.load_script("/uPlot.js", "uPlot"))
    assert js.navigator.language == texts.LANGUAGE
