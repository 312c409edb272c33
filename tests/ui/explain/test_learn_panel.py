from typing import Any

import pytest

from app.pyscript.bridge.bridge import FAILED, READY
from app.pyscript.bridge.wire import RefusedError
from app.pyscript.draw.state import Draw
from app.pyscript.explain import texts
from app.pyscript.explain.array_view import figure
from app.pyscript.explain.code_view import split_remarks
from app.pyscript.explain.learn_panel import REFRESH_SECONDS, STAGE_SECONDS, LearnPanel
from app.pyscript.explain.stages import LAST, STAGES
from app.pyscript.explain.state import Explain
from app.pyscript.messages import NO_LABEL
from app.pyscript.page import Page
from app.pyscript.read.state import Read
from app.pyscript.settings.state import Settings
from app.pyscript.train.state import Train
from tests.ui.fake_browser import FakeBrowser, FakeWorker

NAMES = sorted({name for _, names in STAGES for name in names})
READING: Any = {
    "digit": 3,
    "unreadable": "",
    "probabilities": [0.1] * 10,
    "seen": "what it sees",
    "milliseconds": 1.0,
}


def array(name: str, start: int) -> Any:
    return {
        "name": name,
        "shape": "(1, 10)",
        "dtype": "float32",
        "least": -0.5,
        "most": 12.25,
        "where": f"{name}[0, :]",
        "values": [each / 8 for each in range(10)],
        "picture": [10, 1, start],
    }


def answer(label: int | None = 3, **changes: Any) -> Any:
    """What the worker says of a step."""
    facts = {"digit": 8, "pixel": 239, "unit": 50, "target": 3, "inked": 228, "active": 20}
    numbers = dict.fromkeys(("unit_sum", "logit", "log_prob", "probability"), 0.25)
    step = {"loss": 4.932, "loss_after": 0.5, "weight": -0.0341, "weight_after": 0.0346}
    step.update(weight_grad=-12.25, learning_rate=0.05)
    return {
        "label": label,
        **facts,
        **numbers,
        **(step if label is not None else {}),
        "arrays": [array(name, 40 * index) for index, name in enumerate(NAMES)],
        "pictures": "pictures",
        **changes,
    }


@pytest.fixture(autouse=True)
def panel(page: Page, browser: FakeBrowser, worker: FakeWorker) -> LearnPanel:
    """The panel, mounted; not yet opened."""
    worker.answers["predict"] = RefusedError("Not read", "It is of no interest here.")
    panel = LearnPanel(page)
    panel.mount()
    page.bridge.set_state(READY)
    browser.settle()
    return panel


def open_panel(browser: FakeBrowser, is_open: bool = True) -> None:
    browser.get("learn").open = is_open
    browser.get("learn").fire("toggle")
    browser.bring_into_view("learn-panel", is_open)
    browser.settle()


def choose(browser: FakeBrowser, label: int) -> None:
    browser.get("learn-label").value = str(label)
    browser.get("learn-label").fire("change")
    browser.settle()


def explain(page: Page, browser: FakeBrowser, **changes: Any) -> None:
    facts = {"version": page.of(Draw).version, "is_applied": False}
    page.of(Explain).explanation.set(answer(**changes) | facts)
    browser.settle()


@pytest.fixture
def running(page: Page, browser: FakeBrowser, worker: FakeWorker, draw: Any) -> None:
    """A step is run slowly on a drawing that was said to be a 3."""
    worker.answers["explain_step"] = answer()
    worker.answers["step_sources"] = {"stages": []}
    open_panel(browser)
    draw()
    choose(browser, 3)
    browser.get("run-step").click()
    explain(page, browser)


def show_stage(browser: FakeBrowser, index: int) -> None:
    button = browser.get("stages").children[index].children[0]
    browser.get("stages").fire("click", target=button)
    browser.settle()


def test_nothing_is_built_or_asked_before_it_is_opened(
    page: Page, browser: FakeBrowser, worker: FakeWorker, draw: Any
) -> None:
    draw()
    browser.advance(5000)
    assert browser.element("run-step") is None
    assert [call.name for call in worker.calls] == ["predict"]  # which any drawing is read by
    open_panel(browser)
    assert worker.asked("explain_step") == [(page.of(Draw).hexadecimal, NO_LABEL)]
    assert worker.asked("step_sources") == [()]


