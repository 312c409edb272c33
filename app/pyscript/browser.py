"""The browser, as the page's modules use it. Tests replace this whole: tests/ui/fake_browser.py.

Thin functions over elements, events, timers, fetch and canvases (kit/web/), and PyScript's workers
(bridge/workers.py). What drawing needs is imported at once, the rest at its first use.

MicroPython cannot catch a *synchronous* JavaScript exception, with `except` or with `finally`; a
rejected promise does become a Python exception. So nothing here directly calls what may throw; such
calls, parsing too, go through a promise.
"""

from app.pyscript.kit.web.elements import (  # noqa: F401
    capture_pointer,
    create_element,
    early_moves,
    element,
    focus_quietly,
    focused,
    has_focus,
    listen,
    on_leaving,
    on_theme_change,
    on_window,
    pointer_path,
    release_pointer,
    reveal,
    root,
    style_value,
)
from app.pyscript.kit.web.ink_canvas import (  # noqa: F401
    InkCanvas,
    fill_canvas,
    pictures,
    show_ink,
)
from app.pyscript.kit.web.modules import begin_modules, mount_modules  # noqa: F401
from app.pyscript.kit.web.tasks import (  # noqa: F401
    WAITING_SLICES,
    LateError,
    gather,
    next_frame,
    now,
    run,
    sleep,
    within,
)
from app.pyscript.kit.web.visitor import (  # noqa: F401
    PATH,
    SITE,
    copy_text,
    fragment_fields,
    is_traced,
    language,
    local_time,
    number_marks,
    page_address,
    page_config,
    random,
    random_seed,
    takes_names,
    trace,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any

LATER = {
    "kit.web.chart": (
        "WHOLE_STEPS",
        "DASHES",
        "Chart",
    ),
    "kit.web.database": ("stored_record",),
    "kit.web.events": ("open_events",),
    "kit.web.errors": ("on_uncaught",),
    "kit.web.file_access": (
        "DOWNLOAD_MILLISECONDS",
        "chosen_file",
        "read_file",
        "save_file",
    ),
    "kit.web.focus": (
        "FIELDS",
        "CONTROLS",
        "CLOSED",
        "UNFOCUSABLE",
        "focus_in_place",
        "on_focus",
        "on_redraw",
        "can_have_focus",
        "is_rendered",
        "controls_in",
        "places_of",
        "is_in_view",
        "place_after",
        "on_view",
    ),
    "kit.web.server": (
        "SILENCE_SECONDS",
        "FetchError",
        "DamagedError",
        "fetch_json",
        "fetch_bytes",
        "send_bytes",
        "fetch_counted",
        "load_script",
    ),
    "kit.web.storage": (
        "recall",
        "remember",
        "forget_fragment",
        "is_storage_persistent",
        "persist_storage",
        "is_kept_page",
        "is_secure",
        "has_service_workers",
        "keep_page",
        "forget_page",
    ),
    "kit.web.wasm": (
        "WasmModule",
        "load_module",
    ),
    "bridge.workers": (
        "WORKER_POLL_SECONDS",
        "Worker",
        "start_worker",
        "stop_worker",
    ),
}
"""The modules that are imported later, and their names."""


def __getattr__(name: str) -> "Any":
    """Import the module that defines this name, and keep the name here."""
    for module, names in LATER.items():
        if name in names:
            imported = __import__(f"app.pyscript.{module}", None, None, names)
            for each in names:
                globals()[each] = getattr(imported, each)
            return globals()[name]
    raise AttributeError(name)
