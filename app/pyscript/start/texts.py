"""What visitors read while the page starts, and of what goes wrong in it."""

STATUS_RESTORING = "Looking for your last visit's network…"
STATUS_LOADING_WEIGHTS = "Loading the shared weights…"
STATUS_READY = "Ready"
STATUS_STARTING = "Starting Python and NumPy…"
STATUS_LOADING = "Loading Python, {megabytes} MB"
STATUS_UNFORESEEN = "Its program failed, {error}"
STATUS_NOT_STARTED = "The network could not be started"
STATUS_FAILED_ADVICE = "{error}. {rest}"
# What works without the network: one of these in the advice.
STATUS_PAGE_READS = (
    "The page itself still reads what you draw. Training, teaching and the rest need the network."
)
STATUS_NOTHING_READS = "Drawing still works, reading does not."
NOTICE_TRY_AGAIN = "Try again"
STATUS_STOPPED_ADVICE = (
    "{rest} Try again: the network is then as it was last kept. Details: {call}, {error}."
)
STATUS_STOPPED = "The network stopped working"
PAGE_BROKE_ADVICE = "Go on, if all works that you need; else reload the page. Details: {error}."
PAGE_BROKE = "Something in the page went wrong"
STATUS_TRAINING = "Training…"
STATUS_PAUSED = "Paused after {steps} steps"
STATUS_RESTORED = "Your network of {time}"
NOTICE_DISMISS = "Dismiss"

# index.html

PAGE_TITLE = "Digits: draw, read, train"
PAGE_DESCRIPTION = "Draw a digit, watch a neural network read it, and train it in your browser."
PAGE_NAME = "Digits"
PAGE_TAGLINE = "Draw a digit."
PAGE_TAGLINE_MORE = "A small neural network reads it, and learns, right here in your browser."
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
