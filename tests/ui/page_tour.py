"""What the page's modules compute and show, as data that JSON can hold.

Runs on CPython and on MicroPython, where test_micropython.py expects the same of both. So it uses
what both have, and no pytest.
"""

import sys

from app.pyscript.draw import brush
from app.pyscript.draw.drawing import CELLS, Drawing
from app.pyscript.lessons import lesson, link
from app.pyscript.read.state import LOOK_SECONDS, LOOKS
from app.pyscript.settings.checks import check_settings
from app.pyscript.start.state import PATIENCE_SECONDS
from app.pyscript.train.history import POINT_LIMIT, History
from tests.ui import class_page
from tests.ui.fake_browser import Bytes, Element, FakeBrowser, FetchError, File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

BROWSER_MODULE = "app.pyscript.browser"
WORKER_FILE = "/vendor/pyodide.wasm"
WORKER_SCRIPT = "main.py"
WORKER_PLAN = {
    "source": WORKER_SCRIPT,
    "config": {},
    "files": [{"path": WORKER_FILE, "bytes": 9000000}],
}
CHARTS = ("loss-chart", "accuracy-chart", "runs-chart", "class-chart", "together-chart")
OK: "dict[str, Any]" = {}
STEPPED = {
    "samples": 128,
    "learning_rate": 0.05,
    "loss_before": 2.34567,
    "loss_after": 1.23456,
    "accuracy_before": 0.126,
    "accuracy_after": 0.5,
}
NOTHING_KEPT = {"saved_at": "", "settings": None, "digest": ""}
CONNECTED = {"kernels": "simd", "no_simd": ""}
SETTINGS: "list[dict[str, Any]]" = [
    {},
    {"batch_size": 1024, "learning_rate": 0.5, "prefetch": 1, "optimizer": "adam"},
    {"batch_size": 0},
    {"batch_size": True},
    {"batch_size": 1.5},
    {"learning_rate": 0},
    {"learning_rate": "0.1"},
    {"prefetch": 17},
    {"optimizer": "magic"},
    {"tray_share": 0.25},
    {"tray_share": 1.5},
    {"pace": 1},
    {"momentum": 0.5, "schedule": "cosine", "l2": 1e-4, "data_fraction": 0.01, "seed": 7},
    {"momentum": 1},
    {"schedule": "linear"},
    {"schedule_steps": 0},
    {"data_fraction": 0},
    {"seed": 2**30},
]
LINKS: "list[list[Any]]" = [
    [],
    [["evaluation", ""]],
    [["preset", "tiny"], ["until", "200"], ["hide", "keep,all,tune"]],
    [["weights", "random"], ["seed", "1073741823"], ["learning_rate", "1e-05"], ["l2", "0.1"]],
    [["learning_rate", "0,05"], ["momentum", "\u0660\u066b\u0665"], ["l2", "1,000"]],
    [["batch_size", "0"], ["momentum", "2"], ["weights", "best"], ["speed", "1"]],
]


def brush_results() -> "list[Any]":
    """Pixels after each of many pieces, drawn and erased, some of them beyond the borders."""
    pixels = bytearray(CELLS)
    results = []
    numbers = _numbers()
    for piece in range(40):
        start = (40 * next(numbers) - 6, 40 * next(numbers) - 6)
        end = start if piece % 5 == 0 else (40 * next(numbers) - 6, 40 * next(numbers) - 6)
        width = brush.THINNEST + (brush.THICKEST - brush.THINNEST) * next(numbers)
        changed = brush.paint(pixels, start, end, width, piece % 4 == 3)
        results.append([changed, pixels.hex()])
    return results


def _numbers() -> "Iterator[float]":
    """Pseudo-random numbers from 0 to 1, the same everywhere (Park and Miller's generator)."""
    state = 1
    while True:
        state = state * 48271 % 2147483647
        yield state / 2147483647


