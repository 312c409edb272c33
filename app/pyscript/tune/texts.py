"""What visitors read where they teach the network one drawing."""

TUNE_TITLE = "Is it wrong? Teach it"
TUNE_LABEL = "This is a"
TUNE_STEP = "Take one step"
TUNE_NOTE = "One training step on this drawing alone."
TUNE_DONE = "Loss on this drawing: {before} before, {after} after."
WORKER_NOT_TUNED = "The drawing could not be learned"
