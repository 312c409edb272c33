# ruff: noqa: RUF001 - digits of several scripts
import json
from typing import Any

import pytest

from app.pyscript.bridge.bridge import FAILED, READY
from app.pyscript.kit.formats import use_marks
from app.pyscript.page import Page
from app.pyscript.settings.limits import (
    DEFAULT_LEARNING_RATES,
    DEFAULT_SETTINGS,
    INITIALIZERS,
    MAX_BATCH_SIZE,
    MAX_PREFETCH,
    MIN_BATCH_SIZE,
    MIN_PREFETCH,
    SCHEDULES,
    TRAINING_SETS,
)
from app.pyscript.settings.state import Settings
from app.pyscript.train import setting_fields
from app.pyscript.train.data import NOTHING_POOLED, TrainingData
from app.pyscript.train.state import Train
from app.pyscript.train.training_panel import TrainingPanel
from tests.ui.conftest import SETTINGS
from tests.ui.fake_browser import FakeBrowser, FakeWorker

FIGURES: Any = {
    "iteration": 12345,
    "epoch": 1.23456,
    "loss": 0.123456,
    "accuracy": 0.98765,
    "samples_per_second": 54321.6,
    "cached": 12,
    "fetching": 4,
    "is_training": True,
}
FIELDS = ("batch-size", "learning-rate", "prefetch", "optimizer")
STEP: Any = {
    "samples": 128,
    "learning_rate": 0.05,
    "loss_before": 2.3456,
    "loss_after": 2.1,
    "accuracy_before": 0.125,
    "accuracy_after": 0.5,
}


@pytest.fixture(autouse=True)
def panel(page: Page, browser: FakeBrowser, worker: FakeWorker) -> TrainingPanel:
    panel = TrainingPanel(page)
    panel.mount()
    return panel


def pool_is(page: Page, **changes: Any) -> None:
    """Report the pool, as it is at first but for these fields."""
    pool: Any = {**NOTHING_POOLED, **changes}
    page.of(TrainingData).pool.set(pool)


def train(page: Page, browser: FakeBrowser, **changes: Any) -> None:
    page.bridge.set_state(READY)
    page.bridge.take_report(json.dumps({"type": "progress", **FIGURES, **changes}))
    browser.settle()


def enter(browser: FakeBrowser, identifier: str, text: str) -> None:
    field = browser.get(identifier)
    field.value = text
    field.fire("change")
    browser.settle()


def enabled(browser: FakeBrowser) -> list[str]:
    buttons = ("start", "pause", "step", "reset")
    return [each for each in buttons if not browser.get(each).disabled]


class TestButtons:
    def test_wait_for_the_worker(self, page: Page, browser: FakeBrowser) -> None:
        before = enabled(browser)
        page.bridge.set_state(READY)
        browser.settle()

        assert (before, enabled(browser)) == ([], ["start", "step"])

    def test_while_training(self, page: Page, browser: FakeBrowser) -> None:
        train(page, browser)

        assert enabled(browser) == ["pause", "reset"]
        assert browser.text("start") == "Start training"

    def test_before_the_first_step(self, page: Page, browser: FakeBrowser) -> None:
        train(page, browser, iteration=0, loss=None, accuracy=None)

        assert enabled(browser) == ["pause", "reset"]

    def test_while_paused(self, page: Page, browser: FakeBrowser) -> None:
        train(page, browser, is_training=False)

        assert enabled(browser) == ["start", "step", "reset"]
        assert browser.text("start") == "Resume"

    def test_after_a_reset(self, page: Page, browser: FakeBrowser) -> None:
        train(page, browser)
        page.bridge.lost.tell()
        browser.settle()

        assert enabled(browser) == ["start", "step"]
        assert browser.text("start") == "Start training"

    def test_without_a_worker(self, page: Page, browser: FakeBrowser) -> None:
        train(page, browser)
        page.bridge.set_state(FAILED)
        browser.settle()

        assert enabled(browser) == []

    def test_ask_the_worker(self, page: Page, browser: FakeBrowser, worker: FakeWorker) -> None:
        train(page, browser, is_training=False)
        browser.get("start").click()
        browser.settle()
        assert worker.asked("start_training") == [(SETTINGS,)]
        browser.get("step").click()
        browser.settle()
        assert worker.asked("step_training") == [(SETTINGS,)]

        train(page, browser)
        browser.get("pause").click()
        browser.settle()
        assert worker.asked("pause_training") == [()]

        browser.get("reset").click()
        browser.settle()
        assert worker.asked("reset_training") == [()]


