"""What several parts of the page say, or the worker, in English.

What one feature alone says stands in its folder, in a texts.py like this one: these are the places
to translate. The page imports a feature's texts with that feature, and these at once, so a sentence
belongs here only if several features say it, or the worker does.

Plain constants in groups; what varies stands in braces and is put in by `str.format`, numbers in
the forms of kit/formats.py. Markup stays in the components, so a text holds no angle bracket,
ampersand or straight double quote.

Runs on MicroPython and on CPython.
"""

LANGUAGE = "en"

# The page itself: index.html

PAGE_TITLE = "Digits: draw, read, train"
PAGE_DESCRIPTION = "Draw a digit, watch a neural network read it, and train it in your browser."
PAGE_NAME = "Digits"
PAGE_TAGLINE = (
    "Draw a digit. A small neural network reads it, and learns, right here in your browser."
)
PAGE_STARTING = "Starting the page…"
PAGE_NEEDS_SCRIPTS = (
    "Digits runs in the browser and needs JavaScript and WebAssembly. Allow them for this site, "
    "then reload."
)
PAGE_STALLED = (
    "The page's program has not started. Reload the page with Shift held down (Ctrl+Shift+R, on a "
    "Mac Cmd+Shift+R): it then comes without what your browser has kept of it. If that does not "
    "help, a file may be missing on the server: whoever runs it can repair it with {command}. An "
    "older browser may lack WebAssembly."
)
PAGE_MISPLACED = (
    "The page's files were not found. If its address ends without a slash, as in "
    "example.org/digits, put one at its end: example.org/digits/. If that does not help, tell "
    "whoever runs the server."
)
PAGE_FOOTER = (
    "Python from end to end: MicroPython draws this page, NumPy in a worker trains the network, "
    "Flask serves the digits."
)

# Headings that reports name too: messages.py

TRAIN_TITLE = "Train"
WEIGHTS_TITLE = "Weights"
EVALUATION_TITLE = "Evaluate"
INSIDE_TITLE = "Look inside"
TIME_TITLE = "Time travel"
HAND_TITLE = "Teach it your hand"

# Starting, status and notices: status_bar.py, worker_client.py

STATUS_PROGRESS = "Start-up"

# What can happen to a request of the page's: browser.py. Each ends without a full stop.

REQUEST_UNANSWERED = "{path}: the server did not answer"
REQUEST_BROKEN = "{path}: the connection broke"
REQUEST_REFUSED = "{path}: {reason}"
REQUEST_STATUS = "the server answered with status {status}"
REQUEST_NOT_JSON = (
    "{path}: something else came in place of the server's answer, perhaps the login page of this "
    "network"
)
REQUEST_TIMED_OUT = "no answer within {seconds} seconds"
SCRIPT_FAILED = "{path} did not come, or failed"
# What came in a file's place
FILE_IS_A_PAGE = (
    "In place of the file {path} a web page came, perhaps the login page of this network or a "
    "message of a proxy. Once the network lets you through, try again"
)
FILE_HAS_ANOTHER_SIZE = (
    "The file {path} came damaged: {found} bytes instead of {expected}. It was asked for twice"
)
FILE_IS_ANOTHER = (
    "The file {path} came damaged: its content is not what the server has. It was asked for twice"
)
PYTHON_NOT_STARTED = "Python could not be started in this browser, which says: {error}"
FILE_UNREADABLE = "it cannot be read"
WORKER_LACKS = "the worker's program did not start"

# Where an error has no words, and where nobody foresaw it: reasons.py

REASON_UNKNOWN = "no reason was given"
UNFORESEEN = "The program made a mistake ({error}). The network is still here: go on, or try again."

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

TRAINING_UNTIL_PASSED = (
    "{name}: expected 0 for none, or a step after {iteration}, where the run is, found {found}."
)
TRAINING_VALIDATION = "Validation, digits"
TRAINING_CACHED = "Cached"

# A chart's numbers as a table: chart_table.py

NUMBERS_SUMMARY = "Show as table"

