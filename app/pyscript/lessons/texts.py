"""What visitors read of lessons, and of links to them."""

# Lessons, chosen or from a link: lesson.py, link.py, lesson_panel.py

LESSON_LABEL = "Lesson"
LESSON_CHOOSE = "Choose what to see…"
LESSON_START = "Start this lesson"
LESSON_START_AGAIN = "Start again"
LESSON_NOT_NOW = "Not now"
LESSON_CLOSE = "Close"
LESSON_SHOW_ALL = "Show all"
LESSON_FROM_LINK = "A lesson from a link"
LESSON_SETS = "Begins with {weights}; {settings}."
LESSON_SETTING = "{name} {value}"
LESSON_SETS_NOTHING = "all settings as at first"
LESSON_RANDOM = "random weights"
LESSON_SHARED = "the shared weights"
LESSON_VERSION = "version {version} of the shared weights"
LESSON_WATCH_HIDDEN = "{watch} To see all of it, press Show all."
LESSON_BAD_VALUE = "{problem} This is left out."
LESSON_BAD_NAME = "{name} is no setting of this page and is left out."
LESSON_BAD_PRESET = "There is no lesson {name}: expected one of {names}."
LESSON_BAD_HIDE = "{name} cannot be hidden: expected one of {names}."
LESSON_BAD_WEIGHTS = "Weights: expected random, shared or a version's number, found {text}."
LINK_SUMMARY = "Share these settings as a link"
LINK_WEIGHTS = "Begins with"
LINK_RANDOM = "Random weights"
LINK_SHARED = "The shared weights"
LINK_HIDES = "Hides"
LINK_HIDES_TUNE = "Tune"
LINK_HIDES_LESSONS = "Lessons"
LINK_HIDES_SETTINGS = "Settings"
LINK_HIDES_FIGURES = "Figures"
LINK_HIDES_CHARTS = "Charts"
LINK_HIDES_WEIGHTS = "Weights"
LINK_HIDES_KEEP = "Keep"
LINK_HIDES_EVALUATION = "Evaluation"
LINK_HIDES_HAND = "Teach it your hand"
LINK_HIDES_INSIDE = "Look inside"
LINK_HIDES_TIME = "Time travel"
LINK_HIDES_LEARN = "How it works"
LINK_LABEL = "The link"
LINK_COPY = "Copy link"
LINK_COPIED = "Copied."
LINK_SELECTED = "This browser copies by hand only: the link is selected, press Ctrl+C."

# Each lesson: its title, and what to watch: presets.py

PRESET_GOOD = "A good recipe"
PRESET_GOOD_WATCH = (
    "With medium steps that keep their speed, validation on digits passes 90% within a few hundred "
    "steps; drawings are harder, and take longer."
)
PRESET_HIGH = "Learning rate far too high"
PRESET_HIGH_WATCH = (
    "The steps overshoot: the loss leaps up at once, and accuracy stays near chance for good."
)
PRESET_LOW = "Learning rate far too low"
PRESET_LOW_WATCH = (
    "The loss does fall, but so slowly that after a thousand steps most digits are still misread."
)
PRESET_ZEROS = "Starting from zeros"
PRESET_ZEROS_WATCH = (
    "Nothing moves: with all weights 0 no gradient flows, and the loss stays at ln 10, that of a "
    "blind guess."
)
PRESET_TINY = "Tiny batches are noisy"
PRESET_TINY_WATCH = (
    "Every step follows two digits alone: take single steps and see the loss jump; the curve of a "
    "run is rougher than with batches of 128."
)
PRESET_OVERFIT = "Overfit 1% of the data"
PRESET_OVERFIT_WATCH = (
    "It learns its few digits by heart: accuracy reaches 100%, validation stops well below."
)
PRESET_NOISE = "Two labels in five are wrong"
PRESET_NOISE_WATCH = (
    "At first accuracy stays near 60%, for the labels lie; yet validation, with right labels, "
    "climbs far above it."
)
PRESET_L2 = "L2 shrinks the weights"
PRESET_L2_WATCH = (
    "The weight norm falls as the pull towards 0 wins; the loss stays higher than without it."
)
PRESET_ORIGINAL = "The original's start"
PRESET_ORIGINAL_WATCH = (
    "Weights from -1 to 1, as in the program that this one follows: it begins with a loss above 10 "
    "and learns, but stays behind the good recipe."
)
PRESET_COSINE = "A rate that lands at 0"
PRESET_COSINE_WATCH = (
    "The rate begins high and falls along a cosine: at step 2000 it is 0, and from there on "
    "validation stands still."
)
