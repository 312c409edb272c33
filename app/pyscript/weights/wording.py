"""The network's weights in words: where they come from, and the result of publishing them.

Runs on MicroPython and on CPython.
"""

from app.pyscript import texts as common
from app.pyscript.kit.formats import percent, whole
from app.pyscript.messages import ACCEPTED, MERGED, REFUSED
from app.pyscript.reasons import sentence
from app.pyscript.weights import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.weights.records import Origin, Publication, Version


def describe(weights: "Origin | None") -> str:
    """A sentence on what the network has learned, and from where."""
    if weights is None:
        return texts.WEIGHTS_NONE
    if weights["source"] == "shared":
        origin = texts.WEIGHTS_SHARED.format(version=weights["digest"][:8])
    elif weights["source"] == "file":
        origin = texts.WEIGHTS_FILE.format(name=weights["name"])
    else:
        origin = texts.WEIGHTS_RANDOM
    tuned = weights["tuned"]
    times = texts.WEIGHTS_TUNED.format(count=whole(tuned))
    tunes = texts.WEIGHTS_TUNED_ONCE if tuned == 1 else times
    if weights["changed_by_training"] and tuned:
        return texts.WEIGHTS_CHANGED_TWICE.format(
            origin=origin, change=texts.WEIGHTS_TRAINED, other=tunes
        )
    if weights["changed_by_training"] or tuned:
        change = tunes if tuned else texts.WEIGHTS_TRAINED
        return texts.WEIGHTS_CHANGED.format(origin=origin, change=change)
    is_random = weights["source"] == "random"
    text = texts.WEIGHTS_KNOW_NOTHING if is_random else texts.WEIGHTS_UNCHANGED
    return text.format(origin=origin)


def invitation(is_own: bool) -> str:
    """A sentence on publishing. is_own: as of Weights."""
    return texts.PUBLISH_OWN if is_own else common.PUBLISH_LATER


def describe_publication(publication: "Publication") -> str:
    """A sentence on the result of publishing, and what the visitor can do."""
    state, version = publication["state"], publication["version"]
    if state not in (ACCEPTED, MERGED, REFUSED):
        return texts.PUBLISH_SENDING
    reason = sentence(publication["detail"])
    if version is None:
        return texts.PUBLISH_NOT_TAKEN.format(reason=reason)
    drawings = drawings_share(version)
    if state == REFUSED:
        text = texts.PUBLISH_REFUSED_BOTH if drawings else texts.PUBLISH_REFUSED
    elif state == MERGED:
        text = texts.PUBLISH_MERGED_BOTH if drawings else texts.PUBLISH_MERGED
    elif not version.get("current", True):
        text = texts.PUBLISH_KNOWN
    else:
        text = texts.PUBLISH_ACCEPTED_BOTH if drawings else texts.PUBLISH_ACCEPTED
    return text.format(
        version=version["id"], share=share(version), drawings=drawings, reason=reason
    )


def share(version: "Version") -> str:
    """A version's accuracy, with enough digits to compare versions."""
    return percent(version["accuracy"], 2)


def drawings_share(version: "Version") -> str:
    """A version's accuracy on drawings; empty if that was not measured."""
    accuracy = version.get("drawings_accuracy")
    return "" if accuracy is None else percent(accuracy, 2)
