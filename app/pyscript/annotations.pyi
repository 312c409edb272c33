"""Names for annotations, seen by type checkers alone: MicroPython has no `typing` to import."""

from collections.abc import Awaitable as Awaitable
from collections.abc import Callable as Callable
from collections.abc import Coroutine as Coroutine
from collections.abc import Iterable as Iterable
from collections.abc import Sequence as Sequence
from typing import Any as Any
from typing import TypeAlias, TypeVar

# A JavaScript object; checkers know nothing of it, and neither does Python until it is asked.
JsProxy: TypeAlias = Any
# The module app.pyscript.browser, or a test's stand-in for it.
Browser: TypeAlias = Any
# A prediction, a report, a notice, a document of the API: names to JSON values.
Record: TypeAlias = dict[str, Any]

# Of a feature: any class that is made with the Page.
State = TypeVar("State")
