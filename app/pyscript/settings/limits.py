"""The numbers of the settings: what each begins with, its limits and its choices.

Runs on MicroPython (the page) and on CPython in Pyodide (the worker).
"""

MIN_BATCH_SIZE, MAX_BATCH_SIZE = 1, 1024
MIN_PREFETCH, MAX_PREFETCH = 1, 16
# Learning rates are above 0.
MAX_LEARNING_RATE = 10
# A momentum of 1 would never forget.
MAX_MOMENTUM = 0.999
MAX_L2 = 1
MAX_STEPS = 1_000_000
# The largest number that MicroPython can pass to JavaScript.
MAX_SEED = 2**30 - 1
# The choices of some settings, equal to the model's.
SCHEDULES = ("constant", "warmup", "step", "cosine")
INITIALIZERS = ("he_normal", "uniform", "zeros")
# Training sets: digits as people draw them, mixed with non-digits, or plain MNIST.
DRAWINGS, MNIST = "drawings", "mnist"
TRAINING_SETS = (DRAWINGS, MNIST)
# The default learning rate of each optimizer. Equal to the model's, which the page cannot import.
DEFAULT_LEARNING_RATES = {"sgd": 0.1, "momentum": 0.005, "adam": 0.001}
DEFAULT_SETTINGS: dict = {
    "batch_size": 128,
    "learning_rate": DEFAULT_LEARNING_RATES["momentum"],
    "prefetch": 4,
    "optimizer": "momentum",
    "momentum": 0.9,
    "schedule": "constant",
    "schedule_steps": 2000,
    "l2": 0,
    "initializer": "he_normal",
    "training_set": DRAWINGS,
    "data_fraction": 1,
    "label_noise": 0,
    "seed": 0,
    "until": 0,
    "tray_share": 0,
}
# Settings that change how fast or how far a run goes, but not what it learns.
NOT_LEARNED_BY = ("prefetch", "until")
