"""WebAssembly modules with a memory of their own.

A function that traps would throw what MicroPython cannot catch: use only modules that never do.
"""

import js

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy


class WasmModule:
    """A module's functions, and its memory, which may not grow. Addresses are the module's."""

    def __init__(self, exports: "JsProxy") -> None:
        self._exports = exports
        self._memory = exports.memory.buffer
        self._encoder = js.TextEncoder.new()

    def call(self, function: str, *numbers: int) -> int:
        return int(getattr(self._exports, function)(*numbers))

    async def fill(self, address: int, room: int, content: "JsProxy") -> bool:
        """Copy a typed array to an address. Returns False if it does not fill the room exactly."""
        if getattr(content, "length", None) != room:
            return False
        view = js.Uint8Array.new(self._memory, address, room)
        # Through a promise, because `set` throws if the content is no typed array of bytes.
        await js.Promise.resolve(content).then(view.set.bind(view))
        return True

    def write(self, address: int, text: str) -> None:
        """Copy a text of plain ASCII."""
        self._encoder.encodeInto(text, js.Uint8Array.new(self._memory, address, len(text)))

    def bytes_at(self, address: int, count: int) -> "JsProxy":
        """A copy, as a Uint8Array."""
        return js.Uint8Array.new(self._memory, address, count).slice()

    def floats_at(self, address: int, count: int) -> "JsProxy":
        """A copy of float32 numbers, as a Float32Array."""
        return js.Float32Array.new(self._memory, address, count).slice()


async def load_module(path: str) -> WasmModule:
    """Fetch and instantiate a module that imports nothing. Raises what its promise is rejected with
    where the file does not come, or is none."""
    try:
        made = await _instantiating(path, "default")
    except Exception:  # the browser's copy may be damaged, or a network's login page
        made = await _instantiating(path, "reload")
    return WasmModule(made.instance.exports)


def _instantiating(path: str, cache: str) -> "JsProxy":
    # The browser begins to compile as the file comes, whatever this thread is doing then.
    options = js.Object.new()
    options.cache = cache
    return js.WebAssembly.instantiateStreaming(js.fetch(path, options))
