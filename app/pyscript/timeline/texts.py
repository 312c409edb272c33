"""What visitors read of the run's checkpoints."""

TIME_SUMMARY = "Back to any moment of the run, and runs compared"
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
TIME_TABLE = "The checkpoints as a table"
TIME_HEAD_ITERATION = "Iteration"
TIME_HEAD_VALIDATION = "Digits"
TIME_HEAD_DRAWINGS = "Drawings"
TIME_HEAD_LOSS = "Loss"
TIME_HEAD_READS = "Reads"
TIME_HEAD_SURE = "Sure"
TIME_NOT_LISTED = "The run's course cannot be shown"
TIME_NO_UNITS = "The weights cannot be shown"
TIME_NOT_GONE_ON = "The network stays as it is"
TIME_HAS_MADE_ROOM = "That checkpoint has made room for later ones. Choose another."