def drawing_results() -> "list[Any]":
    drawing = Drawing()
    results: list[Any] = []

    def note(changed: "Any") -> None:
        results.append([len(changed), drawing.pixels.hex(), drawing.can_undo, drawing.is_blank])

    note(drawing.begin_stroke(5, 5))
    note(drawing.continue_stroke(20.5, 9.25))
    drawing.end_stroke()
    note(drawing.begin_stroke(20, 20, erasing=True))  # where nothing is
    drawing.end_stroke()
    drawing.set_width(3.3)
    note(drawing.begin_stroke(9, 9, erasing=True))
    drawing.end_stroke()
    note(drawing.replace([index % 256 for index in range(CELLS)]))
    note(drawing.clear())
    while drawing.can_undo:
        note(drawing.undo())
    note(drawing.redo())
    note(drawing.begin_stroke(3, 25))
    note(drawing.cancel_stroke())
    while drawing.can_redo:
        note(drawing.redo())
    return results


def history_results() -> "list[Any]":
    history = History()
    for iteration in range(1, 3 * POINT_LIMIT):
        if iteration % 7 == 0:
            history.add_validation(iteration, 1 - 1 / iteration, 1 - 2 / iteration)
        history.add(10 * iteration, 2.5 / iteration, 1 - 0.5 / iteration)
    lists = [history.iterations, history.losses, history.accuracies, history.validations]
    lists.append(history.drawings)
    lists.append(history.rows(20))
    return lists


def message_results() -> "list[Any]":
    results: list[Any] = []
    for settings in SETTINGS:
        try:
            results.append(check_settings(settings))
        except ValueError as error:
            results.append(str(error))
    return results


def lesson_results() -> "list[Any]":
    """What links say, and the links that say it."""
    results: list[Any] = []
    for fields in LINKS:
        found: Any = link.lesson_from_link(fields)
        results.append(found)
        if found is not None:
            results.append(lesson.describe_settings(found))
            parts = [found[name] for name in ("preset", "settings", "weights", "hide")]
            results.append(link.link_of(*parts))
    return results


def run_page(browser: FakeBrowser, main_source: str) -> "dict[str, Any]":
    """Run the page's main.py with a stand-in for the browser; returns what it defined."""
    browser.config = WORKER_PLAN
    browser.root().setAttribute("data-classes", "on")
    modules: dict[str, Any] = sys.modules
    modules[BROWSER_MODULE] = browser
    page: dict[str, Any] = {}
    try:
        exec(compile(main_source, "app/pyscript/main.py", "exec"), page)
    finally:
        del modules[BROWSER_MODULE]
    browser.settle()
    return page


def reading(digit: int, best: float) -> "dict[str, Any]":
    """What the worker's `predict` answers."""
    rest = (1 - best) / 9
    return {
        "digit": digit,
        "unreadable": "",
        "probabilities": [best if each == digit else rest for each in range(10)],
        "seen": "the picture",
        "milliseconds": 0.4321,
    }


def page_results(main_source: str, page_markup: str) -> "dict[str, Any]":
    """What the whole page shows after each step of a visitor's tour of it."""
    browser = FakeBrowser(page_markup)
    steps: dict[str, Any] = {}
    page = run_page(browser, main_source)
    for name, step in STEPS:
        step(browser, page)
        browser.settle()
        steps[name] = shown(browser)
    browser.close()
    return steps


def shown(browser: FakeBrowser) -> "dict[str, Any]":
    """Everything that may differ between two moments of the page."""
    return {
        "elements": [describe(element) for element in browser.document.descendants()],
        "ink": browser.canvases["grid"].ink.hex(),
        "seen": browser.canvases["seen"].rgba,
        "charts": [browser.charts[name].columns for name in CHARTS if name in browser.charts],
        "saved": browser.saved,
        "calls": [
            [[call.name, len(call.arguments)] for call in worker.calls]
            for worker in browser.workers
        ],
        "uncaught": [str(error) for error in browser.uncaught],
    }


def describe(element: Element) -> "list[Any]":
    text = [node for node in element.nodes if not isinstance(node, Element)]
    attributes = sorted(element.attributes.items())
    return [element.tag, attributes, text, str(element.value), element.hidden, element.disabled]