# Keeping what was learned, and files: messages.py, worker_client.py, keep/worker/

# The title of the problem that the browser keeps nothing for the next visit, and its key.
KEEP_NOT_KEPT = "Nothing can be kept in this browser"
FILES_NOT_OPENED = "{name} could not be opened"
FILES_NOT_OPENED_ADVICE = "{error}. The network stays as it is."
FILES_NOT_SAVED = "The file could not be made"

# What the worker could not do: each feature's worker/calls.py. Titles, without a full stop.

WORKER_NOT_CONNECTED = "The network did not start"
WORKER_KERNELS_KEPT = "The kernels stay as they are"
WORKER_WEIGHTS_NOT_LOADED = "The shared weights could not be loaded"
WORKER_VERSION_NOT_LOADED = "Version {version} could not be loaded"
WORKER_NOT_PUBLISHED = "The weights could not be published"
WORKER_NOT_RESTORED = "Your last visit could not be restored"
WORKER_NOT_AFRESH = "Starting over failed"
WORKER_NOT_RANDOMIZED = "The weights could not be made"
WORKER_NOT_TUNED = "The drawing could not be learned"
WORKER_NOT_STARTED = "Training could not start"
WORKER_NOT_PAUSED = "Training could not pause"
WORKER_NO_STEP = "The step was not taken"
WORKER_NOT_RESET = "Training could not be reset"
WORKER_SETTINGS_KEPT = "The settings stay as they are"
WORKER_NOT_EVALUATED = "The evaluation could not start"
WORKER_NOT_LISTED = "The digits could not be listed"
WORKER_NOT_READ = "The drawing could not be read"

# What happens in the worker by itself: worker/session.py, evaluator.py

SESSION_TRAINING_STOPPED = "Training stopped"
SESSION_NOT_RESTORED = "What was kept of your last visit cannot be used"
SESSION_NOT_VALIDATED = "The network cannot be validated"
SESSION_NOT_RESTORED_ADVICE = "You begin with the shared weights instead. Details: {error}."
SESSION_UNEXPECTED = "Something went wrong in the network's program"
SESSION_CANNOT_LEARN = "The network cannot learn any more"
SESSION_CANNOT_LEARN_ADVICE = (
    "None of its hidden units responds, as happens after steps that are too large, and where all "
    "weights are zero. " + ADVICE_OTHER_WEIGHTS + " " + ADVICE_RATE_OR_BATCH
)
SESSION_DIVERGED = (
    "The weights grew beyond all numbers and were taken back by a moment. "
    + ADVICE_LOWER_RATE
    + " "
    + ADVICE_SHARED_WEIGHTS
)
SESSION_ANSWERS_NOTHING = "The network gives no answers"
SESSION_CANNOT_TRAIN = (
    "The network's numbers have grown too large for it to answer, so it cannot learn. "
    + ADVICE_OTHER_WEIGHTS
)
SESSION_BLANK = "The drawing is blank: draw a digit first."
SESSION_SUPERSEDED = "Other weights were asked for meanwhile."
SESSION_PAUSE_FIRST = "Training is under way: pause it first."
SESSION_NO_SAMPLES = "No samples have come to train on yet: try again soon."
SESSION_HAS_BEGUN = "Training has begun meanwhile."
EVALUATOR_NO_ANSWERS = (
    "This network gives no answer for {count} of {samples} drawings, so nothing can be counted: "
    "its numbers have grown too large. " + ADVICE_OTHER_WEIGHTS
)
EVALUATOR_NO_DIGITS = "The server has no such samples to test on."

# The samples to train on: sample_pool.py

POOL_NOT_ARRIVING = "Training samples are not arriving"
POOL_NOT_ARRIVING_YET = "{error} Training waits for them; the server is asked again."
POOL_NOT_ARRIVING_MORE = (
    "{error} Training goes on with those that are here; the server is asked again."
)
POOL_CHANGED = "The server has other training samples now"
POOL_CHANGED_ADVICE = "Training goes on with those."
POOL_WAITING = "Training waits for its first samples."
POOL_NOT_REPEATABLE = "Some samples came late, so this run cannot be repeated exactly."
POOL_RETRYING = "{error} Asking again in {seconds} s."

