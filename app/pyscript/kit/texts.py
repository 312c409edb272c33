"""What visitors read of the browser, requests, files and numbers, whatever the feature."""

PYTHON_NOT_STARTED = "Python could not be started in this browser, which says: {error}"
WORKER_LACKS = "the worker's program did not start"
CHARTS_MISSING = "The charts could not be loaded"
CHARTS_MISSING_ADVICE = "{error}. Reload."
NUMBERS_SUMMARY = "Show as table"
NUMBER_AMBIGUOUS = (
    "{text} can be read in two ways. Leave out the marks between thousands, and write decimals as "
    "in {example}."
)
FILE_UNREADABLE = "it cannot be read"
FILE_HAS_ANOTHER_SIZE = (
    "The file {path} came damaged: {found} bytes instead of {expected}. It was asked for twice"
)
FILE_IS_ANOTHER = (
    "The file {path} came damaged: its content is not what the server has. It was asked for twice"
)
FILE_IS_A_PAGE = (
    "In place of the file {path} a web page came, perhaps the login page of this network or a "
    "message of a proxy. Once the network lets you through, try again"
)
LANGUAGE = "en"
REQUEST_BROKEN = "{path}: the connection broke"
REQUEST_NOT_JSON = (
    "{path}: something else came in place of the server's answer, perhaps the login page of this "
    "network"
)
REQUEST_REFUSED = "{path}: {reason}"
REQUEST_STATUS = "the server answered with status {status}"
REQUEST_UNANSWERED = "{path}: the server did not answer"
SCRIPT_FAILED = "{path} did not come, or failed"
BROWSER_KEEPS_NOTHING = "this browser keeps nothing for this page"
REQUEST_TIMED_OUT = "no answer within {seconds} seconds"
REASON_UNKNOWN = "no reason was given"
UNFORESEEN = "The program made a mistake ({error}). The network is still here: go on, or try again."
