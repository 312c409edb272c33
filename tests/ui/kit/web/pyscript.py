"""PyScript's module, as far as kit/web/ uses it; what MicroPython has of it is real."""

import js
import jsffi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

config: "dict[str, Any]" = {"digits": {"charts": "/uPlot.js"}}


class ffi:  # noqa: N801 - a module of PyScript's
    create_proxy = staticmethod(jsffi.create_proxy)
    to_js = staticmethod(jsffi.to_js)


started: "list[Any]" = []  # (source, name, config) of each worker


async def create_named_worker(source: str, name: str, config: "Any") -> "Any":
    """Make the script element as PyScript does, and then wait for the worker."""
    started.append((source, name, config))
    script = js.stage.add("script", js.document.body, f"name={name}")
    script.xworker = js.stage.worker()
    proxy = await js.stage.exported(name)
    if not proxy:
        raise RuntimeError("Traceback\n  line 1\nModuleNotFoundError: numpy")
    return proxy