# What the API may answer to the worker: worker/api_client.py

API_SILENT = "The server did not answer within {seconds} seconds."
API_UNREACHABLE = "The server cannot be reached."
API_STATUS = "The server answered {status}: {reason}"
API_NO_REASON = "it gave no reason."
API_BLOCK_DAMAGED = "Block {index} of the samples is damaged: {error}."
API_BLOCK_SIZE = "Block {index} is damaged: expected {expected} samples, found {found}."
API_WEB_PAGE = (
    "In place of the server's answer a web page came, perhaps the login page of this network."
)
API_WEIGHTS_DAMAGED = "The shared weights are damaged: {error}."
API_DATASET_UNREADABLE = "The server's description of its data set cannot be read."
API_DATASET_LACKS = "The server's data set lacks samples to train on or to validate with."
CONNECTION_BROKE = "the connection broke"

# Where the browser keeps nothing: indexed_db.py, autosave.py

STORAGE_FULL = "Its storage for this site is full"
STORAGE_FORBIDDEN = "Its settings forbid this site to store anything"
STORAGE_NONE = "It has no storage"
STORAGE_SILENT = "Its storage does not answer"
STORAGE_FAILED = "Its storage failed, for a reason that it calls {error}"
STORAGE_LOST = "It has ended the page's connection to its storage"
STORAGE_DAMAGED = "What was kept is damaged"
STORAGE_ADVICE = "{error}. " + ADVICE_SAVE_NETWORK
STORAGE_DESCRIPTION_DAMAGED = "its description is damaged"

# Inside the network: inside/worker/calls.py

INSIDE_NOT_SEEN = "The network could not be looked into"
INSIDE_NOT_FOUND = "The nearest digits could not be found"

# What the worker says of a step: explanation.py, explain/worker/calls.py

EXPLANATION_DIVERGED = "The step leads beyond all numbers. " + ADVICE_LOWER_RATE
WORKER_NOT_EXPLAINED = "The step could not be taken"
WORKER_CODE_NOT_READ = "The code could not be read"
BROWSER_KEEPS_NOTHING = "this browser keeps nothing for this page"

# The settings of a run: what each is called, in its field, messages and lessons: messages.py

SETTING_NAME_BATCH_SIZE = "Batch size"
SETTING_NAME_LEARNING_RATE = "Learning rate"
SETTING_NAME_PREFETCH = "Blocks ahead"
SETTING_NAME_OPTIMIZER = "Optimizer"
SETTING_NAME_MOMENTUM = "Momentum"
SETTING_NAME_SCHEDULE = "Schedule"
SETTING_NAME_SCHEDULE_STEPS = "Over steps"
SETTING_NAME_L2 = "L2"
SETTING_NAME_INITIALIZER = "Initializer"
SETTING_NAME_TRAINING_SET = "Train on"
SETTING_NAME_DATA_FRACTION = "Data fraction"
SETTING_NAME_LABEL_NOISE = "Label noise"
SETTING_NAME_SEED = "Seed"
SETTING_NAME_UNTIL = "Stop at step"
SETTING_NAME_TRAY_SHARE = "Share of your digits"

# What one of them can be, also in lessons

TRAINING_SET_DRAWINGS = "Digits as people draw them"
TRAINING_SET_MNIST = "MNIST as it is"

# What is wrong with a setting, or with what was kept of one: messages.py

