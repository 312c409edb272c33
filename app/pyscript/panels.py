"""All that the page has beside the drawing and its reading; main.py mounts it a frame later."""

from app.pyscript.evaluate.evaluation_panel import EvaluationPanel
from app.pyscript.explain.learn_panel import LearnPanel
from app.pyscript.hand.hand_panel import HandPanel
from app.pyscript.inside.inside_panel import InsidePanel
from app.pyscript.keep.keep_panel import KeepPanel
from app.pyscript.keep.storage_keeper import StorageKeeper
from app.pyscript.lessons.lesson_panel import LessonPanel
from app.pyscript.offline.offline_note import OfflineNote
from app.pyscript.read.compact_bar import CompactBar
from app.pyscript.samples.data_dialog import DataDialog
from app.pyscript.timeline.time_panel import TimePanel
from app.pyscript.tour.tour import Tour
from app.pyscript.train.charts import Charts
from app.pyscript.train.training_panel import TrainingPanel
from app.pyscript.tune.tune_panel import TunePanel
from app.pyscript.weights.history_dialog import HistoryDialog
from app.pyscript.weights.weights_client import WeightsClient
from app.pyscript.weights.weights_panel import WeightsPanel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser
    from app.pyscript.store import Store
    from app.pyscript.worker_client import WorkerClient


def mount(store: "Store", browser: "Browser", worker: "WorkerClient") -> None:
    StorageKeeper(store, browser)
    history = HistoryDialog(store, browser, WeightsClient(store, browser), worker.load_version)
    for component in (
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
    browser.root().setAttribute("data-panels", "ready")