def test_without_a_drawing_it_shows_formulas_and_asks_for_one(
    browser: FakeBrowser, worker: FakeWorker
) -> None:
    open_panel(browser)
    browser.advance(2000)
    assert "Draw a digit" in browser.text("learn-note")
    assert browser.text("stage-title") == "Inputs"
    assert browser.get("stage-formula").children[0].tag == "math"
    assert browser.get("run-step").disabled
    assert worker.asked("explain_step") == []


def test_numbers_are_asked_for_a_few_times_a_second_at_most(
    page: Page, browser: FakeBrowser, worker: FakeWorker, draw: Any
) -> None:
    worker.answers["explain_step"] = answer(label=None)
    open_panel(browser)
    draw()
    worker.calls.clear()
    for _ in range(100):
        page.network_changed.tell(True)
        browser.advance(50)
    assert 2 <= len(worker.asked("explain_step")) <= 5 / REFRESH_SECONDS + 1

    worker.calls.clear()
    browser.advance(5000)
    assert len(worker.asked("explain_step")) <= 1  # nothing has changed


@pytest.mark.parametrize("hide", ["close", "scroll away"])
def test_nothing_is_asked_while_nobody_looks(
    page: Page, browser: FakeBrowser, worker: FakeWorker, draw: Any, hide: str
) -> None:
    worker.answers["explain_step"] = answer(label=None)
    worker.answers["step_sources"] = {"stages": []}
    worker.answers["predict"] = READING
    open_panel(browser)
    draw()
    browser.advance(1000)
    worker.calls.clear()
    if hide == "close":
        open_panel(browser, False)
    else:
        browser.bring_into_view("learn-panel", is_seen=False)
    page.of(Read).show({"version": page.of(Draw).version})
    browser.advance(5000)
    assert worker.asked("explain_step") == []
    assert not browser._tasks  # and nobody waits to ask

    open_panel(browser)
    browser.advance(500)
    assert worker.asked("explain_step")[-1] == (page.of(Draw).hexadecimal, NO_LABEL)


def test_a_stage_shows_its_arrays_with_exact_values(
    page: Page, browser: FakeBrowser, draw: Any
) -> None:
    open_panel(browser)
    draw()
    explain(page, browser, label=None)
    show_stage(browser, 1)
    assert browser.text("stage-title") == "Hidden layer"
    assert "20 of the 128 units respond" in browser.text("stage-numbers")
    assert "adds up to 0.2500" in browser.text("stage-numbers")
    assert browser.get("stages").children[1].children[0].getAttribute("aria-current") == "step"
    assert browser.get("stages").children[0].children[0].getAttribute("aria-current") is None
    text = browser.text("stage-arrays")
    assert "hidden what it passes on" in text
    assert "(1, 10) float32, \u22120.5000 to 12.2500" in text
    values = browser.get("values-hidden").children
    assert [value.getAttribute("data-value") for value in values[:3]] == ["0.0", "0.125", "0.25"]
    start = 40 * NAMES.index("sums")
    canvas = browser.get("picture-sums")
    names = ("width", "height", "data-shows")
    shown = [canvas.getAttribute(name) for name in names]
    assert shown == ["10", "1", f"pictures from {start}"]


def test_with_the_drawing_its_numbers_go(
    page: Page, browser: FakeBrowser, draw: Any, clear: Any
) -> None:
    open_panel(browser)
    draw()
    explain(page, browser)
    assert browser.text("stage-numbers")
    clear()
    draw()
    assert browser.text("stage-numbers") == ""


@pytest.mark.parametrize("stage", range(LAST + 1))
def test_every_stage_has_words_a_formula_and_numbers(
    page: Page, browser: FakeBrowser, draw: Any, stage: int
) -> None:
    open_panel(browser)
    draw()
    choose(browser, 3)
    explain(page, browser)
    show_stage(browser, stage)
    assert browser.text("stage-words")
    formula = browser.get("stage-formula").children[0]
    assert formula.getAttribute("aria-label")
    assert browser.text("stage-numbers")
    assert "{" not in browser.text("stage-numbers")
    assert len(browser.get("stage-arrays").children) == len(STAGES[stage][1])


