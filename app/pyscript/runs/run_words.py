"""A run in words: its name, what it began with, and how far it came."""

from app.pyscript.kit.formats import decimal, in_sentence, percent, whole
from app.pyscript.runs import texts
from app.pyscript.settings.table import TITLES, in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.runs.runs import Run
    from app.pyscript.train.history import History

NAMES = {name: in_sentence(TITLES[name]) for name in TITLES}


def figures_of(history: "History") -> str:
    """How far a run came, and with what accuracy."""
    if not history.iterations:
        return texts.RUNS_NOT_YET
    words = texts.RUNS_STEPS.format(
        iteration=whole(history.iterations[-1]),
        loss=decimal(history.losses[-1], 4),
        accuracy=percent(history.accuracies[-1], 1),
    )
    validation, drawings = last_of(history.validations), last_of(history.drawings)
    if validation is not None and drawings is not None:
        words += texts.RUNS_VALIDATION_BOTH.format(
            validation=percent(validation, 1), drawings=percent(drawings, 1)
        )
    elif validation is not None:
        words += texts.RUNS_VALIDATION.format(validation=percent(validation, 1))
    return words


def last_of(shares: list) -> "float | None":
    """The last value that was measured, or None."""
    measured = [each for each in shares if each is not None]
    return measured[-1] if measured else None


def name_of(run: "Run", title: str, runs: list, settings: list) -> str:
    """The title, which has the run's number, and how the run differs from the others."""
    parts = []
    starts = {start_of(each) for each in runs}
    if len(starts) > 1 and start_of(run):
        parts.append(start_of(run))
    if run.last_settings:
        for name in settings:
            before, after = [
                in_words(values.get(name)) for values in (run.first_settings, run.last_settings)
            ]
            value = (
                after if before == after else texts.RUNS_CHANGE.format(before=before, after=after)
            )
            parts.append(texts.RUNS_SETTING.format(name=NAMES[name], value=value))
    return f"{title}: {', '.join(parts)}" if parts else title


def start_of(run: "Run") -> str:
    """What a run began with, in words; empty if that is not known."""
    start = run.start
    if start is None:
        return ""
    if start["iteration"] is not None:
        is_known = start["run"] is not None
        words = texts.RUNS_FROM_RUN if is_known else texts.RUNS_FROM_ITERATION
        return words.format(run=start["run"], iteration=whole(start["iteration"]))
    sources = {"shared": texts.RUNS_SHARED, "random": texts.RUNS_RANDOM}
    weights = sources.get(start["source"]) or start["name"]
    return texts.RUNS_TRAINED.format(weights=weights) if start["is_trained"] else weights
