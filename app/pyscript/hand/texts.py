"""What visitors read where they teach the network their hand."""

from app.pyscript.texts import ADVICE_SAVE_TRAY

HAND_INTRODUCTION = (
    "Draw your own digits and keep them in a tray, in this browser alone. Then train on them, "
    "mixed with the usual ones, and see whether the network learns your hand, and what it forgets."
)
HAND_COLLECT = "Collect digits, one after the other"
HAND_LABEL = "The drawing is a"
HAND_KEEP = "Keep in the tray"
HAND_PROMPT = "Draw a {digit}. In the tray: {count}"
HAND_KEEP_IT = "Keep it"
HAND_SKIP = "Skip"
HAND_DONE = "Done"
HAND_NEWER = "Newer"
HAND_OLDER = "Older"
HAND_POSITION = "{first} to {last} of {total}"
HAND_DELETE = "Delete this {label}"
HAND_DELETE_ALL = "Delete all"
HAND_UNDO = "Bring back {count}"
HAND_SAVE = "Save the tray"
HAND_OPEN = "Open a tray\u2026"
HAND_FILE = "A file with a tray of drawings"
HAND_LABEL_HELD_OUT = "{label}, held out"
HAND_TRAY_EMPTY = "The tray is empty"
HAND_TRAY_EMPTY_NOTE = "One of each digit is a beginning; three of each are better."
HAND_TRAY_ONE = "One drawing in the tray"
HAND_TRAY_MANY = "{count} drawings in the tray"
HAND_TRAY_FULL = "It is full."
HAND_TRAY_HELD_OUT = "Held out, and never trained on: {count}."
HAND_TRAY_MISSING = "Still missing: {digits}."
HAND_TRAIN_TITLE = "Train on them"
HAND_LEARN = "Learn my digits too:"
HAND_SHARE = "Share of each batch that comes from the tray"
HAND_EIGHTH = "an eighth of each batch"
HAND_QUARTER = "a quarter of each batch"
HAND_HALF = "half of each batch"
HAND_ALL = "all of each batch"
HAND_START = "Train"
HAND_PAUSE = "Pause"
HAND_ADVICE_OFF = "Off: training takes nothing from the tray."
HAND_ADVICE_EMPTY = "Nothing in the tray is for training yet: until then, it takes nothing from it."
HAND_ADVICE_MIXED = (
    "The rest of each batch is digits as other people draw them (replay), so that the network does "
    "not forget them."
)
HAND_ADVICE_MIXED_MNIST = (
    "The rest of each batch is the data's digits (replay), so that the network does not forget "
    "them."
)
HAND_ADVICE_ALL = (
    "Without replay: watch the accuracy on the data's digits fall. This is called catastrophic "
    "forgetting."
)
HAND_LEARNED = "My digits, trained on"
HAND_HELD_OUT = "My digits, held out"
HAND_MNIST = "The data's digits, validation"
HAND_DRAWINGS = "Others' drawings, validation"
HAND_CHART = (
    "Accuracy on your digits, on the data's and on other people's drawings over iterations, in "
    "percent; the table has the numbers"
)
HAND_TABLE = "Accuracy whenever it was measured; of many measures, some."
HAND_ITERATION = "Iteration"
HAND_HEAD = "{figure}, %"
HAND_NOTHING_HELD_OUT = (
    "No drawing is held out yet, so nothing tells learning from memorizing: collect one of each."
)
HAND_FEW_HELD_OUT = "Held out: {count}, so each counts for {worth}. More drawings tell more."
HAND_MANY_HELD_OUT = (
    "What is held out tells whether your hand was learned or drawings were memorized."
)

HAND_SUMMARY = "Keep your own digits, and train on them"
HAND_BAR = "Collect digits"
HAND_FILE_TOO_LARGE = "It is larger than 2 MB; a full tray takes 900 kB. The tray stays as it is."
HAND_FILE_PROBLEM = "{name} could not be opened"
HAND_NO_TRAY = (
    "Expected JSON of the format {format}, as it is saved here, found something else. Choose such "
    "a file."
)
HAND_OTHER_VERSION = (
    "Expected version {version} of the format, found {found}. Reload the page: a newer one may "
    "know it."
)
HAND_NO_DRAWINGS = "Expected drawings, a list of at least one, found none."
HAND_TOO_MANY = "Expected at most {limit} drawings, found {found}."
HAND_NO_OBJECT = "expected an object, found {found}."
HAND_NO_FLAG = "expected held_out true or false, found {found}."
HAND_WRONG_DRAWING = "Drawing {number}: {error}"
HAND_NO_DIGIT = "expected a label from 0 to 9, found {found}."
HAND_NO_PIXELS = "expected pixels, {length} hexadecimal digits, found {found}."
HAND_SHORTENED = "{text}… ({length} characters)"
HAND_TOO_MANY_KEPT = (
    "{found} drawings were kept, and a tray holds at most {limit}: the newest are here."
)
HAND_DAMAGED = "What was kept is damaged. Details: {error}."
HAND_BLANK = "The drawing is blank: draw a digit first."
HAND_NO_LABEL = "Expected a label from 0 to 9, found {label}."
HAND_NO_ROOM_BACK = (
    "A tray holds at most {limit} drawings, and there is no room for {count} of those that you "
    "deleted: others have come from another tab."
)
HAND_NO_ROOM = (
    "Expected at most {limit} drawings in all, found {here} in the tray and {new} new. Delete some "
    "first."
)
HAND_NOT_KEPT_ADVICE = "{error}. " + ADVICE_SAVE_TRAY
HAND_BLANK_DRAWING = "expected a drawing, found none or a blank one."
HAND_NOT_ADDED = "The drawing was not kept"
HAND_NOT_REMOVED = "The drawing was not deleted"
HAND_NOT_CLEARED = "The drawings were not deleted"
HAND_NOT_UNDONE = "Not all drawings came back"
HAND_NOT_SAVED = "The tray could not be saved"
HAND_NOT_LISTED = "The drawings could not be listed"
HAND_NOT_MEASURED = "The network cannot be measured on your digits"
