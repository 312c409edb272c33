"""The page's composition root: makes the store and the clients, mounts the components, starts.

The only module whose import does something. Runs on MicroPython, on the page's main thread.
"""

from app.pyscript import browser, messages, texts
from app.pyscript.components.charts import Charts
from app.pyscript.components.compact_bar import CompactBar
from app.pyscript.components.data_dialog import DataDialog
from app.pyscript.components.evaluation_panel import EvaluationPanel
from app.pyscript.components.grid import Grid
from app.pyscript.components.hand_panel import HandPanel
from app.pyscript.components.history_dialog import HistoryDialog
from app.pyscript.components.inside_panel import InsidePanel
from app.pyscript.components.keep_panel import KeepPanel
from app.pyscript.components.learn_panel import LearnPanel
from app.pyscript.components.lesson_panel import LessonPanel
from app.pyscript.components.offline_note import OfflineNote
from app.pyscript.components.prediction_panel import PredictionPanel
from app.pyscript.components.status_bar import StatusBar
from app.pyscript.components.time_panel import TimePanel
from app.pyscript.components.tour import Tour
from app.pyscript.components.training_panel import TrainingPanel
from app.pyscript.components.tune_panel import TunePanel
from app.pyscript.components.weights_panel import WeightsPanel
from app.pyscript.page_keeper import PageKeeper
from app.pyscript.samples_client import SamplesClient
from app.pyscript.store import Store
from app.pyscript.weights_client import WeightsClient
from app.pyscript.worker_client import WorkerClient

store = Store(browser.next_frame, dict(messages.DEFAULT_SETTINGS))
worker = WorkerClient(store, browser)
samples = SamplesClient(store, browser)
history = HistoryDialog(store, browser, WeightsClient(store, browser), worker.load_version)

PageKeeper(store, browser)


def start_worker() -> None:
    browser.run(worker.start())


def report_error(text: str) -> None:
    store.notify("page", texts.PAGE_BROKE, texts.PAGE_BROKE_ADVICE.format(error=text))


browser.on_uncaught(report_error)
for component in (
    StatusBar(
        store,
        browser,
        {"worker": start_worker, "load_shared_weights": worker.load_shared_weights},
    ),
    Grid(store, browser, samples.load_sample),
    PredictionPanel(store, browser),
    TunePanel(store, browser, worker.tune),
    TrainingPanel(store, browser, worker),
    LessonPanel(store, browser, worker),
    Charts(store, browser),
    WeightsPanel(store, browser, worker, history.open),
    EvaluationPanel(store, browser, worker),
    InsidePanel(store, browser, worker),
    LearnPanel(store, browser, worker),
    TimePanel(store, browser, worker),
    HandPanel(store, browser, worker),
    KeepPanel(store, browser, worker),
    CompactBar(store, browser, worker),
    DataDialog(store, browser),
    OfflineNote(store, browser),
    history,
    Tour(store, browser),
):
    component.mount()

browser.root().setAttribute("data-ui", "ready")
start_worker()
browser.run(samples.describe_dataset())
