"""How starting is going, and what went wrong, in words a person can act on.

Reads from the store: boot, worker, training, restored, weights, notices, dataset. Emits the intent
of a notice's button.
"""

from app.pyscript import texts
from app.pyscript.formats import whole
from app.pyscript.store import FAILED, READY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable, JsProxy, Record
    from app.pyscript.store import Store

STATUS_MARKUP = f"""
<span class="status-dot" id="status-dot" hidden></span>
<span class="status-text" id="status-text"></span>
<progress id="status-progress" max="1" aria-label="{texts.STATUS_PROGRESS}"></progress>
"""


class StatusBar:
    def __init__(self, store: "Store", browser: "Browser", actions: "Record") -> None:
        """`actions`: what a notice's button does, by the notice's key."""
        self._store = store
        self._browser = browser
        self._actions = actions

    def mount(self) -> None:
        self._browser.element("status").innerHTML = STATUS_MARKUP
        keys = ("boot", "worker", "training", "restored", "weights")
        self._store.subscribe(keys, self.render_status)
        self._store.subscribe(("notices",), self.render_notices)
        self._store.subscribe(("dataset",), self.render_dataset)
        self.render_status()

    def render_status(self) -> None:
        find = self._browser.element
        worker, boot = self._store.worker, self._store.boot
        self._browser.root().setAttribute("data-worker", worker)
        find("status").classList.toggle("is-failed", worker == FAILED)
        find("status-dot").hidden = worker not in (READY, FAILED)
        find("status-text").textContent = self._status()
        progress = find("status-progress")
        progress.hidden = worker in (READY, FAILED)
        if boot["fraction"] is None:
            progress.removeAttribute("value")
        else:
            progress.value = boot["fraction"]

    def _status(self) -> str:
        store, restored = self._store, self._store.restored
        if store.worker == READY and store.training["is_training"]:
            return texts.STATUS_TRAINING
        if store.worker == READY and restored is not None and store.has_restored_network:
            time = self._browser.local_time(restored["saved_at"])
            return texts.STATUS_RESTORED.format(time=time)
        return store.boot["stage"]

    def render_notices(self) -> None:
        panel = self._browser.element("notices")
        panel.textContent = ""
        for notice in self._store.notices:
            panel.appendChild(self._notice_element(notice))

    def _notice_element(self, notice: "Record") -> "JsProxy":
        create = self._browser.create_element
        box, words, title, detail = create("div"), create("div"), create("strong"), create("p")
        box.className = "notice"
        box.setAttribute("data-notice", notice["key"])
        # As text, never as markup: details can come from a server or a file.
        title.textContent = notice["title"]
        detail.textContent = notice["detail"]
        words.append(title, detail)
        box.appendChild(words)
        key = notice["key"]
        if notice["action"]:
            # No dismissing: the button is the only way on.
            box.appendChild(self._button(notice["action"], lambda event: self._act(key)))
        else:
            box.appendChild(
                self._button(texts.NOTICE_DISMISS, lambda event: self._store.dismiss(key))
            )
        return box

    def _button(self, text: str, on_click: "Callable") -> "JsProxy":
        button = self._browser.create_element("button")
        button.textContent = text
        self._browser.listen(button, "click", on_click)
        return button

    def _act(self, key: str) -> None:
        self._store.dismiss(key)
        self._actions[key]()

    def render_dataset(self) -> None:
        dataset = self._store.dataset
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
