"""What visitors read of training: its buttons, settings, figures and charts."""

from app.pyscript import texts as common
from app.pyscript.texts import (
    ADVICE_LOWER_RATE,
    ADVICE_OTHER_WEIGHTS,
    ADVICE_RATE_OR_BATCH,
    ADVICE_SHARED_WEIGHTS,
)

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
TRAINING_REFUSED = "{problem} It stays at {value}."
TRAINING_ITERATION = "Iteration"
TRAINING_EPOCH = "Epoch"
TRAINING_LOSS = "Loss"
TRAINING_ACCURACY = "Accuracy"
TRAINING_ACCURACY_HINT = "Share of the last batches' samples that were read right before each step"
TRAINING_VALIDATION_HINT = "Accuracy on digits of the data set that are kept from training"
TRAINING_DRAWINGS = "Validation, drawings"
TRAINING_DRAWINGS_HINT = (
    "Accuracy on drawings by people it never learned from: natural, large, thin, and in a corner"
)
TRAINING_SPEED = "Samples/s"
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

# What some settings can be: training_panel.py

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

TRAINING_SET_PLAIN = "The data as it is"

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
    + common.ADVICE_LATER_STEP
)
SESSION_CANNOT_TRAIN = (
    "The network's numbers have grown too large for it to answer, so it cannot learn. "
    + ADVICE_OTHER_WEIGHTS
)
SESSION_CANNOT_LEARN_ADVICE = (
    "None of its hidden units responds, as happens after steps that are too large, and where all "
    "weights are zero. " + ADVICE_OTHER_WEIGHTS + " " + ADVICE_RATE_OR_BATCH
)
SESSION_PAUSE_FIRST = "Training is under way: pause it first."
SESSION_NO_SAMPLES = "No samples have come to train on yet: try again soon."
SESSION_HAS_BEGUN = "Training has begun meanwhile."
WORKER_KERNELS_KEPT = "The kernels stay as they are"
WORKER_NOT_STARTED = "Training could not start"
WORKER_NOT_PAUSED = "Training could not pause"
WORKER_NO_STEP = "The step was not taken"
WORKER_NOT_RESET = "Training could not be reset"
WORKER_SETTINGS_KEPT = "The settings stay as they are"
SESSION_DIVERGED = (
    "The weights grew beyond all numbers and were taken back by a moment. "
    + ADVICE_LOWER_RATE
    + " "
    + ADVICE_SHARED_WEIGHTS
)

# What it is trained on: data.py, worker/sample_pool.py

DATASET_UNKNOWN = "The server does not say which data it has"
DATASET_ADVICE = "{error}. It is asked again by itself; drawing goes on meanwhile."
POOL_WAITING = "Training waits for its first samples."
POOL_NOT_REPEATABLE = "Some samples came late, so this run cannot be repeated exactly."
POOL_CHANGED_ADVICE = "Training goes on with those."
POOL_RETRYING = "{error} Asking again in {seconds} s."
POOL_NOT_ARRIVING_YET = "{error} Training waits for them; the server is asked again."
POOL_NOT_ARRIVING_MORE = (
    "{error} Training goes on with those that are here; the server is asked again."
)