class TestSettings:
    def test_show_what_is_in_force(self, page: Page, browser: FakeBrowser) -> None:
        before = [browser.get(field).value for field in FIELDS]
        page.of(Settings).change({"batch_size": 512, "optimizer": "adam"})
        browser.settle()

        assert before == ["64", "0.005", "4", "momentum"]
        assert [browser.get(field).value for field in FIELDS] == ["512", "0.005", "4", "adam"]

    def test_what_is_being_typed_outlives_a_change_of_another(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        field = browser.get("label-noise")
        field.focus()
        field.value = "0.1"
        page.of(Settings).change({"l2": 0.001})
        browser.settle()
        typed = field.value
        # A lesson sets this very field.
        page.of(Settings).change({"label_noise": 0.4})
        browser.settle()

        assert (typed, field.value) == ("0.1", "0.4")

    def test_offer_every_optimizer(self, browser: FakeBrowser) -> None:
        offered = [option.value for option in browser.get("optimizer").children]

        assert sorted(offered) == sorted(DEFAULT_LEARNING_RATES)

    def test_offer_every_schedule_and_initializer(self, browser: FakeBrowser) -> None:
        for identifier, choices in (
            ("schedule", SCHEDULES),
            ("initializer", INITIALIZERS),
        ):
            offered = [option.value for option in browser.get(identifier).children]
            assert tuple(offered) == choices

    def test_each_is_explained_when_it_has_the_focus(self, browser: FakeBrowser) -> None:
        names = {setting.name for setting in setting_fields.FIELDS}
        assert names | {"tray_share"} == set(DEFAULT_SETTINGS)
        for setting in setting_fields.FIELDS:
            identifier = setting.identifier
            browser.get(identifier).fire("focus")
            explanation = browser.text("setting-help")
            assert explanation.endswith(".")
            assert browser.get(identifier).getAttribute("title") == explanation

    def test_offer_the_training_sets_that_there_are(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        options = browser.get("training-set").children
        assert [option.getAttribute("value") for option in options] == list(TRAINING_SETS)
        browser.get("training-set").value = "mnist"
        browser.get("training-set").fire("change")
        browser.settle()
        assert worker.asked("change_settings") == [({"training_set": "mnist"},)]
        for name, splits, is_hidden, words in (
            ("mnist", {"mixture": 80000}, False, "MNIST as it is"),
            ("embedded", {"mixture": 80000}, False, "The data as it is"),
            ("mnist", {}, True, "MNIST as it is"),
        ):
            dataset: Any = {"name": name, "splits": splits}
            page.of(TrainingData).dataset.set(dataset)
            browser.settle()
            assert browser.get("training-set-field").hidden == is_hidden
            assert browser.text("training-set-plain") == words
        assert browser.get("drawings-figure").hidden
        dataset = {"splits": {"validation_drawings": 2000}}
        page.of(TrainingData).dataset.set(dataset)
        browser.settle()
        assert not browser.get("drawings-figure").hidden

    def test_a_new_seed_is_another(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        browser.get("new-seed").click()
        browser.settle()

        assert page.of(Settings).values.value["seed"] == browser.random_seed()
        assert browser.get("seed").value == str(browser.random_seed())
        assert worker.asked("change_settings") == [({"seed": browser.random_seed()},)]

    def test_without_effect_are_disabled(self, page: Page, browser: FakeBrowser) -> None:
        def disabled() -> list[bool]:
            return [browser.get(each).disabled for each in ("momentum", "schedule-steps")]

        before = disabled()
        page.of(Settings).change({"optimizer": "adam", "schedule": "cosine"})
        browser.settle()

        assert (before, disabled()) == ([False, True], [True, False])

    def test_tell_the_browser_their_limits(self, browser: FakeBrowser) -> None:
        def limits(identifier: str) -> list[float]:
            field = browser.get(identifier)
            return [float(str(field.getAttribute(f"aria-value{end}"))) for end in ("min", "max")]

        assert limits("batch-size") == [MIN_BATCH_SIZE, MAX_BATCH_SIZE]
        assert limits("prefetch") == [MIN_PREFETCH, MAX_PREFETCH]

    @pytest.mark.parametrize(("key", "rate"), [("ArrowUp", 0.01), ("ArrowDown", 0.0025)])
    def test_arrows_double_and_halve_the_learning_rate(
        self, page: Page, browser: FakeBrowser, key: str, rate: float
    ) -> None:
        assert page.of(Settings).values.value["learning_rate"] == 0.005
        event = browser.get("learning-rate").press(key)
        browser.settle()

        assert event.is_prevented
        assert page.of(Settings).values.value["learning_rate"] == rate
        assert browser.get("learning-rate").value == str(rate)

    @pytest.mark.parametrize(
        ("entry", "key", "value"),
        [
            (("batch-size", "64"), "ArrowUp", 65),
            (("batch-size", "32"), "ArrowDown", 31),
            (("batch-size", "many"), "ArrowUp", 65),
            (("batch-size", "1"), "ArrowDown", 1),
            (("prefetch", "16"), "ArrowUp", 16),
            (("until", "0"), "ArrowUp", 1),
            (("learning-rate", "0,2"), "ArrowUp", 0.4),
        ],
    )
    def test_arrows_go_on_from_what_is_typed(
        self, page: Page, browser: FakeBrowser, entry: tuple[str, str], key: str, value: float
    ) -> None:
        identifier, text = entry
        field = browser.get(identifier)
        field.value = text
        field.press(key)
        browser.settle()

        assert page.of(Settings).values.value[identifier.replace("-", "_")] == value
        assert field.value == str(value)

    @pytest.mark.parametrize("held", ["shift", "control", "alt", "meta"])
    def test_arrows_with_modifiers_are_the_browsers(
        self, page: Page, browser: FakeBrowser, held: str
    ) -> None:
        event = browser.get("batch-size").press("ArrowUp", **{held: True})  # type: ignore[arg-type]

        assert not event.is_prevented
        assert page.of(Settings).values.value["batch_size"] == 64

    @pytest.mark.parametrize("text", ["0,05", "0.05", " 0,05 ", "5e-2", "٠٫٠٥", "０．０５"])
    @pytest.mark.parametrize("marks", [(".", ","), (",", "."), (",", "\u202f")], ids=str)
    def test_take_a_comma_and_a_point_in_any_language(
        self, page: Page, browser: FakeBrowser, text: str, marks: tuple[str, str]
    ) -> None:
        use_marks(*marks)
        field = browser.get("learning-rate")
        field.value = text
        field.fire("change")
        browser.settle()

        assert page.of(Settings).values.value["learning_rate"] == 0.05
        assert field.value == f"0{marks[0]}05"
        assert field.getAttribute("data-value") == "0.05"

    def test_say_what_two_people_would_read_differently(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        field = browser.get("learning-rate")
        field.value = "1,000"
        field.fire("change")
        browser.settle()

        assert page.of(Settings).values.value["learning_rate"] == 0.005
        assert browser.text("settings-note") == (
            "1,000 can be read in two ways. Leave out the marks between thousands, and write "
            "decimals as in 1.5. It stays at 0.005."
        )

    def test_say_what_is_wrong_with_the_readers_marks(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        use_marks(",", ".")
        field = browser.get("momentum")
        field.value = "1,5"
        field.fire("change")
        browser.settle()

        assert browser.text("settings-note") == (
            "Momentum: expected a number from 0 to 0,999, found 1,5. It stays at 0,9."
        )

    @pytest.mark.parametrize(
        ("entry", "change"),
        [
            (("batch-size", "1"), {"batch_size": 1}),
            (("batch-size", "1024"), {"batch_size": 1024}),
            (("learning-rate", "0.001"), {"learning_rate": 0.001}),
            (("learning-rate", "1e-3"), {"learning_rate": 0.001}),
            (("learning-rate", "10"), {"learning_rate": 10.0}),
            (("prefetch", "16"), {"prefetch": 16}),
            (("momentum", "0.5"), {"momentum": 0.5}),
            (("schedule", "warmup"), {"schedule": "warmup"}),
            (("schedule-steps", "1000000"), {"schedule_steps": 1_000_000}),
            (("l2", "1e-4"), {"l2": 0.0001}),
            (("initializer", "zeros"), {"initializer": "zeros"}),
            (("data-fraction", "0.01"), {"data_fraction": 0.01}),
            (("label-noise", "1"), {"label_noise": 1.0}),
            (("seed", "1073741823"), {"seed": 2**30 - 1}),
            (("until", "200"), {"until": 200}),
        ],
    )
    def test_are_taken_over(
        self,
        page: Page,
        browser: FakeBrowser,
        worker: FakeWorker,
        entry: tuple[str, str],
        change: dict[str, Any],
    ) -> None:
        enter(browser, *entry)

        assert page.of(Settings).values.value == {**SETTINGS, **change}
        assert worker.asked("change_settings") == [(change,)]
        assert browser.get("settings-note").hidden

    @pytest.mark.parametrize("until", ["1", "1199", "1200"])
    def test_a_step_to_stop_at_that_has_passed_is_refused(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker, until: str
    ) -> None:
        train(page, browser, iteration=1200)
        enter(browser, "until", until)

        note = browser.text("settings-note")
        assert "expected 0 for none, or a step after 1,200" in note
        assert note.endswith("It stays at 0.")
        assert page.of(Settings).values.value["until"] == 0
        assert worker.asked("change_settings") == []
        enter(browser, "until", "1201")
        assert page.of(Settings).values.value["until"] == 1201
        enter(browser, "until", "0")
        assert page.of(Settings).values.value["until"] == 0

    @pytest.mark.parametrize("optimizer", ["sgd", "adam"])
    def test_an_optimizer_brings_its_learning_rate(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker, optimizer: str
    ) -> None:
        enter(browser, "optimizer", optimizer)

        rate = DEFAULT_LEARNING_RATES[optimizer]
        change = {"optimizer": optimizer, "learning_rate": rate}
        assert page.of(Settings).values.value == {**SETTINGS, **change}
        assert worker.asked("change_settings") == [(change,)]
        assert browser.get("learning-rate").value == str(rate)

    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            (("batch-size", "0"), "from 1 to 1024, found 0"),
            (("batch-size", "1025"), "from 1 to 1024, found 1025"),
            (("batch-size", "12.5"), 'whole number from 1 to 1024, found "12.5"'),
            (("batch-size", ""), 'whole number from 1 to 1024, found ""'),
            (("batch-size", "many"), 'whole number from 1 to 1024, found "many"'),
            (("learning-rate", "0"), "above 0, up to 10, found 0"),
            (("learning-rate", "-1"), "above 0, up to 10, found -1"),
            (("learning-rate", "11"), "above 0, up to 10, found 11"),
            (("learning-rate", "nan"), "above 0, up to 10, found NaN"),
            (("learning-rate", "inf"), "above 0, up to 10, found Infinity"),
            (("learning-rate", ""), 'above 0, up to 10, found ""'),
            (("prefetch", "17"), "from 1 to 16, found 17"),
            (("optimizer", "magic"), 'one of adam, momentum, sgd, found "magic"'),
            (("momentum", "1"), "from 0 to 0.999, found 1"),
            (("schedule-steps", "0"), "from 1 to 1000000, found 0"),
            (("data-fraction", "0"), "above 0, up to 1, found 0"),
            (("label-noise", "2"), "from 0 to 1, found 2"),
            (("seed", "-1"), "from 0 to 1073741823, found -1"),
            (("until", "1.5"), 'from 0 to 1000000, found "1.5"'),
        ],
    )
    def test_that_are_wrong_leave_the_old_value_in_force(
        self,
        page: Page,
        browser: FakeBrowser,
        worker: FakeWorker,
        entry: tuple[str, str],
        expected: str,
    ) -> None:
        identifier, text = entry
        in_force = SETTINGS[identifier.replace("-", "_")]

        enter(browser, identifier, text)

        assert page.of(Settings).values.value == SETTINGS
        assert worker.asked("change_settings") == []
        assert browser.get(identifier).getAttribute("aria-invalid") == "true"
        assert not browser.get("settings-note").hidden
        assert expected in browser.text("settings-note")
        assert browser.text("settings-note").endswith(f"It stays at {in_force}.")

    def test_put_right_are_no_longer_marked(self, page: Page, browser: FakeBrowser) -> None:
        enter(browser, "batch-size", "0")
        enter(browser, "batch-size", "32")

        assert browser.get("batch-size").getAttribute("aria-invalid") is None
        assert browser.get("settings-note").hidden
        assert page.of(Settings).values.value["batch_size"] == 32

    def test_that_go_back_to_what_is_in_force_are_no_longer_marked(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        enter(browser, "batch-size", "0")
        enter(browser, "prefetch", "8")

        assert browser.get("batch-size").value == "64"
        assert browser.get("batch-size").getAttribute("aria-invalid") is None
        assert browser.get("settings-note").hidden


class TestFigures:
    def test_before_a_run_are_dashes(self, browser: FakeBrowser) -> None:
        for identifier in ("loss", "accuracy", "validation", "validation-drawings"):
            assert browser.text(identifier) == "–"
            assert browser.get(identifier).getAttribute("data-value") == ""
        assert browser.text("iteration") == "0"

    def test_are_rounded_and_exact_in_data_value(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Train).note_validation(
            {"iteration": 12000, "accuracy": 0.97654, "drawings": 0.95432}
        )
        pool_is(page, total=108)
        train(page, browser)

        shown = {
            "iteration": ("12,345", "12345"),
            "epoch": ("1.23", "1.23456"),
            "loss": ("0.1235", "0.123456"),
            "accuracy": ("98.8%", "0.98765"),
            "validation": ("97.7%", "0.97654"),
            "validation-drawings": ("95.4%", "0.95432"),
            "samples-per-second": ("54,322", "54321.6"),
            "cached": ("12/108", "12"),
            "fetching": ("4", "4"),
        }
        for identifier, (text, exact) in shown.items():
            assert browser.text(identifier) == text
            assert browser.get(identifier).getAttribute("data-value") == exact

    def test_follow_the_run(self, page: Page, browser: FakeBrowser) -> None:
        train(page, browser)
        train(page, browser, iteration=20000, loss=0.1, samples_per_second=0.0)

        assert browser.get("iteration").getAttribute("data-value") == "20000"
        assert browser.get("loss").getAttribute("data-value") == "0.1"
        assert browser.text("samples-per-second") == "0"

    def test_of_the_pool_follow_its_total(self, page: Page, browser: FakeBrowser) -> None:
        train(page, browser)
        before = browser.text("cached")
        pool_is(page, cached=12, total=108)
        browser.settle()

        assert (before, browser.text("cached")) == ("12", "12/108")

    def test_go_with_a_reset(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Train).note_validation({"iteration": 12000, "accuracy": 0.97654})
        train(page, browser)
        page.bridge.lost.tell()
        browser.settle()

        for identifier in ("loss", "accuracy", "validation"):
            assert browser.get(identifier).getAttribute("data-value") == ""
        assert browser.text("iteration") == "0"

    def test_say_what_the_pool_waits_for(self, page: Page, browser: FakeBrowser) -> None:
        pool_is(page, state="retrying", detail="The server is away.")
        browser.settle()
        before = browser.text("pool-note")
        pool_is(page)
        browser.settle()

        assert (before, browser.text("pool-note")) == ("The server is away.", "")

    def test_of_schedule_and_l2_show_where_they_matter(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Train).note_validation({"iteration": 1, "accuracy": 0.5, "norm": 16.5432})
        train(page, browser, learning_rate=0.012345)
        assert browser.get("rate-figure").hidden
        assert browser.get("norm-figure").hidden
        page.of(Settings).change({"schedule": "cosine", "l2": 0.01})
        browser.settle()

        assert not browser.get("rate-figure").hidden
        assert not browser.get("norm-figure").hidden
        assert (browser.text("rate"), browser.text("norm")) == ("0.0123", "16.54")


class TestRunNote:
    def test_says_what_a_step_did(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        worker.answers["step_training"] = STEP
        train(page, browser, iteration=1012, is_training=False)
        browser.get("step").click()
        browser.settle()

        assert browser.text("run-note") == (
            "Step 1,012: 128 samples at a rate of 0.05. Their loss went from 2.346 to 2.100; 12% "
            "were read right before, 50% after."
        )
        train(page, browser, iteration=1020)
        assert browser.text("run-note") == ""

    def test_says_that_a_run_goes_on_where_it_was_to_stop(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Settings).change({"until": 300})
        train(page, browser, iteration=300)
        assert browser.text("run-note") == ""
        train(page, browser, iteration=301)
        assert browser.text("run-note").startswith("The run has passed step 300")
        assert "under More settings" in browser.text("run-note")
        page.hidden.set(["settings"])
        browser.settle()
        assert "under More settings" not in browser.text("run-note")
        train(page, browser, iteration=310, is_training=False)
        assert browser.text("run-note") == ""

    def test_says_where_a_run_ended_by_itself(self, page: Page, browser: FakeBrowser) -> None:
        train(page, browser, iteration=1200)
        report: Any = {"iteration": 1200, "digest": "0123456789abcdef", "is_repeatable": True}
        page.of(Train).reached.set(report)
        train(page, browser, iteration=1200, is_training=False)

        assert browser.text("run-note").startswith(
            "Stopped after step 1,200, as asked. These weights are 01234567: the same run gives"
        )
        page.of(Train).reached.set(report | {"is_repeatable": False})
        browser.settle()
        assert browser.text("run-note").startswith(
            "Stopped after step 1,200, as asked. These weights are 01234567. This run cannot be"
        )
        page.bridge.lost.tell()
        browser.settle()
        assert browser.text("run-note") == ""


class TestKernels:
    def test_are_the_visitors_choice(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        assert browser.get("kernels").disabled
        page.bridge.set_state(READY)
        page.of(Train).kernels.set({"kernels": "simd", "no_simd": ""})
        browser.settle()
        assert not browser.get("kernels").disabled
        assert browser.get("kernels").value == "simd"

        browser.get("kernels").value = "numpy"
        browser.get("kernels").fire("change")
        browser.settle()

        assert worker.asked("use_kernels") == [("numpy",)]

    def test_are_no_choice_where_simd_cannot_be_had(self, page: Page, browser: FakeBrowser) -> None:
        page.bridge.set_state(READY)
        page.of(Train).kernels.set({"kernels": "numpy", "no_simd": "This browser has no SIMD."})
        browser.settle()

        assert browser.get("kernels").disabled
        assert browser.get("kernels").value == "numpy"
        assert browser.get("kernels").title == "This browser has no SIMD."
