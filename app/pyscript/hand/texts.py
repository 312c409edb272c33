"""What visitors read where they teach the network their hand."""

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
HAND_LEARNT = "My digits, trained on"
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
