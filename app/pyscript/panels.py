"""All that the page has beside the drawing and its reading; main.py mounts it a frame later."""

from app.pyscript.components.charts import Charts
from app.pyscript.components.compact_bar import CompactBar
from app.pyscript.components.data_dialog import DataDialog
from app.pyscript.components.evaluation_panel import EvaluationPanel
from app.pyscript.components.hand_panel import HandPanel
from app.pyscript.components.history_dialog import HistoryDialog
from app.pyscript.components.inside_panel import InsidePanel
from app.pyscript.components.keep_panel import KeepPanel
from app.pyscript.components.learn_panel import LearnPanel
from app.pyscript.components.lesson_panel import LessonPanel
from app.pyscript.components.offline_note import OfflineNote
from app.pyscript.components.time_panel import TimePanel
from app.pyscript.components.tour import Tour
from app.pyscript.components.training_panel import TrainingPanel
from app.pyscript.components.tune_panel import TunePanel
from app.pyscript.components.weights_panel import WeightsPanel
from app.pyscript.storage_keeper import StorageKeeper
from app.pyscript.weights_client import WeightsClient

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
