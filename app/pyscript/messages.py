"""What crosses between the page and the worker: names and limits that both know.

Runs on MicroPython (the page) and on CPython in Pyodide (the worker), so it uses what both have.
How anything crosses is bridge/wire.py's; what may be asked is in each feature's worker/calls.py,
what is reported in worker/report_fields.py; settings are in settings/.
"""

from app.pyscript import texts

TYPE_CHECKING = False
# What can become of weights that were offered as the shared ones: see api_client.Publication.
ACCEPTED, MERGED, REFUSED = "accepted", "merged", "refused"
MAX_AUTHOR_LENGTH = 40
# What an evaluation can read, by the service's splits: stored digits, drawings by writers kept from
# training, and other people's digits. Not every service has the last two.
TEST_SETS = ("test", "test_drawings", "test_uci")
# How an evaluation goes on, and how it can end without a result.
FETCHING, READING, EVALUATION_FAILED = "fetching", "reading", "failed"
# So many evaluated digits are listed together.
GALLERY_SIZE = 24
# In place of a digit to compare: the likeliest that is not the other.
CHOSEN_BY_NETWORK = -1
# Equal to the model's, which the page cannot import; and so many units are listed at most.
HIDDEN_SIZE = 128
TELLING_UNITS = 8
# The label of a drawing that nobody has named yet.
NO_LABEL = -1
# Bytes. Equal to the model's, which the page cannot import.
MAX_WEIGHTS_FILE_SIZE = 1_000_000
# How a run begins: with other weights, after a reset, or from a checkpoint of the one before.
NEW_WEIGHTS, RESET, CHECKPOINT = "weights", "reset", "checkpoint"
# What can go wrong beside any call: a key for programs, and its title for people. The first three
# are why nothing is kept for the next visit.
NOT_KEPT, KEPT_BY_OTHER_TAB, KEPT_UNREAD = "not-kept", "kept-by-other-tab", "kept-unread"
WHY_NOT_KEPT = (NOT_KEPT, KEPT_BY_OTHER_TAB, KEPT_UNREAD)
TRAY_NOT_KEPT, NOT_RESTORED = "tray-not-kept", "not-restored"
NO_SAMPLES, OTHER_SAMPLES = "no-samples", "other-samples"
TRAINING_STOPPED, NOT_VALIDATED = "training-stopped", "not-validated"
ANSWERS_NOTHING, CANNOT_LEARN = "answers-nothing", "cannot-learn"
UNEXPECTED = "unexpected"
PROBLEMS = {
    NOT_KEPT: texts.KEEP_NOT_KEPT,
    KEPT_BY_OTHER_TAB: texts.KEEP_OTHER_TAB,
    KEPT_UNREAD: texts.KEEP_UNREAD,
    TRAY_NOT_KEPT: texts.HAND_NOT_KEPT,
    NOT_RESTORED: texts.SESSION_NOT_RESTORED,
    NO_SAMPLES: texts.POOL_NOT_ARRIVING,
    OTHER_SAMPLES: texts.POOL_CHANGED,
    TRAINING_STOPPED: texts.SESSION_TRAINING_STOPPED,
    NOT_VALIDATED: texts.SESSION_NOT_VALIDATED,
    ANSWERS_NOTHING: texts.SESSION_ANSWERS_NOTHING,
    CANNOT_LEARN: texts.SESSION_CANNOT_LEARN,
    UNEXPECTED: texts.SESSION_UNEXPECTED,
}
# How the pictures of the 128 hidden units are laid out.
UNIT_ROWS, UNIT_COLUMNS = 8, 16
# Drawings that the tray holds, and the largest file of them in bytes.
TRAY_LIMIT = 500
MAX_TRAY_FILE_SIZE = 2_000_000
