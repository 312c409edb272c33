"""What visitors read where weights are loaded and published, and of the shared ones' history."""

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

# The history of the shared weights: history_dialog.py, version_history.py

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
SESSION_SUPERSEDED = "Other weights were asked for meanwhile."
WORKER_WEIGHTS_NOT_LOADED = "The shared weights could not be loaded"
WORKER_VERSION_NOT_LOADED = "Version {version} could not be loaded"
WORKER_NOT_PUBLISHED = "The weights could not be published"
WORKER_NOT_RANDOMIZED = "The weights could not be made"
