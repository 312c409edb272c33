"""The stages of a training step: the name, the words and the arrays of each."""

from app.pyscript import texts as common
from app.pyscript.explain import texts

# The stages, and the arrays that each shows. The stages from LOSS on need a label.
STAGES = (
    ("inputs", ("inputs",)),
    ("hidden", ("w1", "sums", "hidden")),
    ("logits", ("w2", "logits")),
    ("log_softmax", ("log_probs", "probabilities")),
    ("loss", ("log_probs",)),
    ("gradients", ("logits_grad", "w2_grad", "hidden_grad", "w1_grad")),
    ("update", ("w2_change", "w1_change")),
)
# The places of two stages in this list.
LOSS, LAST = 4, len(STAGES) - 1
TITLES = {
    "inputs": texts.LEARN_TITLE_INPUTS,
    "hidden": texts.LEARN_TITLE_HIDDEN,
    "logits": texts.LEARN_TITLE_LOGITS,
    "log_softmax": texts.LEARN_TITLE_LOG_SOFTMAX,
    "loss": texts.LEARN_TITLE_LOSS,
    "gradients": texts.LEARN_TITLE_GRADIENTS,
    "update": texts.LEARN_TITLE_UPDATE,
}
WORDS = {
    "inputs": texts.LEARN_WORDS_INPUTS,
    "hidden": texts.LEARN_WORDS_HIDDEN,
    "logits": texts.LEARN_WORDS_LOGITS,
    "log_softmax": texts.LEARN_WORDS_LOG_SOFTMAX,
    "loss": texts.LEARN_WORDS_LOSS,
    "gradients": texts.LEARN_WORDS_GRADIENTS,
    "update": common.LEARN_WORDS_UPDATE,
}
NUMBERS = {
    "inputs": texts.LEARN_NUMBERS_INPUTS,
    "hidden": texts.LEARN_NUMBERS_HIDDEN,
    "logits": texts.LEARN_NUMBERS_LOGITS,
    "log_softmax": texts.LEARN_NUMBERS_LOG_SOFTMAX,
    "loss": texts.LEARN_NUMBERS_LOSS,
    "gradients": texts.LEARN_NUMBERS_GRADIENTS,
    "update": texts.LEARN_NUMBERS_UPDATE,
}
# The facts that are whole numbers; the others are rounded for people.
COUNTS = ("label", "digit", "pixel", "unit", "target", "inked", "active")
