"""The state of learning together: the rounds as the server tells them, and this pupil's part.

Runs on MicroPython and on CPython.
"""

from app.pyscript.classroom.state import PUPIL, Classroom, problem_of
from app.pyscript.kit.signals import Signal
from app.pyscript.together import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record
    from app.pyscript.classroom.records import Learning, Participant
    from app.pyscript.page import Page

RUNNING = "running"
NPZ = "application/x-npz"
# Even on a slow phone, and with the share's samples still to come.
ROUND_LIMIT_SECONDS = 300
ROUND_OVER, LEFT_OUT = 409, 422
RETRY_SECONDS = 1


class Together:
    """problem: what went wrong last, as a sentence, or empty; is_training: whether this page works
    on a round; left_out: the round in which this page's answer was no good, or None."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self.problem = Signal(page.frame, "")
        self.is_training = Signal(page.frame, False)
        self.left_out = Signal(page.frame)
        self._answered: tuple = ()  # the learning and the round that need no answer any more
        self._classroom.heard.listen(self.follow)
        page.bridge.state_changed.listen(self.follow)

    @property
    def learning(self) -> "Learning | None":
        """What the server says of it, or None."""
        document = self._classroom.document.value
        return document["learning"] if document is not None else None

    @property
    def part(self) -> "Participant | None":
        """This pupil's part in it: "id", "index" and "digits", or None."""
        learning, membership = self.learning, self._classroom.membership.value
        if learning is None or membership is None or self._classroom.role != PUPIL:
            return None
        for each in learning["participants"]:
            if each["id"] == membership["pupil"]["id"]:
                return each
        return None

    # The teacher's

    def begin(
        self, split: str, steps: "int | None", rounds: "int | None", seconds: "int | None"
    ) -> None:
        """rounds: None for as many as there may be."""
        body = {"split": split, "local_steps": steps, "rounds": rounds, "seconds": seconds}
        self._browser.run(self._ask("POST", body))

    def stop(self) -> None:
        self._browser.run(self._ask("DELETE", None))

    async def _ask(self, method: str, body: "Record | None") -> None:
        self.problem.set("")
        try:
            await self._classroom.ask(f"{self._classroom.path}/learning", method, body)
        except self._browser.FetchError as error:
            self.problem.set(problem_of(error))

    def take(self) -> None:
        """Go on with the class's common network, in place of the visitor's."""
        membership = self._classroom.membership.value
        if membership is not None:
            name = texts.TOGETHER_NAME.format(code=membership["code"])
            self._page.bridge.send("take_together", self._weights_path(), name)

    def _weights_path(self, number: "int | None" = None) -> str:
        membership = self._classroom.membership.value
        view = membership["view"] if membership else ""
        path = f"{self._classroom.path}/learning/weights?view={view}"
        return path if number is None else f"{path}&round={number}"

    # A pupil's

    def follow(self) -> None:
        """Work on the round that runs now, if this page has not done so."""
        if not self.is_training.value and self._wanted() is not None:
            self.is_training.set(True)
            self._browser.run(self._work())

    def _wanted(self) -> "tuple | None":
        """(learning, round) to work on now, or None."""
        learning = self.learning
        if learning is None or learning["state"] != RUNNING or self.part is None:
            return None
        wanted = (learning["id"], learning["round"])
        is_open = wanted != self._answered and self._page.bridge.is_ready
        return wanted if is_open else None

    async def _work(self) -> None:
        try:
            while (wanted := self._wanted()) is not None:
                if await self._answer(wanted[1]):
                    self._answered = wanted
                else:
                    await self._browser.sleep(RETRY_SECONDS)
        finally:
            self.is_training.set(False)

    async def _answer(self, number: int) -> bool:
        """Train this round and send the weights; returns whether nothing is left to do in it."""
        learning, part = self.learning, self.part
        if learning is None or part is None:
            return True
        trained = await self._page.bridge.ask(
            "train_round",
            self._weights_path(number),
            {
                "round": number,
                "split": learning["split"],
                "digits": part["digits"],
                "index": part["index"],
                "seed": learning["seed"],
                "steps": learning["local_steps"],
            },
            limit=ROUND_LIMIT_SECONDS,
        )
        if trained is None or self._classroom.membership.value is None:
            return True  # the notice says why; the next round is another chance
        path = f"{self._classroom.path}/learning/rounds/{number}/weights"
        secret = self._classroom.membership.value["secret"]
        samples = trained["samples"]
        try:
            await self._browser.send_bytes(
                f"{path}?samples={samples}", "PUT", secret, NPZ, trained["content"]
            )
        except self._browser.FetchError as error:
            if error.status == LEFT_OUT:
                self.left_out.set(number)
            # Without the server, the answer is given again, from the common weights.
            return error.status != 0
        return True
