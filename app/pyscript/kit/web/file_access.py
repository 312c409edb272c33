"""Reads files that the visitor chose, and saves files."""

import js
from pyscript import ffi

from app.pyscript.kit import texts
from app.pyscript.kit.web.elements import create_element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy

# After this long the download has surely begun, and the browser no longer needs our copy.
DOWNLOAD_MILLISECONDS = 60000


def chosen_file(field: "JsProxy") -> "JsProxy | None":
    """The File that the visitor chose in a field, or None. Empties the field, so that the same
    file can be chosen again."""
    file = field.files[0] if field.files.length else None
    field.value = ""
    return file


async def read_file(file: "JsProxy", limit: int) -> "JsProxy":
    """At most `limit` bytes of a File, as a Uint8Array. Raises OSError if the file is gone."""
    try:
        return js.Uint8Array.new(await file.slice(0, limit).arrayBuffer())
    except Exception:  # a DOMException, in words for programmers
        raise OSError(texts.FILE_UNREADABLE)


def save_file(name: str, media_type: str, content: "str | JsProxy") -> None:
    """Have the browser save text or a typed array as a file, among its downloads."""
    options = js.Object.new()
    options.type = media_type
    # A copy: the worker's arrays may be in shared memory, which a Blob refuses.
    part = content if isinstance(content, str) else js.Uint8Array.new(content)
    file = js.File.new(js.Array.of(part), name, options)
    shared = js.Object.new()
    shared.files = js.Array.of(file)
    # On an iPhone's home screen, an installed page cannot download: a link would show the file in
    # place of the app, with no way back. Only there does `standalone` exist.
    is_app = hasattr(js.navigator, "standalone") and js.navigator.standalone
    if is_app and js.navigator.canShare(shared):

        def on_refusal(error: "JsProxy") -> None:
            if error.name != "AbortError":  # the visitor canceled it
                _save_by_link(file)

        js.navigator.share(shared).catch(ffi.create_proxy(on_refusal))
    else:
        _save_by_link(file)


def _save_by_link(file: "JsProxy") -> None:
    link = create_element("a")
    link.href = js.URL.createObjectURL(file)
    link.download = file.name
    link.click()
    release = ffi.create_proxy(lambda: js.URL.revokeObjectURL(link.href))
    js.setTimeout(release, DOWNLOAD_MILLISECONDS)
