"""What the page and the worker say, in English: the one place to translate.

Plain constants in groups, a group for each part of the page; what varies stands in braces and is
put in by `str.format`, numbers in the forms of kit/formats.py. Markup stays in the components, so a
text holds no angle bracket, ampersand or straight double quote.

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
PAGE_BROKE = "Something in the page went wrong"
PAGE_BROKE_ADVICE = "Go on, if all works that you need; else reload the page. Details: {error}."
DRAW_TITLE = "Draw"
READ_TITLE = "What the network reads"
TUNE_TITLE = "Is it wrong? Teach it"
TRAIN_TITLE = "Train"
WEIGHTS_TITLE = "Weights"
KEEP_TITLE = "Keep"
EVALUATION_TITLE = "Evaluate"
TIME_TITLE = "Time travel"
TIME_SUMMARY = "Back to any moment of the run, and runs compared"
EVALUATION_SUMMARY = "All test digits at once, or drawings, and those it misreads"

# Starting, status and notices: status_bar.py, worker_client.py

STATUS_PROGRESS = "Start-up"
STATUS_LOADING = "Loading Python, {megabytes} MB"
STATUS_STARTING = "Starting Python and NumPy…"
STATUS_RESTORING = "Looking for your last visit's network…"
STATUS_LOADING_WEIGHTS = "Loading the shared weights…"
STATUS_READY = "Ready"
STATUS_TRAINING = "Training…"
STATUS_PAUSED = "Paused after {steps} steps"
STATUS_RESTORED = "Your network of {time}"
STATUS_NOT_STARTED = "The network could not be started"
STATUS_STOPPED = "The network stopped working"
STATUS_FAILED_ADVICE = "{error}. Drawing still works, reading does not."
STATUS_STOPPED_ADVICE = (
    "Drawing still works, reading does not. Try again: the network is then as it was last kept. "
    "Details: {call}, {error}."
)
STATUS_UNFORESEEN = "Its program failed, {error}"
NOTICE_TRY_AGAIN = "Try again"
NOTICE_DISMISS = "Dismiss"
DATASET = "Data: {title}, {train} digits to train on, {validation} to validate and {test} to test."
DATASET_MIXTURE = "{dataset} Digits as people draw them: {mixture} to train on."
DATASET_UNKNOWN = "The server does not say which data it has"
DATASET_ADVICE = "{error}. It is asked again by itself; drawing goes on meanwhile."

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

# The drawing grid: grid.py, samples_client.py

GRID_LABEL = "Drawing grid, 28 by 28 cells"
GRID_HINT = "Draw a digit here"
GRID_KEYS = (
    "Arrow keys move the pen, with Shift they draw. Space paints a dot, E swaps pen and eraser, "
    "Control Z undoes, with Shift it redoes, Delete clears."
)
GRID_PEN = "Pen"
GRID_ERASER = "Eraser"
GRID_UNDO = "Undo"
GRID_REDO = "Redo"
GRID_CLEAR = "Clear"
GRID_BRUSH = "Brush"
GRID_BRUSH_LABEL = "Brush width in cells"
GRID_LOAD_SAMPLE = "Load sample"
GRID_SHOW_DATA = "Show data"
GRID_SAMPLE = "A sample from the data, labeled {label}."
SAMPLE_MISSING = "No sample could be loaded"
SAMPLE_ADVICE = "{error}. Try again in a moment."

# The numbers behind the drawing: data_dialog.py

DATA_TITLE = "The 784 numbers of this drawing"
DATA_NOTE = (
    "One number a cell, 0 for blank paper to 255 for full ink, row by row. Divided by 255, once "
    "the drawing is centered, they are all that the network gets."
)
DATA_LABEL = "The numbers"
DATA_CLOSE = "Close"

# What the network reads: prediction_panel.py

PREDICTION_SEEN_LABEL = "The drawing as the network gets it"
PREDICTION_SEEN = "what it sees"
PREDICTION_HEARD = "Read as {digit}."
PREDICTION_SURE = "{share} sure"
PREDICTION_TIME = "Read in {worker} ms; {whole} ms there and back."
PREDICTION_NO_INK = "Too little ink to read."
PREDICTION_DOT = "That is a dot. Draw a digit."
PREDICTION_BLOT = "That is a blot. Draw a digit with lines."
PREDICTION_NO_DIGIT = "Not a digit that it knows."
PREDICTION_SEVERAL = "More than one digit: draw one at a time."
PREDICTION_NO_ANSWER = (
    "This network gives no answer for this drawing: its numbers have grown too large. "
    + ADVICE_OTHER_WEIGHTS
)
PREDICTION_LIKELIEST = "Not a digit that it knows. Likeliest: {digit}, {share}."
PREDICTION_FAILED = "The network is not running."
PREDICTION_BLANK = "Nothing drawn yet."
PREDICTION_LOADING = "You can draw already. The network is still loading."
PREDICTION_READING = "Reading…"
PREDICTION_UNREAD = "It could not be read."

# Teaching by one example: tune_panel.py

TUNE_LABEL = "This is a"
TUNE_UNKNOWN = "?"
TUNE_STEP = "Take one step"
TUNE_NOTE = "One training step on this drawing alone."
TUNE_DONE = "Loss on this drawing: {before} before, {after} after."

# The training, its settings and its figures: training_panel.py

TRAINING_START = "Start training"
TRAINING_RESUME = "Resume"
TRAINING_PAUSE = "Pause"
TRAINING_STEP = "Step"
TRAINING_STEP_HINT = "Trains one step on one batch, and says what it did"
TRAINING_RESET = "Reset"
TRAINING_RESET_HINT = "Stops, and clears figures and charts; the network keeps what it learned"
TRAINING_KERNELS = "Computed by"
TRAINING_SIMD = "SIMD kernels"
TRAINING_NUMPY = "NumPy alone"
TRAINING_MORE = "More settings"
TRAINING_NEW_SEED = "New seed"
TRAINING_UNTIL_PASSED = (
    "{name}: expected 0 for none, or a step after {iteration}, where the run is, found {found}."
)
TRAINING_REFUSED = "{problem} It stays at {value}."
TRAINING_ITERATION = "Iteration"
TRAINING_EPOCH = "Epoch"
TRAINING_LOSS = "Loss"
TRAINING_ACCURACY = "Accuracy"
TRAINING_ACCURACY_HINT = "Share of the last batches' samples that were read right before each step"
TRAINING_VALIDATION = "Validation, digits"
TRAINING_VALIDATION_HINT = "Accuracy on digits of the data set that are kept from training"
TRAINING_DRAWINGS = "Validation, drawings"
TRAINING_DRAWINGS_HINT = (
    "Accuracy on drawings by people it never learned from: natural, large, thin, and in a corner"
)
TRAINING_SPEED = "Samples/s"
TRAINING_CACHED = "Cached"
TRAINING_CACHED_HINT = "Blocks of samples kept in the worker"
TRAINING_CACHED_OF = "{cached}/{total}"
TRAINING_FETCHING = "Fetching"
TRAINING_FETCHING_HINT = "Blocks of samples on their way from the server"
TRAINING_RATE = "Rate now"
TRAINING_RATE_HINT = "The learning rate of the next step, by the schedule"
TRAINING_NORM = "Weight norm"
TRAINING_NORM_HINT = "The root of the sum of all squared weights"
TRAINING_NOTHING = "\u2013"

# The course of the run: charts.py

CHARTS_LOSS = "Loss"
CHARTS_ITERATION = "Iteration"
CHARTS_LOSS_LABEL = "Loss over iterations; the table below has the numbers"
CHARTS_ACCURACY = "Accuracy, %"
CHARTS_ACCURACY_LABEL = (
    "Accuracy over iterations, in training and on digits and drawings that are kept from it; the "
    "table below has the numbers"
)
CHARTS_BATCH = "Batch"
CHARTS_BATCH_ACCURACY = "Accuracy"
CHARTS_VALIDATION = "Digits"
CHARTS_DRAWINGS = "Drawings"
CHARTS_EMPTY = "Appears when you train"
CHARTS_TABLE_NOTE = (
    "Loss and accuracy are means since the row before; digits and drawings are validations."
)
CHARTS_NOTHING = "\u2013"
CHARTS_MISSING = "The charts could not be loaded"
CHARTS_MISSING_ADVICE = "{error}. Reload."

# A chart's numbers as a table: chart_table.py

NUMBERS_SUMMARY = "Show as table"

# The reading and the start of training, at the foot of a phone: compact_bar.py

BAR_LABEL = "Reading and training"
BAR_NOTHING_READ = "Draw a digit"
BAR_NO_ANSWER = "The network gives no answer"
BAR_SEVERAL = "More than one digit"
BAR_TO_DRAWING = "To the drawing"
BAR_TRAIN = "Train"
BAR_RESUME = "Resume"
BAR_PAUSE = "Pause"

# Where the weights come from, and sharing them: weights_panel.py

WEIGHTS_LOAD = "Load shared weights"
WEIGHTS_RANDOMIZE = "Start from random"
WEIGHTS_AUTHOR = "Your name, if you like"
WEIGHTS_PUBLISH = "Publish yours"
PRIVACY_SUMMARY = "What leaves this device?"
PRIVACY_STAYS = (
    "Your drawings stay on this device, and so do your tray, your settings and your network. They "
    "are gone when you delete this site's data in your browser."
)
PRIVACY_PUBLISHED = (
    "Publishing sends the numbers of your network to the server of this page, and your name if you "
    "typed one. Everybody who can open this page can see both, even if your network is not taken. "
    "An invented name is fine."
)
PRIVACY_PUBLISHED_NAMELESS = (
    "Publishing sends the numbers of your network to the server of this page. Everybody who can "
    "open this page can load them, even if your network is not taken. No names are taken here."
)
PRIVACY_TIME = (
    "What was published stays until others take its place, which can take years. Whoever runs this "
    "page can erase it at any time: ask them, or your teacher."
)
PRIVACY_ADDRESS = (
    "As with every website, the server sees your network address. It writes the address down when "
    "you publish. There are no cookies, and nothing goes to anybody else."
)
WEIGHTS_HISTORY = "History of the shared weights"
WEIGHTS_NONE = "No weights yet."
WEIGHTS_SHARED = "The shared weights, version {version}"
WEIGHTS_FILE = "The weights of {name}"
WEIGHTS_RANDOM = "Random weights"
WEIGHTS_UNCHANGED = "{origin}."
WEIGHTS_KNOW_NOTHING = "{origin}: it knows nothing yet."
WEIGHTS_CHANGED = "{origin}, {change}."
WEIGHTS_CHANGED_TWICE = "{origin}, {change} and {other}."
WEIGHTS_TRAINED = "trained further here"
WEIGHTS_TUNED_ONCE = "tuned once"
WEIGHTS_TUNED = "tuned {count} times"
PUBLISH_OWN = "Publish what it has learned here, for whoever comes next."
PUBLISH_LATER = "Train it or teach it, then publish what it has learned."
PUBLISH_LATER_HIDDEN = "Train it, then publish what it has learned."
PUBLISH_SENDING = "Publishing: the server measures it…"
PUBLISH_ACCEPTED = (
    "Published as version {version}: it reads {share} of the digits that the server keeps to "
    "measure with. Everybody gets it from now on."
)
PUBLISH_ACCEPTED_BOTH = (
    "Published as version {version}: of the digits that the server keeps to measure with it reads "
    "{share}, of the drawings {drawings}. Everybody gets it from now on."
)
PUBLISH_MERGED = (
    "Published. Others published since you began, so version {version} is the average of theirs "
    "and yours: it reads {share} of the digits that the server keeps to measure with. Everybody "
    "gets it from now on."
)
PUBLISH_MERGED_BOTH = (
    "Published. Others published since you began, so version {version} is the average of theirs "
    "and yours: of the digits that the server keeps to measure with it reads {share}, of the "
    "drawings {drawings}. Everybody gets it from now on."
)
PUBLISH_KNOWN = (
    "This network was published before, as version {version}. Others have published newer ones "
    "since. Train yours further to add to them."
)
PUBLISH_REFUSED = "Not taken. {reason} Train it further, or load the shared ones."
PUBLISH_REFUSED_BOTH = (
    "Not taken. {reason} In all, yours reads {share} of the digits and {drawings} of the drawings. "
    "Train it further, or load the shared ones."
)
PUBLISH_NOT_TAKEN = "Not taken. {reason}"

# The history of the shared weights: history_dialog.py, weights_client.py

HISTORY_TITLE = "History of the shared weights"
HISTORY_CHART_LABEL = "Accuracy of each accepted version, in percent; the table has the numbers"
HISTORY_SERIES = "Digits right, %"
HISTORY_SERIES_DRAWINGS = "Drawings right, %"
HISTORY_TABLE_LABEL = "Versions"
HISTORY_VERSION = "Version"
HISTORY_RIGHT = "Right"
HISTORY_BY = "By"
HISTORY_HOW = "How"
HISTORY_WHEN = "When"
HISTORY_ACTIONS = "Actions"
HISTORY_CLOSE = "Close"
HISTORY_ASKING = "Asking the server…"
HISTORY_NOTE = (
    "Each version is measured on {samples} digits that the server keeps for that. One that reads "
    "over {margin} points less than the current one is not taken."
)
HISTORY_NOTE_BOTH = (
    "Each version is measured on {samples} digits and {drawings} drawings that the server keeps "
    "for that; dashed in the chart, the drawings. One that reads either clearly more than {margin} "
    "points worse than the program's own version, or the operator's choice, is not taken."
)
HISTORY_DRAWINGS = "drawings {share}"
HISTORY_NOBODY = "-"
HISTORY_SHIPPED = "came with the program"
HISTORY_PUBLISHED = "published"
HISTORY_PATCHED = "taught by examples"
HISTORY_RETRAINED = "trained anew"
HISTORY_REFUSED = "{how}, refused"
HISTORY_LOAD = "Load"
HISTORY_CURRENT = "current"
HISTORY_MISSING = "The history could not be loaded"
HISTORY_PROBLEM = "{title}: {error}"
OPERATOR_SUMMARY = "For the operator"
OPERATOR_FIELD = "Token"
OPERATOR_NOTE = (
    "The token is the server's DIGITS_ADMIN_TOKEN; it is kept in this page only. With it you can "
    "make any version the current one, clear names and delete versions."
)
OPERATOR_PROMOTE = "Make current"
OPERATOR_NOT_PROMOTED = "Version {version} could not be made the current one"
OPERATOR_CANCEL = "Go back"
OPERATOR_CLEAR_ASK = "Clear name…"
OPERATOR_CLEAR_SURE = "The name “{name}” is erased. It cannot be brought back."
OPERATOR_CLEAR_CONFIRM = "From version {version}"
OPERATOR_CLEAR_EVERYWHERE = "From all versions"
OPERATOR_NOT_CLEARED = "The name could not be cleared"
OPERATOR_DELETE_ASK = "Delete…"
OPERATOR_DELETE_SURE = "Version {version} is erased with its weights. It cannot be brought back."
OPERATOR_DELETE_CONFIRM = "Delete version {version}"
OPERATOR_NOT_DELETED = "Version {version} could not be deleted"
RETRAIN_ASK = "Train anew…"
RETRAIN_SURE = (
    "A new network is trained from nothing and replaces the current one, which stays in the "
    "history."
)
RETRAIN_CONFIRM = "Train anew"
RETRAIN_LABEL = "Training anew"
RETRAIN_NOT_STARTED = "Retraining did not start"
RETRAIN_LOST = "The training cannot be followed"
RETRAIN_QUEUED = "Waiting for the server's worker…"
RETRAIN_STEP = "Step {step} of {steps}"
RETRAIN_STEP_MEASURED = "Step {step} of {steps}, {share} of the last batch right"
RETRAIN_DONE = "Done: it is version {version}."
RETRAIN_FAILED = "It failed: {error}."
RETRAIN_END_ASK = "End it…"
RETRAIN_END_SURE = "The training stops now. Nothing of it is published."
RETRAIN_END_CONFIRM = "End the training"
RETRAIN_NOT_ENDED = "The training could not be ended"
RETRAIN_ENDED = "The operator ended it. Nothing was published."

# Keeping what was learned, and files: keep_panel.py, worker_client.py

KEEP_AFRESH = "Start afresh…"
KEEP_AFRESH_SURE = (
    "This network and these settings are discarded, here and for your next visit; the shared "
    "weights take their place."
)
KEEP_AFRESH_CANCEL = "Cancel"
KEEP_AFRESH_CONFIRM = "Discard them"
KEEP_KEPT = "Your network and settings are kept in this browser for your next visit."
KEEP_PERSISTENT = "They stay until you delete this site's data."
KEEP_EVICTABLE = "If space runs short, your browser may delete them: a file is safer."
KEEP_RESTORED = "Restored: your network and settings of {time}."
KEEP_RESTORED_SETTINGS = "Restored: your settings of {time}."
# The title of the problem that the browser keeps nothing for the next visit, and its key.
KEEP_NOT_KEPT = "Nothing can be kept in this browser"
KEEP_NOT_KEPT_NOTE = "Nothing can be kept in this browser: save the weights as a file."
FILES_SUMMARY = "Save and open files"
FILES_SAVE_WEIGHTS = "Save weights"
FILES_OPEN_WEIGHTS = "Open weights…"
FILES_LABEL = "A file of weights"
FILES_WEIGHTS_NOTE = "The weights as NumPy's .npz file, w1 of 784x128 and w2 of 128x10."
FILES_SAVE_HISTORY = "Save history as CSV"
FILES_SAVE_PROGRAM = "Save as Python"
FILES_NOTE = (
    "The history of the run, as in the charts. The network as a Python program that needs NumPy "
    "alone and reads this drawing, or yours."
)
FILES_NOT_OPENED = "{name} could not be opened"
FILES_NOT_OPENED_ADVICE = "{error}. The network stays as it is."
FILES_NOT_SAVED = "The file could not be made"
FILES_TOO_LARGE = "it is larger than 1 MB; weights take 400 kB"

# How well it reads all test digits: evaluation_panel.py

EVALUATION_EVALUATE = "Evaluate"
EVALUATION_AGAIN = "Evaluate again"
EVALUATION_PROGRESS = "Evaluation"
EVALUATION_INVITATION = "Has the network, as it is now, read all of them. It never trains on them."
EVALUATION_OUTDATED = "To measure the network as it is now, evaluate again."
EVALUATION_FETCHING = "Fetching {samples}: {done} of {total}"
EVALUATION_READING = "Reading: {done} of {total}"
EVALUATION_RIGHT = "{share} right"
EVALUATION_NOTE = "{right} of {count} {samples}. Loss {loss}."
EVALUATION_NOTE_TRAINED = (
    "{right} of {count} {samples}, after {steps} steps of training. Loss {loss}."
)
TEST_SET = "Test on"
TEST_SET_UNKNOWN = "Test digits"
TEST_SET_TEST = "{title}, test digits: {count}"
TEST_SET_DRAWINGS = "Drawings by people new to it: {count}"
TEST_SET_UCI = "UCI digits: {count}"
TEST_SAMPLES_TEST = "test digits"
TEST_SAMPLES_DRAWINGS = "drawings by people it never learned from"
TEST_SAMPLES_UCI = "UCI digits"
CONFUSION_CAPTION = "Rows: what the digit is. Columns: what was read."
CONFUSION_RECALL = "Recall"
CONFUSION_PRECISION = "Prec."
CONFUSION_PRECISION_LABEL = "Precision"
CONFUSION_KEYS = (
    "Choose a cell to see its digits; arrow keys move between cells. Recall: of the digits of a "
    "row, the percentage read right. Precision: of those read as a column's digit, the percentage "
    "that are it."
)
CONFUSION_NONE = "·"
CONFUSION_CELL = "{label} read as {digit}: {count}"
GALLERY_NOTE = "Choose a digit to see it on the grid, and all that the network makes of it."
GALLERY_PREVIOUS = "Previous"
GALLERY_NEXT = "Next"
GALLERY_POSITION = "{first} to {last} of {total}"
GALLERY_ALL_MISTAKES = "All mistakes"
GALLERY_NO_MISTAKE = "No mistake at all"
GALLERY_ONE_MISTAKE = "The one mistake"
GALLERY_MISTAKES = "{count} mistakes, the worst first"
GALLERY_EMPTY = "No {label} was read as {digit}"
GALLERY_ONE = "{label} read as {digit}: 1 of them"
GALLERY_RIGHT = "{label} read as {digit}: {count} of them, the least sure first"
GALLERY_WRONG = "{label} read as {digit}: {count} of them, the worst first"
GALLERY_MISREAD = "{label}, read as {digit}"
GALLERY_FOR_LABEL = "{share} for {label}"

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

# Inside the network: inside_panel.py, inside/worker/calls.py

INSIDE_TITLE = "Look inside"
INSIDE_SUMMARY = "What its hidden units look for, and which ink spoke for which digit"
INSIDE_WORDS = (
    "Between the 784 pixels and the ten digits are 128 hidden units. Each weighs the ink of every "
    "pixel; if its sum is above zero, it responds, and adds to some digits and takes from others. "
    "The digit with the largest total is read."
)
INSIDE_UNITS = "The 128 hidden units"
INSIDE_FOR = "ink here makes it respond"
INSIDE_AGAINST = "ink here holds it back"
INSIDE_BAR = "how strongly it responds to your drawing"
INSIDE_UNIT_BUTTON = "Unit {unit}"
INSIDE_UNIT_PICTURE = "The weights of unit {unit}"
INSIDE_RESPONDS = "It responds to your drawing with {activation}."
INSIDE_SILENT = "It does not respond to your drawing: ink on orange outweighs ink on blue."
INSIDE_NOT_ASKED = "Draw a digit to see whether it responds."
INSIDE_DIGIT = "Digit"
INSIDE_WEIGHT = "Weight"
INSIDE_ADDS = "Adds now"
INSIDE_UNIT_TABLE = "What it adds to each digit: its weight, times its response."

INSIDE_DRAWING = "Which ink spoke for which digit?"
INSIDE_COMPARE_FOR = "For"
INSIDE_COMPARE_AGAINST = "and against"
INSIDE_LIKELIEST = "the likeliest"
INSIDE_NEXT = "the next likeliest"
INSIDE_VOTES_PICTURE = (
    "The drawing as the network gets it; blue ink speaks for {first}, orange ink for {second}"
)
INSIDE_VOTES_FOR = "for {first}"
INSIDE_VOTES_AGAINST = "for {second}"
INSIDE_VOTES = (
    "All blue ink: {votes_for}. All orange ink: {votes_against}. Together {difference}, and that "
    "is exactly how far the total of {first} is from that of {second}: nothing else takes part."
)
INSIDE_LOADING = "The network is still loading."
INSIDE_NOTHING_DRAWN = "Nothing is drawn yet. Draw a digit, or load a sample."

INSIDE_TELLING = "What the units add to each digit"
INSIDE_TELLING_NOTE = (
    "{active} of 128 units respond. Those that tell the digits apart most come first. Choose one "
    "to see it."
)
INSIDE_UNIT = "Unit"
INSIDE_ACTIVATION = "Response"
INSIDE_OTHERS = "Others"
INSIDE_TOTAL = "Total"
INSIDE_SHARE = "Probability"
INSIDE_SHARE_NOTE = (
    "The totals are the logits. Softmax makes the probabilities: e to the power of each, by the "
    "sum of all ten."
)

INSIDE_WHY = "Why did it miss?"
INSIDE_WHY_NOTE = (
    "Often the drawing is more like training digits of another label. Near means that the hidden "
    "units respond in the same proportions: distance 0 is alike, 1 has nothing in common."
)
INSIDE_FIND = "Find the nearest training digits"
INSIDE_FETCHING = "Fetching training digits: {done} of {total}"
INSIDE_COMPARING = "Comparing…"
INSIDE_YOURS = "as drawn"
INSIDE_SEEN = "as it sees it"
INSIDE_NEAREST = "The {count} nearest of {among} training digits: {labels}."
INSIDE_COUNTED = "{count} of label {label}"
INSIDE_DISTANCE = "distance {distance}"
INSIDE_NOT_SEEN = "The network could not be looked into"
INSIDE_NOT_FOUND = "The nearest digits could not be found"
INSIDE_NEAREST_NOTE = "Choose a digit to see it on the grid, and which ink spoke for it."
# How it works: learn_panel.py, formulas.py

LEARN_TITLE = "How it works"
LEARN_SUMMARY = "Every formula, with the numbers of your drawing and the code"
LEARN_LABEL = "This drawing is a"
LEARN_RUN = "Run one step slowly"
LEARN_PAUSE = "Pause"
LEARN_GO_ON = "Go on"
LEARN_RUN_AGAIN = "Run it again"
LEARN_LEAVE = "Back to live numbers"
LEARN_BACK = "Back"
LEARN_NEXT = "Next"
LEARN_APPLY = "Have the network take this step"
LEARN_APPLY_NOTE = (
    "On one drawing alone, a step of training's size may cost what it knows of other digits: "
    "evaluate before and after."
)
LEARN_APPLY_NOTE_HIDDEN = (
    "On one drawing alone, a step of training's size may cost what it knows of other digits."
)
LEARN_CODE = "The code that computes this"
LEARN_STAGES = "Stages of a step"
LEARN_PICTURE = "{name} as a picture"
LEARN_WAITING = "The numbers come when the network is ready."
LEARN_BLANK = "Draw a digit, and its numbers appear here."
LEARN_UNLABELLED = "Say what your drawing is, and all stages have numbers."
LEARN_LIVE = "Live: the numbers follow your drawing, and training."
LEARN_HELD = "One step, slowly: {stage} of {stages}. The network itself stays as it is."
LEARN_APPLIED = "The network took the step: loss on this drawing {before} before, {after} after."
LEARN_NEEDS_LABEL = "This stage compares with the right answer: say above what your drawing is."
LEARN_COLOURS = "Blue is above 0, orange below, the stronger the further."
LEARN_RANGE = "{shape} {dtype}, {least} to {most}"
LEARN_KERNELS = (
    "In this browser the same is computed by kernels.c, in WebAssembly and several times faster. "
    "This is the NumPy that it is tested against."
)
LEARN_KERNELS_LINK = "Read kernels.c"
LEARN_CODE_WAITING = "The code comes from the network's program, when that is ready."
LEARN_CODE_PLACE = "{path}, line {line}"

# Each stage: its name, what happens in it, and that with the numbers of this drawing.
LEARN_TITLE_INPUTS = "Inputs"
LEARN_TITLE_HIDDEN = "Hidden layer"
LEARN_TITLE_LOGITS = "Logits"
LEARN_TITLE_LOG_SOFTMAX = "Log-softmax"
LEARN_TITLE_LOSS = "Loss"
LEARN_TITLE_GRADIENTS = "Gradients"
LEARN_TITLE_UPDATE = "Update"
LEARN_WORDS_INPUTS = (
    "The network knows nothing of lines. It gets 784 numbers, one for each pixel, row by row: 0 "
    "is paper, 1 full ink. Before, the drawing is set upright, scaled and centered."
)
LEARN_WORDS_HIDDEN = (
    "Each of 128 units multiplies every pixel by a weight of its own and adds all up. What comes "
    "out below 0 counts as 0 (ReLU): a unit responds to its pattern, or is silent."
)
LEARN_WORDS_LOGITS = (
    "Ten outputs, one for each digit, add up the hidden units in the same way: a unit speaks for "
    "some digits and against others. The results are called logits."
)
LEARN_WORDS_LOG_SOFTMAX = (
    "The ten logits become ten probabilities that add up to 1: the bars above. Their logarithms "
    "are what is computed, because very small probabilities would be lost."
)
LEARN_WORDS_LOSS = (
    "How wrong is it? The loss is small if the right digit got nearly all of the probability, and "
    "grows without bound as that goes to 0."
)
LEARN_WORDS_GRADIENTS = (
    "For every weight, the gradient says how the loss would change if the weight grew a bit. It "
    "is found backwards, from the loss to the pixels: back-propagation."
)
LEARN_WORDS_UPDATE = (
    "Every weight moves a little against its gradient, so that the loss falls. How far, the "
    "learning rate says. Here it is a first step, with the optimizer chosen above."
)
LEARN_WORDS_UPDATE_HIDDEN = (
    "Every weight moves a little against its gradient, so that the loss falls. How far, the "
    "learning rate says. Here it is a first step, with the optimizer of the run."
)
LEARN_WORDS_ADAM = (
    "η at t is the learning rate, corrected at each step t because m and v begin at 0. At this "
    "first step every weight with a gradient moves by about the learning rate itself."
)
LEARN_WORDS_L2 = (
    "L2 regularisation is on, but left out here: in training it pulls every weight towards 0 too."
)
LEARN_NUMBERS_INPUTS = "Your drawing inks {inked} of the 784 pixels; pixel {pixel} is the darkest."
LEARN_NUMBERS_HIDDEN = (
    "{active} of the 128 units respond. The strongest, unit {unit}, adds up to {unit_sum}; its "
    "784 weights are shown as a picture."
)
LEARN_NUMBERS_LOGITS = (
    "The logit of {target} is {logit}. Unit {unit} gives the ten digits these weights:"
)
LEARN_NUMBERS_LOG_SOFTMAX = (
    "The {target} has the logarithm {log_prob}, which is a probability of {probability}."
)
LEARN_NUMBERS_LOSS = "The probability of {target} is {probability}, so the loss is {loss}."
LEARN_NUMBERS_GRADIENTS = (
    "The weight from unit {unit} to the {target} has the gradient {weight_grad}. Silent units and "
    "blank pixels have gradient 0: their weights learn nothing from this drawing."
)
LEARN_NUMBERS_UPDATE = (
    "With learning rate {learning_rate}, the weight from unit {unit} to the {target} goes from "
    "{weight} to {weight_after}. The loss on this drawing: {loss} before, {loss_after} after."
)
# What each array is, after its name in the code.
LEARN_ARRAY_INPUTS = "the pixels"
LEARN_ARRAY_W1 = "weights from pixels to hidden units"
LEARN_ARRAY_SUMS = "what each hidden unit adds up"
LEARN_ARRAY_HIDDEN = "what it passes on"
LEARN_ARRAY_W2 = "weights from hidden units to digits"
LEARN_ARRAY_LOGITS = "one for each digit"
LEARN_ARRAY_LOG_PROBS = "their log-probabilities"
LEARN_ARRAY_PROBABILITIES = "their probabilities"
LEARN_ARRAY_LOGITS_GRAD = "gradient at the logits"
LEARN_ARRAY_W2_GRAD = "gradient of w2"
LEARN_ARRAY_HIDDEN_GRAD = "gradient at the sums"
LEARN_ARRAY_W1_GRAD = "gradient of w1"
LEARN_ARRAY_W2_CHANGE = "what is added to w2"
LEARN_ARRAY_W1_CHANGE = "what is added to w1"
LEARN_FORMULA_PIXELS = "pixels"
LEARN_FORMULA_AT_LABEL = "label"
LEARN_FORMULA_INPUTS = "x is the pixels divided by 255"
LEARN_FORMULA_HIDDEN = "h is the larger of x times W 1 and 0"
LEARN_FORMULA_LOGITS = "z is h times W 2"
LEARN_FORMULA_LOG_SOFTMAX = "log p i is z i minus the logarithm of the sum over j of e to the z j"
LEARN_FORMULA_LOSS = "L is minus log p of the label"
LEARN_FORMULA_GRADIENTS = (
    "The gradient at z is p minus y; of W 2, h transposed times that; at h, the gradient at z "
    "times W 2 transposed; of W 1, x transposed times the gradient at h where h is above 0"
)
LEARN_FORMULA_SGD = "W becomes W minus eta times the gradient of W"
LEARN_FORMULA_MOMENTUM = (
    "v becomes mu times v plus the gradient of W; W becomes W minus eta times v"
)
LEARN_FORMULA_ADAM = (
    "m becomes beta 1 times m plus 1 minus beta 1 times the gradient; v becomes beta 2 times v "
    "plus 1 minus beta 2 times the gradient squared; W becomes W minus eta t times m divided by "
    "the square root of v plus epsilon"
)

# The tour: tour.py

TOUR_OPEN = "Tour"
TOUR_OFFER = "New here? Take the two-minute tour"
TOUR_DECLINE = "No, thanks"
TOUR_POSITION = "Step {step} of {steps}"
TOUR_BACK = "Back"
TOUR_NEXT = "Next"
TOUR_FINISH = "Finish"
TOUR_END = "End tour"
TOUR_GO = "Go there"
TOUR_DONE = "Done. Go on when you like."
TOUR_DRAW_TITLE = "Draw a digit"
TOUR_DRAW_TEXT = (
    "With mouse, pen or finger, or with the arrow keys and Space. Any digit from 0 to 9, large or "
    "small."
)
TOUR_SEEN_TITLE = "What it sees"
TOUR_SEEN_TEXT = (
    "The network gets this picture: your drawing set upright, scaled and centered. To it, that is "
    "784 numbers, and nothing more."
)
TOUR_BARS_TITLE = "Ten bars"
TOUR_BARS_TEXT = (
    "For each digit, how sure the network is. The ten always add up to 100%, and change while "
    "you draw."
)
TOUR_MISTAKE_TITLE = "Make it err"
TOUR_MISTAKE_TEXT = (
    "Clear the paper, and draw a digit so oddly that you can read it and the network cannot: "
    "slanted, or with a flourish."
)
TOUR_TEACH_TITLE = "Teach it"
TOUR_TEACH_TEXT = (
    "Say which digit it is and take one step: all weights move a little, and the loss, which says "
    "how wrong it was, falls."
)
TOUR_TRAIN_TITLE = "Train it"
TOUR_TRAIN_TEXT = (
    "Start training: it learns from thousands of labeled digits. Its loss falls, its accuracy "
    "rises. Pause whenever you like."
)
TOUR_EVALUATE_TITLE = "How good is it?"
TOUR_EVALUATE_TEXT = (
    "Evaluate has it read all test digits, which it never trains on. Choose a cell of the table "
    "to see the digits that it confuses."
)
TOUR_SHARE_TITLE = "Share it"
TOUR_SHARE_TEXT = (
    "Publish what your network learned, for the next visitor. Below, How it works shows every "
    "number and the code behind it."
)
TOUR_SHARE_TEXT_HIDDEN = "Publish what your network learned, for the next visitor."

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

# What some of them can be: training_panel.py

OPTIMIZER_SGD = "SGD"
OPTIMIZER_MOMENTUM = "Momentum"
OPTIMIZER_ADAM = "Adam"
SCHEDULE_CONSTANT = "Constant"
SCHEDULE_WARMUP = "Warm-up"
SCHEDULE_STEP = "Two drops"
SCHEDULE_COSINE = "Cosine"
INITIALIZER_HE = "He"
INITIALIZER_UNIFORM = "-1 to 1"
INITIALIZER_ZEROS = "Zeros"

TRAINING_SET_DRAWINGS = "Digits as people draw them"
TRAINING_SET_MNIST = "MNIST as it is"
TRAINING_SET_PLAIN = "The data as it is"

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

# The settings of a run: what each means, in a sentence

SETTING_BATCH_SIZE = "Digits in one step: more make a step surer, and slower."
SETTING_LEARNING_RATE = "How far a step goes: too far and it overshoots, too short and it crawls."
SETTING_OPTIMIZER = (
    "How a step follows from the gradient: straight down (SGD), with a memory of earlier steps "
    "(Momentum), or scaled for each weight (Adam)."
)
SETTING_PREFETCH = "Blocks of 512 digits that are fetched before they are needed."
SETTING_MOMENTUM = "Share of the last step's speed that the next one keeps, 0 to {highest}."
SETTING_SCHEDULE = "How the learning rate changes as the run goes on."
SETTING_SCHEDULE_STEPS = "So many steps the schedule takes; after them the rate stays."
SETTING_L2 = "Pull of every weight towards 0, 0 to 1: keeps the network simple; {gentle} is gentle."
SETTING_INITIALIZER = "How random weights are drawn where a run begins with such."
SETTING_SEED = "Where chance begins: the same seed gives the same weights and order of digits."
SETTING_TRAINING_SET = (
    "Digits as people draw them: digits bent and shifted, real pen strokes, and some scribbles and "
    "letters that are no digit. Or the digits of the data set, just as they are."
)
SETTING_DATA_FRACTION = "Share of the training digits that is used, above 0, up to 1."
SETTING_LABEL_NOISE = "Share of the training digits that are given a wrong label, 0 to 1."
SETTING_UNTIL = "Training stops after this step of the run; 0 means never."

# One step, and a run that has come to its end

STEP_TAKEN = (
    "Step {iteration}: {samples} samples at a rate of {rate}. Their loss went from {loss_before} "
    "to {loss_after}; {accuracy_before} were read right before, {accuracy_after} after."
)
RUN_REACHED = (
    "Stopped after step {iteration}, as asked. These weights are {digest}: the same run gives the "
    "same here, and nearly the same elsewhere."
)
RUN_REACHED_ONCE = (
    "Stopped after step {iteration}, as asked. These weights are {digest}. This run cannot be "
    "repeated exactly: a setting was changed on the way, it learned your drawings, samples came "
    "late, or it did not begin with new weights."
)

RUN_PASSED = (
    "The run has passed step {until}, where it was to stop, and goes on until you pause it. "
    + ADVICE_LATER_STEP
)

# Lessons, chosen or from a link

LESSON_LABEL = "Lesson"
LESSON_CHOOSE = "Choose what to see…"
LESSON_START = "Start this lesson"
LESSON_START_AGAIN = "Start again"
LESSON_NOT_NOW = "Not now"
LESSON_CLOSE = "Close"
LESSON_SHOW_ALL = "Show all"
LESSON_FROM_LINK = "A lesson from a link"
LESSON_SETS = "Begins with {weights}; {settings}."
LESSON_SETTING = "{name} {value}"
LESSON_SETS_NOTHING = "all settings as at first"
LESSON_RANDOM = "random weights"
LESSON_SHARED = "the shared weights"
LESSON_VERSION = "version {version} of the shared weights"
LESSON_REPLACES = (
    "Your own network and settings make room for it: save the weights first if you want them back."
)
LESSON_REPLACES_HIDDEN = (
    "Your own network and settings make room for it. If you want them back, press Show all first "
    "to find how to keep them."
)
LESSON_WATCH_HIDDEN = "{watch} To see all of it, press Show all."
LESSON_BAD_VALUE = "{problem} This is left out."
LESSON_BAD_NAME = "{name} is no setting of this page and is left out."
LESSON_BAD_PRESET = "There is no lesson {name}: expected one of {names}."
LESSON_BAD_HIDE = "{name} cannot be hidden: expected one of {names}."
LESSON_BAD_WEIGHTS = "Weights: expected random, shared or a version's number, found {text}."
LINK_SUMMARY = "Share these settings as a link"
LINK_WEIGHTS = "Begins with"
LINK_RANDOM = "Random weights"
LINK_SHARED = "The shared weights"
LINK_HIDES = "Hides"
LINK_HIDES_TUNE = "Tune"
LINK_HIDES_LESSONS = "Lessons"
LINK_HIDES_SETTINGS = "Settings"
LINK_HIDES_FIGURES = "Figures"
LINK_HIDES_CHARTS = "Charts"
LINK_HIDES_WEIGHTS = "Weights"
LINK_HIDES_KEEP = "Keep"
LINK_HIDES_EVALUATION = "Evaluation"
LINK_HIDES_HAND = "Teach it your hand"
LINK_HIDES_INSIDE = "Look inside"
LINK_HIDES_TIME = "Time travel"
LINK_HIDES_LEARN = "How it works"
LINK_LABEL = "The link"
LINK_COPY = "Copy link"
LINK_COPIED = "Copied."
LINK_SELECTED = "This browser copies by hand only: the link is selected, press Ctrl+C."

# The lessons: title, and what to watch

PRESET_GOOD = "A good recipe"
PRESET_GOOD_WATCH = (
    "With medium steps that keep their speed, validation on digits passes 90% within a few hundred "
    "steps; drawings are harder, and take longer."
)
PRESET_HIGH = "Learning rate far too high"
PRESET_HIGH_WATCH = (
    "The steps overshoot: the loss leaps up at once, and accuracy stays near chance for good."
)
PRESET_LOW = "Learning rate far too low"
PRESET_LOW_WATCH = (
    "The loss does fall, but so slowly that after a thousand steps most digits are still misread."
)
PRESET_ZEROS = "Starting from zeros"
PRESET_ZEROS_WATCH = (
    "Nothing moves: with all weights 0 no gradient flows, and the loss stays at ln 10, that of a "
    "blind guess."
)
PRESET_TINY = "Tiny batches are noisy"
PRESET_TINY_WATCH = (
    "Every step follows two digits alone: take single steps and see the loss jump; the curve of a "
    "run is rougher than with batches of 128."
)
PRESET_OVERFIT = "Overfit 1% of the data"
PRESET_OVERFIT_WATCH = (
    "It learns its few digits by heart: accuracy reaches 100%, validation stops well below."
)
PRESET_NOISE = "Two labels in five are wrong"
PRESET_NOISE_WATCH = (
    "At first accuracy stays near 60%, for the labels lie; yet validation, with right labels, "
    "climbs far above it."
)
PRESET_L2 = "L2 shrinks the weights"
PRESET_L2_WATCH = (
    "The weight norm falls as the pull towards 0 wins; the loss stays higher than without it."
)
PRESET_ORIGINAL = "The original's start"
PRESET_ORIGINAL_WATCH = (
    "Weights from -1 to 1, as in the program that this one follows: it begins with a loss above 10 "
    "and learns, but stays behind the good recipe."
)
PRESET_COSINE = "A rate that lands at 0"
PRESET_COSINE_WATCH = (
    "The rate begins high and falls along a cosine: at step 2000 it is 0, and from there on "
    "validation stands still."
)

# Time travel

TIME_PLAY = "Play"
TIME_STOP = "Stop"
TIME_SLIDER = "Checkpoint of the run"
TIME_GO_ON = "Go on from here…"
TIME_CANCEL = "Cancel"
TIME_CONFIRM = "Go on from iteration {iteration}"
TIME_BACK = (
    "Training stops, and the network becomes what it was at iteration {iteration}. Nothing is "
    "lost yet: the later checkpoints stay until you train it or teach it a drawing, and only then "
    "make room. The run's course is kept below."
)
TIME_FORWARD = (
    "Training stops, and the network becomes what it was at iteration {iteration}. Nothing is "
    "lost: the network as it is now is a checkpoint, too."
)
TIME_NO_NETWORK = "Checkpoints come with the network, which is not there yet."
TIME_NOTHING = (
    "Train, and the network is kept every now and then, 64 times at most. Then come back, drag, "
    "and see how it learned. Looking changes nothing."
)
TIME_RANGE = "{low} to {high} of the validation digits right"
TIME_LEGEND = (
    "Each bar is a checkpoint, as high as its share of validation digits right. Orange bars read "
    "your drawing otherwise than the newest does."
)
TIME_LEGEND_BLANK = (
    "Each bar is a checkpoint, as high as its share of validation digits right. Draw a digit to "
    "see how it was read."
)
TIME_AT = "Iteration {iteration}"
TIME_AT_NOW = "Iteration {iteration} (now)"
TIME_ACCURACY = "{accuracy} of the validation digits right"
TIME_ACCURACY_BOTH = (
    "{accuracy} of the validation digits right, and {drawings} of the validation drawings"
)
TIME_MEASURING = "not validated yet"
TIME_READS = "reads {digit}, {share} sure"
TIME_ANSWER = "Your drawing"
TIME_NO_ANSWER = "At this checkpoint the network gives no answer for your drawing."
TIME_ANSWER_BLANK = "Draw a digit: here is how each checkpoint reads it."
TIME_UNITS = "Its 128 hidden units"
TIME_UNITS_LABEL = "Weights of the 128 hidden units at iteration {iteration}, a picture for each"
TIME_CHANGES_LABEL = "What changed in the 128 hidden units until iteration {iteration}"
TIME_OF_CHANGE = "Only what changed since the start"
TIME_UNITS_NOTE = (
    "A picture for each: blue where ink speaks for the unit, orange where it speaks against it."
)
TIME_CHANGES_NOTE = (
    "A picture for each: blue where ink has come to speak for the unit, orange where against it."
)
TIME_NOT_LISTED = "The run's course cannot be shown"
TIME_NO_UNITS = "The weights cannot be shown"
TIME_NOT_GONE_ON = "The network stays as it is"
TIME_HAS_MADE_ROOM = "That checkpoint has made room for later ones. Choose another."
TIME_TABLE = "The checkpoints as a table"
TIME_HEAD_ITERATION = "Iteration"
TIME_HEAD_VALIDATION = "Digits"
TIME_HEAD_DRAWINGS = "Drawings"
TIME_HEAD_LOSS = "Loss"
TIME_HEAD_READS = "Reads"
TIME_HEAD_SURE = "Sure"

# Runs to compare

RUNS_TITLE = "Compare runs"
RUNS_NOTHING = (
    "A run ends when you reset, choose other weights or go on from a checkpoint. It is remembered "
    "here, four at most, to be compared with the next."
)
RUNS_NOTHING_HIDDEN = (
    "A run ends when you reset or go on from a checkpoint. It is remembered here, four at most, to "
    "be compared with the next."
)
RUNS_FIGURE = "Show"
RUNS_LOSS = "Loss"
RUNS_ACCURACY = "Accuracy on batches, %"
RUNS_VALIDATIONS = "Accuracy on validation digits, %"
RUNS_DRAWINGS = "Accuracy on validation drawings, %"
RUNS_CHART = "{figure} over iterations: {runs}"
RUNS_BOTH = "{first} and {second}"
RUNS_NAME = "Run {number}"
RUNS_CURRENT = "Run {number}, now"
RUNS_STEPS = "{iteration} iterations, loss {loss}, {accuracy} on batches"
RUNS_VALIDATION = ", {validation} on validation digits"
RUNS_VALIDATION_BOTH = ", {validation} on validation digits, {drawings} on validation drawings"
RUNS_NOT_YET = "not trained yet"
RUNS_COMPARE = "Compare"
RUNS_COMPARED = "Compared"
RUNS_PIN = "Pin"
RUNS_PINNED = "Pinned"
RUNS_DELETE = "Delete"
RUNS_LABEL = "{action} run {number}"
RUNS_PIN_HINT = "A pinned run stays when others make room; three at most"
RUNS_FROM_RUN = "from run {run} at iteration {iteration}"
RUNS_FROM_ITERATION = "from iteration {iteration}"
RUNS_SHARED = "shared weights"
RUNS_RANDOM = "random weights"
RUNS_TRAINED = "{weights} trained before"
RUNS_SETTING = "{name} {value}"
RUNS_CHANGE = "{before} to {after}"
RUNS_TABLE = "The chart as a table"
RUNS_ITERATION = "Iteration"

# Teach it your hand

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

HAND_FILE_PROBLEM = "{name} could not be opened"
HAND_FILE_TOO_LARGE = "It is larger than 2 MB; a full tray takes 900 kB. The tray stays as it is."
HAND_TITLE = "Teach it your hand"
HAND_SUMMARY = "Keep your own digits, and train on them"
HAND_BAR = "Collect digits"
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

# Whether the page works without its server
OFFLINE_KEPT = "This page is kept in your browser: it works without its server too."
OFFLINE_AWAY = (
    "The server did not answer, so this is the page as your browser kept it. Drawing, reading and "
    "training on the digits that came before work; publishing and new digits wait for the server. "
    "If something else is at this address now, stop keeping the page to get there."
)
OFFLINE_STOP = "Stop keeping this page"
OFFLINE_INSECURE = (
    "This page needs its server: browsers keep pages only if they come over HTTPS, or from the "
    "same machine."
)
OFFLINE_UNSUPPORTED = (
    "This page needs its server: this browser, or its private mode, keeps no pages."
)
OFFLINE_NOT_KEEPING = (
    "This page needs its server: the browser could not keep it, perhaps for lack of room."
)

# Two tabs, of which one can be kept
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
KEEP_UNREAD_NOTE = "Your last visit's network stays kept; this one is not kept."
KEEP_THIS = "Keep this instead"
STORAGE_OTHER_TAB = "another tab of this page has written there since"
KEEP_ELSEWHERE = "Another tab has kept its network for your next visit; this one is not kept."
KEEP_LOST = "This tab's network was not kept"
KEEP_LOST_ADVICE = (
    "What your browser keeps is another tab's network. It was left alone, and this tab begins anew "
    "from the shared weights. To go on with the other's here, reload this page."
)
