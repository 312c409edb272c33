"""The state of the weights: where they come from, loading others, and publishing them.

Runs on MicroPython and on CPython.
"""

from app.pyscript.kit.signals import Event, Signal
from app.pyscript.settings.state import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.weights.records import Origin, Publication, PublishedAnswer

# The state of a publication while the weights are being sent.
SENDING = "sending"
# The worker gives up fetching weights earlier than this.
LOAD_LIMIT_SECONDS = 60
# If many publish at the same time, the worker tries again for a minute.
PUBLISH_LIMIT_SECONDS = 120


class Weights:
    """origin: where the network's weights come from, or None; publication: what happened to
    published weights, or None. The event `replaced` comes at once when the network gets other
    weights. member: of a visitor who is in a class, its code and their secret in it, by which the
    service counts what they publish; otherwise empty.
    """

    def __init__(self, page: "Page") -> None:
        self._page = page
        self.origin: Signal[Origin | None] = Signal(page.frame)
        self.replaced = Event()
        self.publication: Signal[Publication | None] = Signal(page.frame)
        self.member: tuple = ()
        page.bridge.on("weights", self.note)
        page.bridge.lost.listen(lambda: self.origin.set(None))

    def note(self, report: "Origin") -> None:
        """Store the report "weights"."""
        self.origin.set(report)
        if not report["changed_by_training"] and not report["tuned"]:
            # These are other weights, so earlier measurements are void.
            self.replaced.tell()
            publication = self.publication.value
            if publication is not None and publication["state"] == "refused":
                self.publication.set(None)

    @property
    def is_own(self) -> bool:
        """Do the weights differ from the shared ones that everybody has?"""
        origin = self.origin.value
        if origin is None:
            return False
        return bool(
            origin["source"] != "shared" or origin["changed_by_training"] or origin["tuned"]
        )

    async def ask(self, name: str, *arguments: "object") -> bool:
        """Make a call that replaces the weights. Returns whether it did."""
        answer = await self._page.bridge.ask(name, *arguments, limit=LOAD_LIMIT_SECONDS)
        if answer is None:
            return False
        self._page.network_changed.tell(False)
        return True

    def load_shared(self) -> None:
        """Load the shared weights into the network."""
        self._page.browser.run(self.ask("load_shared_weights"))

    def load_version(self, version: int) -> None:
        """Load a version of the shared weights into the network."""
        self._page.browser.run(self.ask("load_version", version))

    def randomize(self) -> None:
        """Start again with random weights, as the settings describe them."""
        settings = self._page.of(Settings).values.value
        self._page.browser.run(
            self.ask("randomize_weights", settings["seed"], settings["initializer"])
        )

    def publish(self, author: str) -> None:
        """Publish the network for everybody; the result comes in `publication`."""
        self._page.browser.run(self._publish(author))

    async def _publish(self, author: str) -> None:
        self.publication.set({"state": SENDING, "version": None, "detail": ""})
        ask, limit = self._page.bridge.ask, PUBLISH_LIMIT_SECONDS
        answer: PublishedAnswer | None = await ask(
            "publish_weights", author, *self.member, limit=limit
        )
        if answer is None:
            self.publication.set(None)
            return
        self.publication.set(
            {"state": answer["outcome"], "version": answer["version"], "detail": answer["detail"]}
        )
        self._page.network_changed.tell(False)
