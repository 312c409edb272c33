"""What visitors read of the data, of a sample of it, and of a drawing's numbers."""

# A sample of the data: state.py

SAMPLE_MISSING = "No sample could be loaded"
SAMPLE_ADVICE = "{error}. Try again in a moment."

# The numbers behind the drawing: data_dialog.py

DATA_TITLE = "The 784 numbers of this drawing"
DATA_NOTE = (
    "One number a cell, 0 for blank paper to 255 for full ink, row by row. Divided by 255, once "
    "the drawing is centered, they are all that the network gets."
)
DATA_LABEL = "The numbers"
DATA_CLOSE = "Close"
DATASET = "Data: {title}, {train} digits to train on, {validation} to validate and {test} to test."
DATASET_MIXTURE = "{dataset} Digits as people draw them: {mixture} to train on."
DATASET_FOOTER = (
    "Python from end to end: MicroPython draws this page, NumPy in a worker trains the network, "
    "Flask serves the digits."
)
