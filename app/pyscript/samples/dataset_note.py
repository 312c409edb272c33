"""A note at the bottom of the page: which data set the server has. Shows: dataset."""

from app.pyscript.kit.formats import whole
from app.pyscript.samples import texts
from app.pyscript.train.data import TrainingData

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


class DatasetNote:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._data = page.of(TrainingData)

    def mount(self) -> None:
        self._page.watch((self._data.dataset,), self.render)
        self._browser.run(self._data.describe())

    def render(self) -> None:
        dataset = self._data.dataset.value
        if dataset is None:
            return
        splits = dataset["splits"]
        text = texts.DATASET.format(
            title=dataset["title"],
            train=whole(splits["train"]),
            validation=whole(splits["validation"]),
            test=whole(splits["test"]),
        )
        if splits.get("mixture"):
            text = texts.DATASET_MIXTURE.format(dataset=text, mixture=whole(splits["mixture"]))
        self._browser.element("dataset").textContent = text
