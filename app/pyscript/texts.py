"""What visitors read of several parts of the page, or of the worker, in English.

What one feature alone says stands in its folder, in a texts.py like this one: these are the places
to translate. The page imports a feature's texts with that feature, and these at once, so a sentence
belongs here only if several features say it, or the worker does.

Plain constants in groups; what varies stands in braces and is put in by `str.format`, numbers in
the forms of kit/formats.py. Markup stays in the components, so a text holds no angle bracket,
ampersand or straight double quote.

Runs on MicroPython and on CPython.
"""


# Headings that reports name too: messages.py

TRAIN_TITLE = "Train"
WEIGHTS_TITLE = "Weights"
EVALUATION_TITLE = "Evaluate"
INSIDE_TITLE = "Look inside"
TIME_TITLE = "Time travel"
HAND_TITLE = "Teach it your hand"

# Starting, status and notices: start/

STATUS_PROGRESS = "Start-up"

# For errors without words, and for unexpected errors: reasons.py


# Advice that points to a part of the page, and what is said while a link hides that: advice.py

ADVICE_OTHER_WEIGHTS = "Load the shared weights, or start from random ones."
ADVICE_OTHER_WEIGHTS_HIDDEN = "Other weights would help: press Show all to find them."
ADVICE_OTHER_WEIGHTS_ZEROS = (
    "Load the shared weights; or choose He as the initializer, under More settings, and then press "
    "Start from random."
)
ADVICE_OTHER_WEIGHTS_ALONE = "Load the shared weights."
ADVICE_SHARED_WEIGHTS = "If the loss stays high, load the shared weights."
ADVICE_SHARED_WEIGHTS_HIDDEN = "If the loss stays high, press Show all to find other weights."
ADVICE_LOWER_RATE = "Choose a lower learning rate."
ADVICE_LOWER_RATE_HIDDEN = "Smaller steps would help: press Show all to find how."
ADVICE_RATE_OR_BATCH = "Where steps were too large, choose a lower learning rate or a larger batch."
ADVICE_RATE_OR_BATCH_HIDDEN = "Where steps were too large, press Show all to find smaller ones."
ADVICE_LATER_STEP = "To have it stop by itself, choose a later step, under More settings."
ADVICE_LATER_STEP_HIDDEN = "To have it stop by itself, press Show all to find how."
ADVICE_KEEP_THIS = (
    "To keep them in its place, choose so under Keep. You can also save this network as a file."
)
ADVICE_KEEP_THIS_HIDDEN = "Press Show all to find how to keep them in its place."
ADVICE_SAVE_NETWORK = "Go on as you like, and save the network as a file before you leave."
ADVICE_SAVE_NETWORK_HIDDEN = (
    "Go on as you like, and before you leave press Show all to find how to keep the network."
)
ADVICE_SAVE_TRAY = "They are here until you leave: save the tray as a file before you do."
ADVICE_SAVE_TRAY_HIDDEN = (
    "They are here until you leave: press Show all to find how to keep them longer."
)

# What a feature says in its own place, and what it says while a part is hidden: advice.py

PUBLISH_LATER = "Train it or teach it, then publish what it has learned."
PUBLISH_LATER_HIDDEN = "Train it, then publish what it has learned."
LEARN_APPLY_NOTE = (
    "On one drawing alone, a step of training's size may cost what it knows of other digits: "
    "evaluate before and after."
)
LEARN_APPLY_NOTE_HIDDEN = (
    "On one drawing alone, a step of training's size may cost what it knows of other digits."
)
LEARN_WORDS_UPDATE = (
    "Every weight moves a little against its gradient, so that the loss falls. How far, the "
    "learning rate says. Here it is a first step, with the optimizer chosen above."
)
LEARN_WORDS_UPDATE_HIDDEN = (
    "Every weight moves a little against its gradient, so that the loss falls. How far, the "
    "learning rate says. Here it is a first step, with the optimizer of the run."
)
LESSON_REPLACES = (
    "Your own network and settings make room for it: save the weights first if you want them back."
)
LESSON_REPLACES_HIDDEN = (
    "Your own network and settings make room for it. If you want them back, press Show all first "
    "to find how to keep them."
)
RUNS_NOTHING = (
    "A run ends when you reset, choose other weights or go on from a checkpoint. It is remembered "
    "here, four at most, to be compared with the next."
)
RUNS_NOTHING_HIDDEN = (
    "A run ends when you reset or go on from a checkpoint. It is remembered here, four at most, to "
    "be compared with the next."
)
TOUR_SHARE_TEXT = (
    "Publish what your network learned, for the next visitor. Below, How it works shows every "
    "number and the code behind it."
)
TOUR_SHARE_TEXT_HIDDEN = "Publish what your network learned, for the next visitor."

# What the network reads, in more than one place

PREDICTION_SURE = "{share} sure"
PREDICTION_NO_ANSWER = (
    "This network gives no answer for this drawing: its numbers have grown too large. "
    + ADVICE_OTHER_WEIGHTS
)

# A label that was not chosen yet

TUNE_UNKNOWN = "?"

# The training, its settings and its figures, as reports name them too: messages.py

TRAINING_VALIDATION = "Validation, digits"
TRAINING_CACHED = "Cached"

# A chart's numbers as a table: chart_table.py


# The problem that the browser saves nothing for the next visit: its title and key.
KEEP_NOT_KEPT = "Nothing can be kept in this browser"
FILES_NOT_OPENED = "{name} could not be opened"
FILES_NOT_OPENED_ADVICE = "{error}. The network stays as it is."

# What the worker could not do: each feature's worker/calls.py. Titles, without a period.

WORKER_NOT_CONNECTED = "The network did not start"

# Problems in the worker outside of any call: messages.PROBLEMS

SESSION_TRAINING_STOPPED = "Training stopped"
SESSION_NOT_RESTORED = "What was kept of your last visit cannot be used"
SESSION_NOT_VALIDATED = "The network cannot be validated"
SESSION_UNEXPECTED = "Something went wrong in the network's program"
SESSION_CANNOT_LEARN = "The network cannot learn any more"
SESSION_ANSWERS_NOTHING = "The network gives no answers"
SESSION_BLANK = "The drawing is blank: draw a digit first."

# The samples to train on: sample_pool.py

POOL_NOT_ARRIVING = "Training samples are not arriving"
POOL_CHANGED = "The server has other training samples now"

# What the API may answer to the worker: worker/api_client.py

CONNECTION_BROKE = "the connection broke"

# Where the browser keeps nothing: keep/worker/, storage


# The settings of a run: what each is called, in its field, messages and lessons: messages.py


# What one of them can be, also in lessons


# What is wrong with a setting, or with what was kept of one: messages.py


# Time travel: timeline/worker/


# Teach it your hand: hand/

HAND_NOT_KEPT = "Your drawings cannot be kept in this browser"

# Two tabs, of which one can be kept: messages.py, keep/

KEEP_OTHER_TAB = "Another tab has kept its network"
KEEP_UNREAD = "Your last visit's network could not be read"

# Charts that do not come: kit/chart_library.py
