"""What the API and the browser's database may answer to the worker, for visitors to read."""

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

# Why the browser does not keep something

STORAGE_FULL = "Its storage for this site is full"
STORAGE_FORBIDDEN = "Its settings forbid this site to store anything"
STORAGE_DAMAGED = "What was kept is damaged"
STORAGE_OTHER_TAB = "another tab of this page has written there since"
STORAGE_NONE = "It has no storage"
STORAGE_LOST = "It has ended the page's connection to its storage"
STORAGE_SILENT = "Its storage does not answer"
STORAGE_FAILED = "Its storage failed, for a reason that it calls {error}"
