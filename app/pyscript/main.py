"""The page's composition root: makes the store and the clients, mounts the components, starts.

The only module whose import does something. Runs on MicroPython, on the page's main thread. What a
visitor can use at once is there first; the panels below come a frame later.
"""

from app.pyscript import browser, messages, texts
from app.pyscript.draw.grid import Grid
from app.pyscript.kit.focus_keeper import FocusKeeper
from app.pyscript.kit.formats import language_tag, use_marks
from app.pyscript.offline.page_keeper import PageKeeper
from app.pyscript.read.prediction_panel import PredictionPanel
from app.pyscript.reasons import reason
from app.pyscript.samples.samples_client import SamplesClient
from app.pyscript.status_bar import StatusBar
from app.pyscript.store import Store
from app.pyscript.worker_client import WorkerClient

use_marks(*browser.number_marks(language_tag(browser.language())))
store = Store(browser.next_frame, dict(messages.DEFAULT_SETTINGS))
worker = WorkerClient(store, browser)
samples = SamplesClient(store, browser)

PageKeeper(store, browser)


def start_worker() -> None:
    browser.run(worker.start())


def report_error(text: str) -> None:
    store.notify("page", texts.PAGE_BROKE, texts.PAGE_BROKE_ADVICE.format(error=reason(text)))


def mount_panels() -> None:
    # Imported here, because that takes as long as all of the above.
    from app.pyscript import panels  # noqa: PLC0415

    browser.keep_stack_traces()
    panels.mount(store, browser, worker)


browser.on_uncaught(report_error)
for component in (
    StatusBar(
        store,
        browser,
        {"worker": start_worker, "load_shared_weights": worker.load_shared_weights},
    ),
    Grid(store, browser, samples.load_sample),
    PredictionPanel(store, browser),
    FocusKeeper(browser),
):
    component.mount()

browser.root().setAttribute("data-ui", "ready")
start_worker()
browser.run(samples.describe_dataset())
browser.next_frame(mount_panels)