def test_what_compares_with_a_label_asks_for_one(
    page: Page, browser: FakeBrowser, draw: Any
) -> None:
    open_panel(browser)
    draw()
    explain(page, browser, label=None)
    assert browser.get("run-step").disabled
    assert "Say what your drawing is" in browser.text("learn-note")
    show_stage(browser, 4)
    assert "say above what your drawing is" in browser.text("stage-numbers")
    assert browser.get("stage-arrays").children == []
    choose(browser, 3)
    assert not browser.get("run-step").disabled


def test_a_sample_brings_its_label_and_takes_it_along(
    page: Page, browser: FakeBrowser, clear: Any
) -> None:
    open_panel(browser)
    page.of(Draw).show_sample(4, [9] * 784)
    browser.settle()
    assert browser.get("learn-label").value == "4"
    clear()
    assert browser.get("learn-label").value == ""


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_the_update_has_the_formula_of_the_optimizer(
    page: Page, browser: FakeBrowser, worker: FakeWorker, optimizer: str
) -> None:
    open_panel(browser)
    show_stage(browser, LAST)
    before = len(worker.asked("step_sources"))
    is_other = page.of(Settings).values.value["optimizer"] != optimizer
    page.of(Settings).change({"optimizer": optimizer})
    browser.settle()
    assert len(worker.asked("step_sources")) == before + is_other
    words = browser.get("stage-formula").children[0].getAttribute("aria-label")
    assert words is not None
    assert ("mu" in words, "beta" in words) == (optimizer == "momentum", optimizer == "adam")


@pytest.mark.usefixtures("running")
def test_a_step_runs_slowly_to_its_end_and_changes_nothing(
    browser: FakeBrowser, worker: FakeWorker
) -> None:
    for stage in range(LAST + 1):
        assert f"{stage + 1} of {LAST + 1}" in browser.text("learn-note")
        assert browser.get("apply-step").hidden is (stage < LAST)
        assert browser.text("run-step") == ("Pause" if stage < LAST else "Run it again")
        assert browser.text("stage-title") in browser.text("stage-heard")
        browser.advance(1000 * STAGE_SECONDS)
    assert "from \u22120.0341 to 0.0346" in browser.text("stage-numbers")
    assert "4.9320 before, 0.5000 after" in browser.text("stage-numbers")
    assert worker.asked("apply_step") == []


@pytest.mark.usefixtures("running")
def test_a_running_step_is_paused_and_goes_on(browser: FakeBrowser) -> None:
    browser.advance(1000 * STAGE_SECONDS)
    browser.get("run-step").click()
    assert browser.text("run-step") == "Go on"
    browser.advance(10000 * STAGE_SECONDS)
    assert browser.text("stage-title") == "Hidden layer"
    browser.get("run-step").click()
    browser.advance(1000 * STAGE_SECONDS)
    assert browser.text("stage-title") == "Logits"
    browser.get("next-stage").click()  # by hand, so nothing moves by itself
    browser.advance(10000 * STAGE_SECONDS)
    assert browser.text("stage-title") == "Log-softmax"
    browser.get("previous-stage").click()
    assert browser.text("stage-title") == "Logits"


