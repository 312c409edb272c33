"""kit/web/wasm.py"""

import js

from app.pyscript.kit.web import wasm
from tests.ui.kit.web.scenarios.tools import listed, raised

PATH = "app/0/reader.wasm"
TYPE = "application/wasm"
# (module (memory (export "memory") 1) (func (export "add") (param i32 i32) (result i32)
#   local.get 0 local.get 1 i32.add))
MODULE = (
    "0061736d01000000" + "0107016002" + "7f7f017f" + "03020100" + "0503010001"
    "0710" + "02" + "066d656d6f7279" + "0200" + "03616464" + "0000"
    "0a09010700200020016a0b"
)


def _bytes() -> object:
    return js.Uint8Array.new(js.Array.of(*bytes.fromhex(MODULE)))


async def a_module_computes_and_its_memory_is_read_and_filled() -> None:
    js.stage.answerBytes(PATH, _bytes(), TYPE)
    module = await wasm.load_module(PATH)
    assert module.call("add", 3, 4) == 7
    assert await module.fill(8, 3, js.Uint8Array.of(1, 2, 3))
    assert listed(module.bytes_at(8, 4)) == [1, 2, 3, 0]
    module.write(8, "ab")
    assert listed(module.bytes_at(8, 3)) == [97, 98, 3]
    assert listed(module.floats_at(16, 2)) == [0, 0]


async def what_does_not_fit_is_not_filled_in() -> None:
    js.stage.answerBytes(PATH, _bytes(), TYPE)
    module = await wasm.load_module(PATH)
    for content in (js.Uint8Array.of(1, 2), None, 7):
        assert not await module.fill(8, 3, content)
    assert listed(module.bytes_at(8, 3)) == [0, 0, 0]


async def a_damaged_copy_is_fetched_anew() -> None:
    js.stage.answer(PATH, "<html>", 200, "text/html")
    js.stage.answerBytes(PATH, _bytes(), TYPE)
    assert (await wasm.load_module(PATH)).call("add", 1, 1) == 2
    assert [each.cache for each in listed(js.stage.requests)] == ["default", "reload"]


async def a_module_that_does_not_come_is_told() -> None:
    assert await raised(wasm.load_module(PATH))
