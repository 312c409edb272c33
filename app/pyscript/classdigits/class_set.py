"""The class's digits as one of the sets under Evaluate, for those who are in a class.

Shows nothing itself. It is there whether the section on the class's digits is open or not.
"""

from app.pyscript.classdigits import texts
from app.pyscript.classdigits.state import ClassDigits
from app.pyscript.classroom.state import PUPIL, TEACHER, Classroom
from app.pyscript.evaluate.other_set import OtherSet
from app.pyscript.evaluate.state import Evaluations
from app.pyscript.kit.formats import whole
from app.pyscript.messages import CLASS_SET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


class ClassSet:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._classroom = page.of(Classroom)
        self._digits = page.of(ClassDigits)
        self._evaluations = page.of(Evaluations)
        self._count = 0  # as it is offered

    def mount(self) -> None:
        shown = (self._classroom.membership, self._classroom.document)
        self._page.watch(shown, self.update)
        self.update()

    def update(self) -> None:
        """Offer the set if it has any digits, with as many as there are now."""
        document, is_member = self._classroom.document.value, self._classroom.role in ROLES
        count = document["digits"]["count"] if document is not None and is_member else 0
        if count == self._count:
            return
        self._count = count
        if count:
            self._evaluations.offer(
                OtherSet(
                    CLASS_SET,
                    count,
                    texts.CLASSDIGITS_SET.format(count=whole(count)),
                    texts.CLASSDIGITS_SAMPLES,
                    self._digits.prepare,
                )
            )
        else:
            self._evaluations.withdraw(CLASS_SET)


ROLES = (PUPIL, TEACHER)