NUMBER_AMBIGUOUS = (
    "{text} can be read in two ways. Leave out the marks between thousands, and write decimals as "
    "in {example}."
)
MESSAGE_WRONG = "{name}: expected {expected}, found {found}."
MESSAGE_FIELD = "{report}, {field}"
MESSAGE_SETTING = "A setting"
MESSAGE_SETTINGS = "Settings"
MESSAGE_REPORT = "A report of type {kind}"
MESSAGE_FIELDS = "the fields {names}"
MESSAGE_OBJECT = "a JSON object"
MESSAGE_CHOICE = "one of {names}"
MESSAGE_WHOLE = "a whole number from {lowest} to {highest}"
MESSAGE_NUMBER = "a number from 0 to {highest}"
MESSAGE_ABOVE_ZERO = "a number above 0, up to {highest}"
MESSAGE_COUNT = "a whole number from 0"
MESSAGE_FINITE = "a finite number"
MESSAGE_FINITE_OR_NULL = "a finite number or null"
MESSAGE_FLAG = "true or false"
MESSAGE_TEXT = "text"
MESSAGE_SHARES = "ten finite numbers"
MESSAGE_COUNTS = "ten whole numbers from 0"
MESSAGE_CONFUSION = "ten rows of ten whole numbers from 0"

# Time travel: timeline/worker/

TIME_NOT_LISTED = "The run's course cannot be shown"
TIME_NO_UNITS = "The weights cannot be shown"
TIME_NOT_GONE_ON = "The network stays as it is"
TIME_HAS_MADE_ROOM = "That checkpoint has made room for later ones. Choose another."

# Teach it your hand: hand/worker/, worker_client.py

HAND_FILE_PROBLEM = "{name} could not be opened"
HAND_FILE_TOO_LARGE = "It is larger than 2 MB; a full tray takes 900 kB. The tray stays as it is."
HAND_NOT_KEPT = "Your drawings cannot be kept in this browser"
HAND_NOT_KEPT_ADVICE = "{error}. " + ADVICE_SAVE_TRAY
HAND_DAMAGED = "What was kept is damaged. Details: {error}."
HAND_TOO_MANY_KEPT = (
    "{found} drawings were kept, and a tray holds at most {limit}: the newest are here."
)
HAND_BLANK = "The drawing is blank: draw a digit first."
HAND_NO_LABEL = "Expected a label from 0 to 9, found {label}."
HAND_NO_ROOM = (
    "Expected at most {limit} drawings in all, found {here} in the tray and {new} new. Delete some "
    "first."
)
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
HAND_WRONG_DRAWING = "Drawing {number}: {error}"
HAND_NO_OBJECT = "expected an object, found {found}."
HAND_NO_FLAG = "expected held_out true or false, found {found}."
HAND_NO_DIGIT = "expected a label from 0 to 9, found {found}."
HAND_NO_PIXELS = "expected pixels, {length} hexadecimal digits, found {found}."
HAND_SHORTENED = "{text}… ({length} characters)"
HAND_BLANK_DRAWING = "expected a drawing, found none or a blank one."
HAND_NOT_ADDED = "The drawing was not kept"
HAND_NOT_REMOVED = "The drawing was not deleted"
HAND_NOT_CLEARED = "The drawings were not deleted"
HAND_NOT_UNDONE = "Not all drawings came back"
HAND_NO_ROOM_BACK = (
    "A tray holds at most {limit} drawings, and there is no room for {count} of those that you "
    "deleted: others have come from another tab."
)
HAND_NOT_LISTED = "The drawings could not be listed"
HAND_NOT_SAVED = "The tray could not be saved"
HAND_NOT_MEASURED = "The network cannot be measured on your digits"

# Two tabs, of which one can be kept: messages.py, worker_client.py, keep/worker/

KEEP_OTHER_TAB = "Another tab has kept its network"
KEEP_OTHER_TAB_ADVICE = (
    "So that the other's is not lost, this tab's network and settings are not kept for your next "
    "visit. " + ADVICE_KEEP_THIS
)
KEEP_UNREAD = "Your last visit's network could not be read"
KEEP_UNREAD_ADVICE = (
    "So that it is not lost, this network and these settings are not kept in its place. "
    + ADVICE_KEEP_THIS
    + " To go on with your last visit's, reload this page."
)
STORAGE_OTHER_TAB = "another tab of this page has written there since"

# Charts that do not come: kit/chart_library.py

CHARTS_MISSING = "The charts could not be loaded"
CHARTS_MISSING_ADVICE = "{error}. Reload."
