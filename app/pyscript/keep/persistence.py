"""Asks the browser not to delete what it stores for this site, if the browser can be asked.

Otherwise a browser may delete it when the disk is nearly full, or some weeks after the last visit.
Some browsers then ask the visitor. So this asks only once, and only after a training. The result is
Keep's `is_persistent`.

Runs on MicroPython and on CPython.
"""

from app.pyscript.keep.state import Keep
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

KEY = "digits.persistence"
# By then the worker has saved what was learned (keep/worker/autosave.py).
SAVED_SECONDS = 4


class StorageKeeper:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._keep = page.of(Keep)
        self._train = page.of(Train)
        self._has_looked = self._has_asked = self._was_training = False
        page.watch((self._page.bridge.state,), self._on_worker)
        page.watch((self._train.training,), self._on_training)
        self._on_worker()

    def _on_worker(self) -> None:
        if self._page.bridge.is_ready and not self._has_looked:
            self._has_looked = True
            self._browser.run(self._look())

    async def _look(self) -> None:
        """Set is_persistent if the answer is known: it is yes, or the browser was asked before."""
        is_persistent = await self._browser.is_storage_persistent()
        if is_persistent or (is_persistent is not None and await self._was_asked()):
            self._has_asked = True
            self._keep.is_persistent.set(is_persistent)

    def _on_training(self) -> None:
        was_training = self._was_training
        self._was_training = self._train.training.value["is_training"]
        if was_training and not self._was_training and not self._has_asked:
            self._browser.run(self._ask())

    async def _ask(self) -> None:
        await self._browser.sleep(SAVED_SECONDS)
        if self._has_asked or self._was_training or self._keep.not_kept.value:
            return
        self._has_asked = True
        if await self._was_asked():
            return  # another tab has asked
        await self._note_asked()
        is_persistent = await self._browser.persist_storage()
        if is_persistent is not None:
            self._keep.is_persistent.set(is_persistent)

    async def _was_asked(self) -> bool:
        try:
            return bool(await self._browser.recall(KEY))
        except OSError:
            return False

    async def _note_asked(self) -> None:
        try:
            await self._browser.remember(KEY, "asked")
        except OSError:
            pass  # then each visit asks again
