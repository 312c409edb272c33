"""THE list of what makes up the page: a line for each panel.

It is data alone and imports nothing. By it the server puts the page's markup together
(api/views/pages.py), the page mounts its panels (mounting.py), and the worker makes what answers
them (worker/features.py).
"""


class Panel:
    """A line of the list. All that it names lies in its folder.

    place: where the markup stands, in the list's order: one of `places` in index.html, or in the
    markup of another panel. folder: of app.pyscript. module: the panel's; its markup, before it is
    mounted, is in a .html of the same name. mount: the panel's class, empty where another part of
    the page mounts it. section: the id of its <details> if that is closed at first: only a visitor
    who opens it has the module imported. state: the class in state.py that is made at the start,
    because it has to hear of something before that. calls: the class in worker/calls.py that
    answers the page.
    """

    def __init__(
        self,
        place: str,
        folder: str,
        module: str,
        mount: str = "",
        *,
        section: str = "",
        state: str = "",
        calls: str = "",
    ) -> None:
        self.place = place
        self.folder = folder
        self.module = module
        self.mount = mount
        self.section = section
        self.state = state
        self.calls = calls


PANELS = (
    Panel("main", "draw", "grid"),  # main.py mounts it, before everything else
    Panel("main", "read", "prediction_panel", calls="ReadCalls"),  # start/begin.py mounts it
    Panel("read", "tune", "tune_panel", "TunePanel", calls="TuneCalls"),
    Panel("main", "train", "training_panel", "TrainingPanel", calls="TrainCalls"),
    Panel("lessons", "lessons", "lesson_panel", "LessonPanel"),
    Panel("train", "lessons", "link"),  # LessonPanel mounts it
    Panel("train", "train", "charts", "Charts"),
    Panel("train", "weights", "weights_panel", "WeightsPanel", calls="WeightsCalls"),
    Panel("train", "keep", "keep_panel", "KeepPanel", calls="KeepCalls"),
    Panel(
        "main",
        "evaluate",
        "evaluation_panel",
        "EvaluationPanel",
        section="evaluation",
        state="Evaluations",
        calls="EvaluateCalls",
    ),
    Panel(
        "main",
        "hand",
        "hand_panel",
        "HandPanel",
        section="hand",
        state="Hand",
        calls="HandCalls",
    ),
    Panel("main", "classdigits", "class_digits_panel", calls="ClassDigitsCalls"),  # Hall mounts it
    Panel(
        "main",
        "inside",
        "inside_panel",
        "InsidePanel",
        section="inside",
        state="Inside",
        calls="InsideCalls",
    ),
    Panel(
        "main",
        "timeline",
        "time_panel",
        "TimePanel",
        section="time",
        state="Timeline",
        calls="TimelineCalls",
    ),
    Panel("time", "runs", "runs_panel", "RunsPanel", section="time", state="RunList"),
    Panel(
        "main",
        "explain",
        "learn_panel",
        "LearnPanel",
        section="learn",
        state="Explain",
        calls="ExplainCalls",
    ),
    Panel("header", "classroom", "class_button", "ClassButton"),
    Panel("strip", "pupil", "strip"),  # Hall mounts it, and the three below
    Panel("strip", "together", "together_note", calls="TogetherCalls"),
    Panel("overlay", "classroom", "door"),
    Panel("overlay", "board", "board_dialog"),
    Panel("header", "tour", "offer"),  # Tour mounts it
    Panel("overlay", "tour", "tour", "Tour"),
    Panel("overlay", "read", "compact_bar", "CompactBar"),
    Panel("overlay", "hand", "collecting"),  # HandPanel mounts it
    Panel("overlay", "samples", "data_dialog", "DataDialog", state="Samples"),
    Panel("overlay", "weights", "history_dialog"),  # WeightsPanel mounts it
    Panel("footer", "samples", "dataset_note", "DatasetNote"),
    Panel("footer", "offline", "offline_note", "OfflineNote"),
)
