"""What visitors read of what is kept for their next visit, and of files."""

from app.pyscript.texts import ADVICE_KEEP_THIS, ADVICE_SAVE_NETWORK

KEEP_TITLE = "Keep"
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
KEEP_NOT_KEPT_NOTE = "Nothing can be kept in this browser: save the weights as a file."
FILES_SUMMARY = "Save and open files"
FILES_SAVE_WEIGHTS = "Save weights"
FILES_NPZ = ".npz"
FILES_SAFETENSORS = ".safetensors"
FILES_ONNX = ".onnx"
FILES_TOO_LARGE = "it is larger than 1 MB; weights take 400 kB"
FILES_OPEN_WEIGHTS = "Open weights…"
FILES_LABEL = "A file of weights"
FILES_FORMAT = "Format of the weights' file"
FILES_WEIGHTS_NOTE = (
    "The weights as NumPy's .npz file, w1 of 784x128 and w2 of 128x10, which can be opened here "
    "again; or for other programs as .safetensors or as an ONNX model."
)
FILES_SAVE_HISTORY = "Save history as CSV"
FILES_SAVE_PROGRAM = "Save as Python"
FILES_NOTE = (
    "The history of the run, as in the charts. The network as a Python program that needs NumPy "
    "alone and reads this drawing, or yours."
)

# Two tabs, of which one can be kept

KEEP_UNREAD_NOTE = "Your last visit's network stays kept; this one is not kept."
KEEP_THIS = "Keep this instead"
KEEP_ELSEWHERE = "Another tab has kept its network for your next visit; this one is not kept."
KEEP_LOST = "This tab's network was not kept"
KEEP_LOST_ADVICE = (
    "What your browser keeps is another tab's network. It was left alone, and this tab begins anew "
    "from the shared weights. To go on with the other's here, reload this page."
)
SESSION_NOT_RESTORED_ADVICE = "You begin with the shared weights instead. Details: {error}."
WORKER_NOT_RESTORED = "Your last visit could not be restored"
WORKER_NOT_AFRESH = "Starting over failed"
FILES_NOT_SAVED = "The file could not be made"
STORAGE_DESCRIPTION_DAMAGED = "its description is damaged"
STORAGE_ADVICE = "{error}. " + ADVICE_SAVE_NETWORK
KEEP_OTHER_TAB_ADVICE = (
    "So that the other's is not lost, this tab's network and settings are not kept for your next "
    "visit. " + ADVICE_KEEP_THIS
)
KEEP_UNREAD_ADVICE = (
    "So that it is not lost, this network and these settings are not kept in its place. "
    + ADVICE_KEEP_THIS
    + " To go on with your last visit's, reload this page."
)
