from typing import Any

from app.pyscript.page import Page
from app.pyscript.samples.dataset_note import DatasetNote
from app.pyscript.train.data import TrainingData
from tests.ui.fake_browser import FakeBrowser

SPLITS: Any = {"train": 55000, "validation": 5000, "test": 10000}
DATASET: Any = {"title": "MNIST", "splits": SPLITS}


def test_the_data_set_in_use_is_named(page: Page, browser: FakeBrowser) -> None:
    DatasetNote(page).mount()
    page.of(TrainingData).dataset.set(DATASET)
    browser.settle()

    assert browser.text("dataset") == (
        "Data: MNIST, 55,000 digits to train on, 5,000 to validate and 10,000 to test."
    )
    page.of(TrainingData).dataset.set(DATASET | {"splits": {**SPLITS, "mixture": 80000}})
    browser.settle()
    assert browser.text("dataset").endswith("Digits as people draw them: 80,000 to train on.")
