"""kit/web/file_access.py"""

import js

from app.pyscript.kit import texts
from app.pyscript.kit.web import file_access
from tests.ui.kit.web.scenarios.tools import add, listed, pass_time, raised, record, until


async def a_chosen_file_is_taken_and_the_field_emptied() -> None:
    field = add("input", "type=file")
    assert file_access.chosen_file(field) is None
    field.files = js.Array.of(js.File.new(js.Array.of("abc"), "a.txt"))
    field.value = "C:\\fakepath\\a.txt"
    chosen = file_access.chosen_file(field)
    assert chosen is not None
    assert chosen.name == "a.txt"
    assert field.value == ""


async def a_file_is_read_up_to_the_limit() -> None:
    file = js.File.new(js.Array.of("abcdef"), "a.txt")
    assert bytes(listed(await file_access.read_file(file, 4))) == b"abcd"
    assert (await file_access.read_file(file, 40)).length == 6


async def a_file_that_is_gone_is_told_in_words() -> None:
    gone = js.Promise.reject(js.DOMException.new("A requested file could not be found.", "x"))
    gone.catch(lambda error: None)
    file = record(slice=lambda start, end: record(arrayBuffer=lambda: gone))
    error = await raised(file_access.read_file(file, 4))
    assert isinstance(error, OSError)
    assert str(error) == texts.FILE_UNREADABLE


async def _saved_text() -> str:
    return str(await js.stage.saved[0].text())


async def a_text_is_saved_by_a_link() -> None:
    file_access.save_file("history.csv", "text/csv", "a,b")
    (link,) = listed(js.stage.clicked)
    assert (link.download, link.href) == ("history.csv", "blob:history.csv")
    assert await _saved_text() == "a,b"
    assert js.stage.saved[0].type == "text/csv"
    assert js.stage.revoked.length == 0


async def bytes_are_saved_as_they_are() -> None:
    file_access.save_file("a.bin", "application/octet-stream", js.Uint8Array.of(65, 66))
    assert await _saved_text() == "AB"


async def an_installed_app_shares_the_file() -> None:
    js.stage.shareSheet("")
    file_access.save_file("a.txt", "text/plain", "x")
    await until(lambda: js.stage.saved.length)
    assert js.stage.clicked.length == 0


async def sharing_that_fails_is_a_link_but_not_if_it_was_canceled() -> None:
    js.stage.shareSheet("AbortError")
    file_access.save_file("a.txt", "text/plain", "x")
    await pass_time()
    assert js.stage.clicked.length == 0
    js.stage.shareSheet("NotAllowedError")
    file_access.save_file("a.txt", "text/plain", "x")
    await until(lambda: js.stage.clicked.length)
