"""What the API may answer to the worker, for visitors to read."""

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