# The tour


def bring_script(browser: FakeBrowser) -> None:
    """The worker's script comes, and the start does not wait any longer for the page to read."""
    browser.request(WORKER_SCRIPT).resolve()
    browser.advance(1000 * LOOKS * LOOK_SECONDS)


def bring_up(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    bring_script(browser)
    browser.advance(1000 * PATIENCE_SECONDS)
    browser.request(WORKER_FILE).receive(3000000)
    browser.settle()
    browser.scripts["/uPlot.js"].resolve()
    browser.request(WORKER_FILE).resolve()
    browser.request("/api/data").resolve(
        {"title": "MNIST", "splits": {"train": 55000, "validation": 5000, "test": 10000}}
    )
    browser.settle()
    worker = browser.workers[-1]
    worker.answers = {"connect": CONNECTED, "restore": NOTHING_KEPT, "load_shared_weights": OK}
    worker.become_ready()
    browser.settle()
    worker.report(
        type="weights", source="shared", digest="0123456789", changed_by_training=False, tuned=0
    )


def draw(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    pointer = {"pointerId": 1, "pointerType": "mouse", "button": 0, "buttons": 1, "timeStamp": 0}
    canvas = browser.get("grid")
    canvas.fire("pointerdown", clientX=80.0, clientY=60.0, **pointer)
    canvas.fire("pointermove", clientX=200.0, clientY=90.0, **pointer)
    canvas.fire("pointermove", clientX=130.0, clientY=250.0, **pointer)
    canvas.fire("pointerup", clientX=130.0, clientY=250.0, **pointer)


def read(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.advance(12.6)
    browser.workers[-1].waiting("predict")[0].resolve(reading(7, 0.996))


def fail_to_read(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    letter = reading(6, 0.3)
    letter["unreadable"] = "no digit"
    browser.workers[-1].waiting("predict")[0].resolve(letter)


def write_by_keys(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    canvas = browser.get("grid")
    for key, shift in ((" ", False), ("ArrowLeft", True), ("ArrowUp", True), ("e", False)):
        canvas.press(key, shift=shift)
    canvas.fire("keyup", key="Shift")
    canvas.press("\u044f", code="KeyZ", control=True)
    canvas.press("y", code="KeyY", control=True)


def tune(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.get("label").value = "7"
    browser.get("label").fire("change")
    losses = {"loss_before": 2.34567, "loss_after": 1.23456}
    browser.workers[-1].answers["tune"] = losses
    browser.get("tune").click()


def set_up_training(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    for identifier, text in (
        ("batch-size", "256"),
        ("learning-rate", "1e-3"),
        ("optimizer", "adam"),
        ("prefetch", "12.5"),
    ):
        browser.get(identifier).value = text
        browser.get(identifier).fire("change")
        browser.settle()


def train(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    worker = browser.workers[-1]
    browser.get("bar-train").click()
    browser.get("run-numbers").open = True
    browser.get("run-numbers").fire("toggle")
    worker.report(type="pool", cached=3, fetching=4, total=108, state="retrying", detail="Wait.")
    for iteration in range(1, 40):
        browser.advance(100)
        worker.report(
            type="progress",
            iteration=1000 * iteration,
            epoch=iteration / 7,
            loss=2.3 / iteration,
            accuracy=1 - 0.9 / iteration,
            samples_per_second=123456.5 / iteration,
            cached=iteration,
            fetching=4,
            is_training=iteration < 39,
        )
        if iteration % 10 == 0:
            worker.report(
                type="validation", iteration=iteration, accuracy=0.97, loss=0.1, drawings=0.9
            )
    browser.advance(1000)


def take_lesson(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.fragment = [("preset", "cosine"), ("l2", "2"), ("hide", "charts")]
    browser.window.fire("hashchange")
    browser.settle()
    worker = browser.workers[-1]
    worker.answers["reset_training"] = worker.answers["randomize_weights"] = OK
    worker.answers["start_training"] = OK
    browser.get("start-lesson").click()
    browser.settle()
    worker.report(type="reached", iteration=300, digest="0123456789", is_repeatable=True)
    browser.settle()
    browser.get("show-hidden").click()
    worker.answers["step_training"] = STEPPED
    browser.get("step").click()
    browser.settle()
    browser.get("copy-link").click()


def keep(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.get("save-history").click()
    browser.get("save-weights").click()
    browser.settle()
    browser.workers[-1].waiting("save_weights")[0].resolve(
        {"name": "digits-01234567.npz", "content": "the weights"}
    )
    file = File("mine.npz")
    browser.get("weights-file").file = file  # type: ignore[attr-defined]
    browser.get("weights-file").fire("change")
    browser.settle()
    file.reading.resolve(Bytes(400000))
    browser.settle()
    browser.workers[-1].waiting("open_weights")[0].resolve(OK)
    browser.workers[-1].report(
        type="weights",
        source="file",
        name="mine.npz",
        digest="abcdef",
        changed_by_training=False,
        tuned=0,
    )
    browser.get("start-afresh").click()


def load_sample(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.get("load-sample").click()
    browser.settle()
    pixels = [index % 256 for index in range(CELLS)]
    browser.request("/api/samples/random?split=test").resolve({"label": 4, "pixels": pixels})
    browser.settle()
    browser.get("show-data").click()


def miss_sample(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.get("load-sample").click()
    browser.settle()
    error = FetchError(0, "the server did not answer")
    browser.request("/api/samples/random?split=test").reject(error)


def listing(total: int, digit: int) -> "dict[str, Any]":
    """What the worker's `list_mistakes` and `list_cell` answer."""
    digits = [
        {
            "label": 4,
            "digit": digit,
            "probability": 0.75,
            "label_probability": 0.2,
            "pixels": bytes(range(196)).hex() * 4,
        }
    ]
    return {"first": 0, "total": total, "digits": digits, "pictures": "pictures"}


def evaluate(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.get("evaluation").open = True
    browser.get("evaluation").fire("toggle")
    browser.settle()
    for name in ("test_drawings", "test"):
        browser.get("test-set").value = name
        browser.get("test-set").fire("change")
        browser.settle()
    worker = browser.workers[-1]
    worker.answers["evaluate"] = OK
    worker.answers["list_mistakes"] = listing(3, 9)
    worker.answers["list_cell"] = listing(1, 4)
    browser.get("evaluate").click()
    worker.report(type="evaluating", set="test", stage="reading", done=1, total=3, detail="")
    browser.settle()
    confusion = [[label * digit for digit in range(10)] for label in range(10)]
    shares = [1 / (digit + 1) for digit in range(10)]
    worker.report(
        type="evaluation",
        set="test",
        run=1,
        iteration=1000,
        digest="0123456789",
        tuned=0,
        samples=2025,
        loss=0.25,
        accuracy=0.75,
        confusion=confusion,
        precision=shares,
        recall=shares,
        groups=[{"name": name, "samples": 4, "right": 3} for name in ("Ben", "Ada")],
    )


def choose_cell(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.get("confusion").press("ArrowRight")
    browser.get("cell-4-4").click()
    browser.settle()
    button = browser.get("gallery-digits").children[0].children[0]
    browser.get("gallery-digits").fire("click", target=button)


def insight() -> "dict[str, Any]":
    """What the worker's `inspect` and `list_nearest` answer."""
    return {
        "active": 42,
        "logits": [digit / 3 - 1 for digit in range(10)],
        "probabilities": [0.1] * 10,
        "telling": [unit_of(unit) for unit in (90, 7)],
        "others": [1.5] * 10,
        "chosen": unit_of(5),
        "first": 4,
        "second": 9,
        "votes_for": 12.344,
        "votes_against": -7.123,
        "among": 4096,
        "digits": [{"label": 4, "distance": 0.13, "pixels": bytes(784).hex()}],
        "sheets": Bytes(522240),
        "unit": "the picture",
        "votes": "the picture",
        "pictures": "pictures",
    }


def unit_of(unit: int) -> "dict[str, Any]":
    weights = [(digit - 5) / 7 for digit in range(10)]
    adds = [2.5 * weight for weight in weights]
    return {"unit": unit, "activation": 2.5, "weights": weights, "adds": adds}


def look_inside(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    worker = browser.workers[-1]
    worker.answers["inspect"] = worker.answers["list_nearest"] = insight()
    browser.get("inside").open = True
    browser.get("inside").fire("toggle")
    browser.bring_into_view("inside-panel")
    browser.advance(1000)
    browser.get("units").press("ArrowDown")
    browser.get("ink-for").value = "3"
    browser.get("ink-for").fire("change")
    browser.settle()
    browser.get("telling-0-unit").click()
    browser.get("find-nearest").click()
    worker.report(type="searching", done=4096, total=4096)


def explained() -> "dict[str, Any]":
    """What the worker's `explain_step` and `apply_step` answer."""
    names = "inputs w1 sums hidden w2 logits log_probs probabilities logits_grad w2_grad"
    names += " hidden_grad w1_grad w2_change w1_change"
    arrays = [
        {
            "name": name,
            "shape": "(1, 10)",
            "dtype": "float32",
            "least": -0.000123,
            "most": 12345.5,
            "where": f"{name}[0, :]",
            "values": [(each - 5) / 7 for each in range(10)],
            "picture": [10, 1, 40],
        }
        for name in names.split()
    ]
    whole = "label digit pixel unit target inked active"
    parts = "unit_sum logit log_prob probability loss loss_after weight weight_grad"
    parts += " weight_after learning_rate"
    facts: dict[str, Any] = dict.fromkeys(whole.split(), 4)
    facts.update(dict.fromkeys(parts.split(), 0.1))
    facts.update({"arrays": arrays, "pictures": "pictures"})
    return facts


def learn(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    worker = browser.workers[-1]
    source = {"path": "app/model/losses.py", "line": 8, "source": "def f():\n    # why\n    pass"}
    stages = [{"stage": "loss", "functions": [source]}]
    worker.answers["step_sources"] = {"stages": stages}
    worker.answers["explain_step"] = worker.answers["apply_step"] = explained()
    browser.get("learn").open = True
    browser.get("learn").fire("toggle")
    browser.bring_into_view("learn-panel")
    browser.advance(1000)
    browser.get("run-step").click()
    browser.settle()


def turn_stages(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.advance(14500)


def apply_step(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    button = browser.get("stages").children[6].children[0]
    browser.get("stages").fire("click", target=button)
    browser.get("apply-step").click()


def take_tour(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.get("open-tour").click()
    browser.settle()
    for _ in range(5):
        browser.get("tour-next").click()
        browser.settle()


def end_tour(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.get("tour-card").press("Escape")


def course(now: int) -> "dict[str, Any]":
    """What the worker's `list_checkpoints` and `list_checkpoint_units` answer."""
    checkpoints = [
        {
            "number": number,
            "iteration": 1000 * (number - 1),
            "accuracy": None if number == 3 else 0.3 * number,
            "loss": None if number == 3 else 1 / number,
            "drawings": None,
            "digit": 4 if number == 1 else 7,
        }
        for number in range(1, 5)
    ]
    return {
        "now": now,
        "checkpoints": checkpoints,
        "probabilities": [(index % 10) / 45 for index in range(40)],
        "picture": "the units",
    }


def travel(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    worker = browser.workers[-1]
    worker.answers["list_checkpoints"] = course(4)
    worker.answers["list_checkpoint_units"] = course(4)
    for fold in ("time", "time-table"):
        if browser.element(fold):
            browser.get(fold).open = True
            browser.get(fold).fire("toggle")
            browser.settle()
    browser.advance(1000)
    worker.report(type="checkpoint", number=3, accuracy=0.8, loss=0.25, drawings=None)
    browser.get("time-slider").value = "1"
    browser.get("time-slider").fire("input")
    browser.get("time-play").click()
    browser.advance(1000)


def go_on_from_a_checkpoint(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    worker = browser.workers[-1]
    worker.answers["go_on_from"] = OK
    worker.answers["list_checkpoints"] = course(2)
    browser.get("time-slider").value = "1"
    browser.get("time-slider").fire("input")
    browser.get("time-go-on").click()
    browser.get("time-confirm").click()
    browser.settle()
    worker.report(type="run", start="checkpoint", number=2, iteration=9000)
    browser.get("optimizer").value = "sgd"
    browser.get("optimizer").fire("change")
    for iteration in (9500, 10500):
        worker.report(
            type="progress",
            iteration=iteration,
            epoch=1.5,
            loss=0.5,
            accuracy=0.75,
            samples_per_second=1000.5,
            cached=3,
            fetching=0,
            is_training=True,
        )
    browser.get("runs-table").open = True
    browser.advance(2000)


def tray_listing() -> "dict[str, Any]":
    """What the worker's `list_tray` answers."""
    drawing = {"number": 3, "label": 4, "held_out": True, "pixels": ""}
    return {"first": 0, "total": 30, "drawings": [drawing], "pictures": "pictures"}


def teach_a_hand(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    worker = browser.workers[-1]
    worker.answers["list_tray"] = tray_listing()
    for name in ("watch_hand", "add_drawing", "change_settings"):
        worker.answers[name] = OK
    browser.get("hand").open = True
    browser.get("hand").fire("toggle")
    browser.settle()
    browser.get("collect").click()
    browser.settle()
    browser.get("collect-keep").click()
    worker.report(type="tray", count=30, held_out=3, of_digit=[3] * 9 + [0], removed=1)
    browser.settle()
    browser.get("hand-learn").checked = True
    browser.get("hand-learn").fire("change")
    for iteration in (0, 1500):
        worker.report(
            type="hand",
            iteration=iteration,
            learned=0.96,
            held_out=None,
            mnist=0.5,
            drawings=0.75,
        )


def hear(browser: FakeBrowser, kind: str, document: "Any") -> None:
    """The server says something of the class."""
    browser.streams[-1].send(kind, document)
    browser.settle()


def start_class(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    for call in browser.workers[-1].calls:  # those that nobody has answered would end the worker
        call.resolve(reading(7, 0.5) if call.name == "predict" else OK)
    browser.get("open-class").click()
    browser.get("class-title").value = "8b"
    browser.get("start-class").click()
    browser.settle()
    browser.request("/api/classes").resolve(class_page.started())
    browser.settle()
    told = [class_page.status(validation_digits=share / 7) for share in range(1, 6)]
    pupils = [class_page.pupil(each + 1, name, told[each]) for each, name in enumerate("dBaCe")]
    hear(browser, "class", class_page.of_teacher(*pupils, wants_attention=True))
    browser.get("board-curves").open = True
    browser.get("board-curves").fire("toggle")
    browser.get("sort-pupils").value = "digits"
    browser.get("sort-pupils").fire("change")
    browser.advance(3000)
    drawing = {"pixels": "0f" * 784, "prediction": 3}
    changed = class_page.status(validation_digits=1.0, drawing=drawing, steps=2400)
    hear(browser, "pupils", [class_page.pupil(2, "B", changed)])
    browser.get("tile-2-name").click()
    browser.get("send-lesson").click()
    browser.settle()
    browser.request("/api/classes/BCDF/orders").resolve({})
    browser.advance(3000)


def learn_together(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.get("board-together").open = True
    browser.get("board-together").fire("toggle")
    browser.get("together-split").value = "shares"
    browser.get("together-rounds").value = ""
    browser.get("begin-together").click()
    browser.settle()
    browser.request("/api/classes/BCDF/learning").resolve({})
    left_out = class_page.entry(2, {"name": "C", "reason": "Not finite."})
    said = class_page.learning(3, history=[class_page.entry(1), left_out], rounds=None)
    document = class_page.of_teacher(class_page.pupil(2, "B"))
    document["learning"] = said
    hear(browser, "class", document)
    browser.get("together-table").open = True
    browser.get("together-table").fire("toggle")
    browser.get("take-together").click()


def look_at_digits(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    """Those that the pupils of the class have handed in."""
    worker = browser.workers[-1]
    hands = [{"pupil": each, "name": f"Pupil {each}", "drawings": 4} for each in (3, 1, 2)]
    drawing = {"number": 7, "pupil": 2, "name": "Pupil 2", "label": 4}
    listed = {"first": 0, "total": 30, "drawings": [drawing], "pictures": "pictures"}
    worker.answers["load_class_digits"] = {"count": 12, "hands": hands}
    worker.answers["evaluate"] = OK
    worker.answers["list_class_digits"] = listed
    browser.get("class-digits").open = True
    browser.get("class-digits").fire("toggle")
    browser.settle()
    browser.get("measure-class-digits").click()


def end_class(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.get("end-class").click()
    browser.get("end-confirm").click()
    browser.settle()
    browser.request("/api/classes/BCDF").resolve({})


def join_class(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.fragment = [("class", "bcdf")]
    browser.window.fire("hashchange")
    browser.get("join-class").click()
    browser.settle()
    browser.request("/api/classes/BCDF/pupils").resolve(class_page.joined())
    browser.settle()
    lesson = class_page.order(3, "lesson", "preset=low&seed=9", starts=True)
    hear(browser, "class", class_page.of_pupil(orders=[lesson], wants_attention=True))
    browser.get("share-drawing").checked = True
    browser.get("share-drawing").fire("change")
    browser.advance(1000)
    browser.request("/api/classes/BCDF/pupils/1/status").resolve({})
    browser.streams[-1].fail()
    browser.advance(1000)
    browser.request("/api/classes/BCDF").resolve({})
    browser.settle()
    hear(browser, "class", class_page.of_pupil(orders=[lesson]))


def be_removed(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    hear(browser, "end", {"reason": "removed"})


def clear(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    browser.get("undo").click()
    browser.get("clear").click()


def lose_worker(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    draw(browser, page)
    browser.advance(60000)


def break_page(browser: FakeBrowser, page: "dict[str, Any]") -> None:
    async def fail() -> None:
        raise RuntimeError("something unforeseen")

    browser.run(fail())
    browser.change_theme()
    browser.window.fire("resize")


STEPS: "list[tuple[str, Callable[[FakeBrowser, dict[str, Any]], None]]]" = [
    ("start", lambda browser, page: None),
    ("bring up", bring_up),
    ("draw", draw),
    ("read", read),
    ("write by keys", write_by_keys),
    ("fail to read", fail_to_read),
    ("tune", tune),
    ("set up training", set_up_training),
    ("train", train),
    ("keep", keep),
    ("take a lesson", take_lesson),
    ("teach a hand", teach_a_hand),
    ("start a class", start_class),
    ("learn together", learn_together),
    ("look at the class's digits", look_at_digits),
    ("end the class", end_class),
    ("join a class", join_class),
    ("be removed from the class", be_removed),
    ("load a sample", load_sample),
    ("miss a sample", miss_sample),
    ("evaluate", evaluate),
    ("choose a cell", choose_cell),
    ("look inside", look_inside),
    ("travel in time", travel),
    ("go on from a checkpoint", go_on_from_a_checkpoint),
    ("learn", learn),
    ("turn stages", turn_stages),
    ("apply the step", apply_step),
    ("take the tour", take_tour),
    ("end the tour", end_tour),
    ("clear", clear),
    ("lose the worker", lose_worker),
    ("break the page", break_page),
]


def results(main_source: str, page_markup: str) -> "dict[str, Any]":
    return {
        "brush": brush_results(),
        "drawing": drawing_results(),
        "history": history_results(),
        "messages": message_results(),
        "lessons": lesson_results(),
        "page": page_results(main_source, page_markup),
    }
