"""What visitors read of how the network works: words, numbers and formulas."""

from app.pyscript.texts import ADVICE_LOWER_RATE

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
LEARN_CODE = "The code that computes this"
LEARN_STAGES = "Stages of a step"
LEARN_PICTURE = "{name} as a picture"
LEARN_WAITING = "The numbers come when the network is ready."
LEARN_BLANK = "Draw a digit, and its numbers appear here."
LEARN_UNLABELED = "Say what your drawing is, and all stages have numbers."
LEARN_LIVE = "Live: the numbers follow your drawing, and training."
LEARN_HELD = "One step, slowly: {stage} of {stages}. The network itself stays as it is."
LEARN_APPLIED = "The network took the step: loss on this drawing {before} before, {after} after."
LEARN_NEEDS_LABEL = "This stage compares with the right answer: say above what your drawing is."
LEARN_COLORS = "Blue is above 0, orange below, the stronger the further."
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
LEARN_WORDS_ADAM = (
    "η at t is the learning rate, corrected at each step t because m and v begin at 0. At this "
    "first step every weight with a gradient moves by about the learning rate itself."
)
LEARN_WORDS_L2 = (
    "L2 regularization is on, but left out here: in training it pulls every weight towards 0 too."
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
EXPLANATION_DIVERGED = "The step leads beyond all numbers. " + ADVICE_LOWER_RATE
WORKER_NOT_EXPLAINED = "The step could not be taken"
WORKER_CODE_NOT_READ = "The code could not be read"
