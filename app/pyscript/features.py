"""THE list of the features that main.py mounts once the grid stands and the worker is starting."""

from app.pyscript.evaluate.evaluation_panel import EvaluationPanel
from app.pyscript.explain.learn_panel import LearnPanel
from app.pyscript.hand.hand_panel import HandPanel
from app.pyscript.inside.inside_panel import InsidePanel
from app.pyscript.keep.keep_panel import KeepPanel
from app.pyscript.lessons.lesson_panel import LessonPanel
from app.pyscript.offline.offline_note import OfflineNote
from app.pyscript.read.compact_bar import CompactBar
from app.pyscript.samples.data_dialog import DataDialog
from app.pyscript.samples.dataset_note import DatasetNote
from app.pyscript.timeline.time_panel import TimePanel
from app.pyscript.tour.tour import Tour
from app.pyscript.train.charts import Charts
from app.pyscript.train.training_panel import TrainingPanel
from app.pyscript.tune.tune_panel import TunePanel
from app.pyscript.weights.weights_panel import WeightsPanel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


# In the order in which the page has them.
FEATURES = (
    TunePanel,
    TrainingPanel,
    LessonPanel,
    Charts,
    WeightsPanel,
    EvaluationPanel,
    InsidePanel,
    LearnPanel,
    TimePanel,
    HandPanel,
    KeepPanel,
    CompactBar,
    DataDialog,
    DatasetNote,
    OfflineNote,
    Tour,
)


def mount(page: "Page") -> None:
    page.browser.keep_stack_traces()
    for feature in FEATURES:
        feature(page).mount()
    page.browser.root().setAttribute("data-panels", "ready")
