"""THE list of the features that main.py mounts once the grid stands and the worker is starting.

A section that is closed at first is imported when the visitor opens it. Its state exists from the
start, because the worker sends reports whether the section is open or not.
"""

from app.pyscript.evaluate.state import Evaluations
from app.pyscript.explain.state import Explain
from app.pyscript.hand.state import Hand
from app.pyscript.inside.state import Inside
from app.pyscript.keep.keep_panel import KeepPanel
from app.pyscript.kit.section import open_later
from app.pyscript.lessons.lesson_panel import LessonPanel
from app.pyscript.offline.offline_note import OfflineNote
from app.pyscript.read.compact_bar import CompactBar
from app.pyscript.runs.state import RunList
from app.pyscript.samples.data_dialog import DataDialog
from app.pyscript.samples.dataset_note import DatasetNote
from app.pyscript.timeline.state import Timeline
from app.pyscript.tour.tour import Tour
from app.pyscript.train.charts import Charts
from app.pyscript.train.training_panel import TrainingPanel
from app.pyscript.tune.tune_panel import TunePanel
from app.pyscript.weights.weights_panel import WeightsPanel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

# Each section: its <details> in index.html, the states that it shows, its module and its class.
SECTIONS = (
    ("evaluation", (Evaluations,), "evaluate.evaluation_panel", "EvaluationPanel"),
    ("hand", (Hand,), "hand.hand_panel", "HandPanel"),
    ("inside", (Inside,), "inside.inside_panel", "InsidePanel"),
    ("time", (Timeline, RunList), "timeline.time_panel", "TimePanel"),
    ("learn", (Explain,), "explain.learn_panel", "LearnPanel"),
)
FEATURES = (
    TunePanel,
    TrainingPanel,
    LessonPanel,
    Charts,
    WeightsPanel,
    KeepPanel,
    CompactBar,
    DataDialog,
    DatasetNote,
    OfflineNote,
    Tour,
)


def mount(page: "Page") -> None:
    page.browser.keep_stack_traces()
    for identifier, states, module, name in SECTIONS:
        for state in states:
            page.of(state)
        open_later(page, identifier, f"app.pyscript.{module}", name)
    for feature in FEATURES:
        feature(page).mount()
    page.browser.root().setAttribute("data-panels", "ready")
