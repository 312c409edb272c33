"""Reads drawings on the page itself, until the worker does: app/model/reader/reader.c.

Its module and the weights come within a second, Python and NumPy in the worker some seconds later.
The weights are those that the worker will begin with, from the same address, so that its readings
will be the same, and the browser's cache has the bytes for it. This is not where it is decided who
reads: state.py does that. Runs on MicroPython and on CPython.
"""

from app.pyscript.keep.state import Keep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any, JsProxy
    from app.pyscript.page import Page
    from app.pyscript.read.records import Reading

# Why a drawing cannot be read, in the order of the module's numbers, which count from 1. Equal to
# REASONS of app.model.readability, which the page cannot import.
REASONS = ("blank", "dot", "filled", "more than one digit", "no digit", "no answer")
# As the worker asks for them, header by header: api_client.py.
WEIGHTS_PATH, WEIGHTS_TYPE = "/api/weights", "application/x-npz"
DIGITS, RGBA_BYTES = 10, 4 * 28 * 28
# The worker's start waits for the module, but not long: see Read.prepare.
MODULE_LIMIT_SECONDS = 1


class PageReader:
    """has_weights: whether it can read."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._keep = page.of(Keep)
        self._module: Any = None
        self.has_weights = False

    async def load(self) -> None:
        """Get the weights that the next worker will begin with. If they do not come, or are not in
        the one form that the module takes, it keeps those that it has.

        Never raises: without it, the worker reads, as it will anyway.
        """
        try:
            weights = await self._next_weights()
            await self.load_module()
            is_taken = self._module is not None and await self._take(weights)
        except Exception:  # a rejected promise can bring any
            return
        self.has_weights = self.has_weights or is_taken

    async def load_module(self) -> None:
        """Get the module, if it is not there and comes soon. Never raises."""
        if self._module is None:
            try:
                loading = self._browser.load_module(self._browser.page_config()["reader"])
                self._module = await self._browser.within(MODULE_LIMIT_SECONDS, loading)
            except Exception:  # a rejected promise can bring any
                return

    async def _next_weights(self) -> "JsProxy":
        kept = await self._keep.kept_weights()
        if kept is not None:
            return kept
        address = self._browser.SITE + WEIGHTS_PATH
        return await self._browser.fetch_bytes(address, WEIGHTS_TYPE)

    async def _take(self, weights: "JsProxy") -> bool:
        call = self._module.call
        room = call("npz_bytes")
        is_full = await self._module.fill(call("npz"), room, weights)
        return is_full and call("take_weights", room) == 1

    def read(self, hexadecimal: str) -> "Reading":
        """Read a drawing, at once: what the worker's `predict` answers, but "milliseconds".

        hexadecimal: Draw.hexadecimal. Call this only if has_weights.
        """
        call = self._module.call
        self._module.write(call("drawing"), hexadecimal)
        reason = call("read_drawing")
        return {
            "digit": call("digit"),
            "unreadable": REASONS[reason - 1] if reason else "",
            "probabilities": self._module.floats_at(call("probabilities"), DIGITS),
            "seen": self._module.bytes_at(call("seen"), RGBA_BYTES),
        }
