"""The status line: how the start is going, and what state the network is in.

Shows: boot, worker, training, restored, weights.
"""

from app.pyscript.bridge.bridge import FAILED, READY
from app.pyscript.keep.state import Keep
from app.pyscript.kit.formats import percent, whole
from app.pyscript.kit.live_region import say
from app.pyscript.start import texts
from app.pyscript.start.state import Start
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


class StatusBar:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._train = page.of(Train)
        self._keep = page.of(Keep)
        self._start = page.of(Start)
        self._was_training = False
        self._paused_at: int | None = None  # the iteration at which training last paused

    def mount(self) -> None:
        train, keep = self._train.training, self._keep.restored
        origin = self._page.of(Weights).origin
        self._page.watch(
            (self._start.boot, self._page.bridge.state, train, keep, origin), self.render_status
        )
        self.render_status()

    def render_status(self) -> None:
        find = self._browser.element
        worker, fraction = self._page.bridge.state.value, self._start.boot.value["fraction"]
        is_settled = worker in (READY, FAILED)
        self._browser.root().setAttribute("data-worker", worker)
        find("status").classList.toggle("is-failed", worker == FAILED)
        dot = find("status-dot")
        if dot.hidden == is_settled:
            dot.hidden = not is_settled
        say(self._browser, "status-text", self._status())
        progress = find("status-progress")
        progress.hidden = is_settled
        # Outside the live region, because it changes all the time.
        share = "" if is_settled or fraction is None else percent(fraction)
        find("status-share").textContent = share
        if fraction is None:
            progress.removeAttribute("value")
        else:
            progress.value = fraction

    def _status(self) -> str:
        """The network's state in a few words. They change only when something happens."""
        restored = self._keep.restored.value
        training, was_training = self._train.training.value, self._was_training
        self._was_training = training["is_training"]
        if was_training and not training["is_training"]:
            self._paused_at = training["iteration"]
        if self._page.bridge.is_ready and training["is_training"]:
            return texts.STATUS_TRAINING
        steps = training["iteration"]
        if self._page.bridge.is_ready and steps and steps == self._paused_at:
            return texts.STATUS_PAUSED.format(steps=whole(steps))
        if self._page.bridge.is_ready and restored is not None and self._keep.has_restored_network:
            time = self._browser.local_time(restored["saved_at"])
            return texts.STATUS_RESTORED.format(time=time)
        return self._start.boot.value["stage"]
