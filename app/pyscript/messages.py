"""What crosses between the page and the worker: names and limits that both know.

Runs on MicroPython (the page) and on CPython in Pyodide (the worker), so it uses what both have.
bridge/wire.py says how values cross. Each feature's worker/calls.py has the calls that the page may
make, its worker/reports.py has the reports, and settings/ has the settings.
"""

from app.pyscript import texts

TYPE_CHECKING = False
# What can happen to published weights: see api_client.Publication.
ACCEPTED, MERGED, REFUSED = "accepted", "merged", "refused"
MAX_AUTHOR_LENGTH = 40
# The test sets for an evaluation, named as the service's splits: stored digits, drawings by writers
# who are not in the training data, and other people's digits. Some services lack the last two.
TEST_SETS = ("test", "test_drawings", "test_uci")
# The test set of a class: what its pupils have handed in.
CLASS_SET = "class_digits"
# How an evaluation goes on, and how it can end without a result.
FETCHING, READING, EVALUATION_FAILED = "fetching", "reading", "failed"
# Evaluated digits on one page of the gallery.
GALLERY_SIZE = 24
# Stands for a digit to compare with: the network takes the likeliest one except the first.
CHOSEN_BY_NETWORK = -1
# Equal to the model's, which the page cannot import. Also the most units that can be listed.
HIDDEN_SIZE = 128
TELLING_UNITS = 8
# The label of a drawing that nobody has named yet.
NO_LABEL = -1
# Bytes. Equal to the model's, which the page cannot import.
MAX_WEIGHTS_FILE_SIZE = 1_000_000
# How a run begins: with other weights, after a reset, or from a checkpoint of the last run.
NEW_WEIGHTS, RESET, CHECKPOINT = "weights", "reset", "checkpoint"
# What can go wrong outside of any call: a key for programs, and its title for people. The first
# three are reasons why nothing is saved for the next visit.
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
# Where the browser keeps the network and the tray for the next visit: IndexedDB's names for it.
DATABASE, STORE = "digits-autosave", "autosave"
NETWORK_KEY, TRAY_KEY = "network", "tray"
# How the pictures of the 128 hidden units are laid out.
UNIT_ROWS, UNIT_COLUMNS = 8, 16
# The most drawings that the tray holds, and the largest size of its file in bytes.
TRAY_LIMIT = 500
MAX_TRAY_FILE_SIZE = 2_000_000