@pytest.mark.usefixtures("running")
def test_numbers_are_held_while_the_network_goes_on(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    worker.calls.clear()
    worker.answers["explain_step"] = answer(inked=1)
    formula = browser.get("stage-formula").children[0]
    explain(page, browser, inked=1)
    assert browser.get("stage-formula").children[0] is formula
    page.of(Read).show({"version": page.of(Draw).version})
    browser.advance(2000)
    assert "228 of the 784" in browser.text("stage-numbers")
    assert worker.asked("explain_step") == []

    browser.get("leave-step").click()
    browser.advance(1000)
    assert worker.asked("explain_step")[-1] == (page.of(Draw).hexadecimal, 3)
    assert "1 of the 784" in browser.text("stage-numbers")
    assert browser.get("leave-step").hidden


@pytest.mark.usefixtures("running")
def test_another_drawing_ends_the_running_step(browser: FakeBrowser, draw: Any) -> None:
    draw()
    assert browser.text("run-step") == "Run one step slowly"
    browser.advance(10000 * STAGE_SECONDS)
    assert browser.text("stage-title") == "Inputs"


@pytest.mark.usefixtures("running")
def test_the_network_takes_the_step_when_told(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    show_stage(browser, LAST)
    browser.get("apply-step").click()
    browser.settle()
    assert worker.asked("apply_step") == [(page.of(Draw).hexadecimal, 3)]
    worker.waiting("apply_step")[0].resolve(answer())
    browser.settle()
    explain(page, browser)  # the numbers are live again
    assert "took the step" in browser.text("learn-note")
    assert "4.9320 before, 0.5000 after" in browser.text("learn-note")
    assert browser.get("apply-step").hidden
    choose(browser, 4)
    assert "Live" in browser.text("learn-note")


def test_a_refusal_is_told_where_the_numbers_would_be(
    browser: FakeBrowser, worker: FakeWorker, draw: Any
) -> None:
    open_panel(browser)
    draw()
    worker.waiting("explain_step")[0].resolve(RefusedError("Not explained", "Too faint."))
    browser.settle()
    assert browser.text("learn-note") == "Too faint."
    assert browser.text("stage-numbers") == ""


@pytest.mark.usefixtures("running")
def test_a_step_that_the_network_does_not_take_says_why(
    browser: FakeBrowser, worker: FakeWorker
) -> None:
    worker.answers["apply_step"] = RefusedError("Not trained", "Too faint.")
    show_stage(browser, LAST)
    browser.get("apply-step").click()
    browser.settle()
    assert browser.text("learn-note") == "Too faint."
    assert browser.get("apply-step").hidden


@pytest.mark.usefixtures("running")
def test_a_lost_worker_leaves_words_and_formulas(page: Page, browser: FakeBrowser) -> None:
    show_stage(browser, LAST)
    page.bridge.lost.tell()
    page.bridge.set_state(FAILED)
    browser.settle()
    assert "when the network is ready" in browser.text("learn-note")
    assert browser.get("apply-step").hidden
    assert browser.get("stage-arrays").children == []
    assert browser.text("stage-words")


def test_the_code_is_shown_with_its_place(page: Page, browser: FakeBrowser) -> None:
    open_panel(browser)
    assert "ready" in browser.text("code")
    source = 'def relu(x):\n    """relu."""\n    return max(x, 0)'
    function: Any = {"path": "app/model/activations.py", "line": 11, "source": source}
    page.of(Explain).sources.set([{"stage": "hidden", "functions": [function]}])
    browser.settle()
    assert browser.text("code") == ""
    show_stage(browser, 1)
    title, code = browser.get("code").children
    assert title.textContent == "app/model/activations.py, line 11"
    assert code.textContent == f"{source}\n"
    assert [part.className for part in code.children] == ["", "remark", ""]


def test_of_fast_kernels_the_source_is_linked(page: Page, browser: FakeBrowser) -> None:
    open_panel(browser)
    assert browser.get("kernels-note").hidden
    page.of(Train).kernels.set({"kernels": "simd", "no_simd": ""})
    browser.settle()
    assert not browser.get("kernels-note").hidden
    link: Any = browser.get("kernels-source")
    assert link.href == "/kernels.c"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.05, "0.0500"),
        (-12.15759, "\u221212.1576"),
        (-0.00012, "\u22121.2e\u221204"),
        (123456.0, "1.2e+05"),
    ],
)
def test_numbers_can_be_read(value: float, text: str) -> None:
    assert figure(value) == text


def test_remarks_are_told_from_code() -> None:
    source = 'def f():\n    """One.\n\n    Two.\n    """\n    # why\n    return 1'
    assert split_remarks(source) == [
        ("def f():\n", False),
        ('    """One.\n\n    Two.\n    """\n    # why\n', True),
        ("    return 1\n", False),
    ]


def test_what_the_formula_of_the_update_leaves_open_is_said(
    browser: FakeBrowser, page: Page
) -> None:
    open_panel(browser)
    show_stage(browser, LAST)
    assert texts.LEARN_WORDS_L2 not in browser.text("stage-words")
    page.of(Settings).change({"optimizer": "adam", "l2": 0.001})
    browser.settle()
    assert texts.LEARN_WORDS_ADAM in browser.text("stage-words")
    assert texts.LEARN_WORDS_L2 in browser.text("stage-words")
