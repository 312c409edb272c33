"""Files that the visitor chose, and files to save."""

import js
from pyscript import ffi

from app.pyscript.kit import texts
from app.pyscript.kit.web.elements import create_element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy

# A download has begun long before, and then the browser no longer needs our copy.
DOWNLOAD_MILLISECONDS = 60000


def chosen_file(field: "JsProxy") -> "JsProxy | None":
    """The File that a visitor chose in a field, if any; it can be chosen again then."""
    file = field.files[0] if field.files.length else None
    field.value = ""
    return file


async def read_file(file: "JsProxy", limit: int) -> "JsProxy":
    """A File's bytes as a Uint8Array, no more than `limit`. Raises OSError where it is gone."""
    try:
        return js.Uint8Array.new(await file.slice(0, limit).arrayBuffer())
    except Exception:  # a DOMException, in words for programmers
        raise OSError(texts.FILE_UNREADABLE)


def save_file(name: str, media_type: str, content: "str | JsProxy") -> None:
    """Have the browser save text or a typed array as a file, where it saves what is downloaded."""
    options = js.Object.new()
    options.type = media_type
    # A copy: the worker's arrays may lie in memory that is shared, which a Blob refuses.
    part = content if isinstance(content, str) else js.Uint8Array.new(content)
    file = js.File.new(js.Array.of(part), name, options)
    shared = js.Object.new()
    shared.files = js.Array.of(file)
    # Installed on an iPhone's home screen, a page has no downloads: a link shows the file in the
    # app's place, and no way leads back. Only there is there a `standalone`.
    is_app = hasattr(js.navigator, "standalone") and js.navigator.standalone
    if is_app and js.navigator.canShare(shared):

        def on_refusal(error: "JsProxy") -> None:
            if error.name != "AbortError":  # which is the visitor's own doing
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
