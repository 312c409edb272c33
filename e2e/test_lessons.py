"""Journeys of a teacher who makes a link, and of a class that follows it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import expect

from app.pyscript.lessons.presets import PRESETS
from e2e.gestures import Visitor


def begin(visitor: Visitor) -> None:
    visitor.open()
    visitor.wait_for_the_network()


def enter(visitor: Visitor, identifier: str, text: str) -> None:
    visitor.page.fill(f"#{identifier}", text)
    visitor.page.press(f"#{identifier}", "Enter")


def run_to_the_end(visitor: Visitor) -> str:
    """Start the lesson; what the page says where it stops."""
    visitor.page.click("#start-lesson")
    expect(visitor.page.locator("#run-note")).to_contain_text("Stopped after step", timeout=60_000)
    note: str = visitor.page.inner_text("#run-note")
    return note


def test_a_link_repeats_a_run_to_the_last_digit(
    regular: Visitor, new_visitor: Callable[..., Visitor]
) -> None:
    teacher, page = regular, regular.page
    enter(teacher, "batch-size", "50")
    page.select_option("#optimizer", "adam")
    page.click("#more-settings summary")
    for identifier, text in (("seed", "7"), ("until", "300"), ("l2", "0.001")):
        enter(teacher, identifier, text)
    enter(teacher, "label-noise", "0.1")
    page.select_option("#schedule", "cosine")
    page.click("#link summary")
    page.check("#hide-keep")
    link = page.input_value("#link-text")
    page.click("#copy-link")
    expect(page.locator("#link-note")).not_to_be_empty()
    assert urlsplit(link).fragment == (
        "weights=random&batch_size=50&learning_rate=0.001&optimizer=adam&schedule=cosine&l2=0.001"
        "&training_set=drawings&label_noise=0.1&seed=7&until=300&hide=keep"
    )

    # The teacher by hand; one of the class by the link, twice.
    page.click("#randomize-weights")
    page.click("#start")
    expect(page.locator("#run-note")).to_contain_text("Stopped after step 300", timeout=60_000)
    notes = [page.inner_text("#run-note")]
    page.uncheck("#hide-keep")
    pupil = new_visitor(link)
    begin(pupil)
    expect(pupil.page.locator("#lesson")).to_contain_text("stop at step 300")
    expect(pupil.page.locator("#keep-panel")).to_be_hidden()
    assert pupil.figure("iteration") == 0
    notes.append(run_to_the_end(pupil))
    assert pupil.figure("iteration") == 300
    pupil.page.click("#reset")
    notes.append(run_to_the_end(pupil))
    assert len(set(notes)) == 1
    pupil.page.click("#show-hidden")
    pupil.page.click("#files summary")
    with pupil.page.expect_download() as download:
        pupil.page.click("#save-weights")
    name = download.value.suggested_filename  # digits-<digest>.npz
    assert name.removeprefix("digits-").removesuffix(".npz") in notes[0]


def test_a_link_replaces_nothing_before_it_is_asked_to(regular: Visitor) -> None:
    page = regular.page
    enter(regular, "learning-rate", "0.0001")
    page.click("#step")
    expect(page.locator("#run-note")).to_contain_text("Step 1: 128 samples at a rate of 0.0001.")
    assert regular.figure("iteration") == 1
    weights = page.inner_text("#weights-note")
    assert "trained further here" in weights

    # As one follows a link to the page that one is on.
    page.evaluate("location.hash = 'preset=zeros&seed=-3&hide=tune'")
    lesson = page.locator("#lesson")
    expect(lesson).to_contain_text("Starting from zeros")
    expect(lesson).to_contain_text("Seed: expected a whole number from 0")
    expect(lesson).to_contain_text("save the weights first")
    expect(page.locator("#tune-panel")).to_be_hidden()
    expect(page.locator("#weights-note")).to_have_text(weights)
    expect(page.locator("#learning-rate")).to_have_value("0.0001")
    page.click("#close-lesson")
    expect(page.locator("#tune-panel")).to_be_visible()
    expect(page.locator("#weights-note")).to_have_text(weights)


# Of each lesson, what its sentence says is to be seen; in JavaScript, of the figures shown.
SEEN_IN_LESSONS = {
    "good": "validation > 0.9",
    "high": "accuracy < 0.2",
    "low": "iteration > 1000 && accuracy > 0.12 && accuracy < 0.5",
    "zeros": "Math.abs(loss - Math.log(10)) < 1e-4",
    "tiny": "validation > 0.8",
    "overfit": "accuracy > 0.999 && validation < 0.95",
    "noise": "accuracy < 0.65 && validation > 0.8",
    "l2": "norm < 9",
    "original": "validation > 0.8 && validation < 0.97",
    "cosine": "iteration > 2000 && rate === 0 && validation > 0.9",
}


def test_what_each_lesson_says_is_seen(regular: Visitor) -> None:
    assert list(SEEN_IN_LESSONS) == [preset.name for preset in PRESETS]
    page = regular.page
    for preset, is_true in SEEN_IN_LESSONS.items():
        page.select_option("#preset", preset)
        page.click("#start-lesson")
        # The lesson before may go on until this one begins.
        wait_for_figures(regular, "iteration < 400")
        wait_for_figures(regular, f"iteration > 400 && {is_true}")


def wait_for_figures(visitor: Visitor, condition: str) -> None:
    names = ("iteration", "loss", "accuracy", "validation", "norm", "rate")
    values = ", ".join(f"{name} = parseFloat(figure('{name}'))" for name in names)
    visitor.page.wait_for_function(
        f"""() => {{
          const figure = id => document.getElementById(id).dataset.value;
          const {values};
          return {condition};
        }}""",
        timeout=90_000,
    )
