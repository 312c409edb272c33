"""What visitors read of the hidden units, and of which ink spoke for which digit."""

INSIDE_SUMMARY = "What its hidden units look for, and which ink spoke for which digit"
INSIDE_WORDS = (
    "Between the 784 pixels and the ten digits are 128 hidden units. Each weighs the ink of every "
    "pixel; if its sum is above zero, it responds, and adds to some digits and takes from others. "
    "The digit with the largest total is read."
)
INSIDE_UNITS = "The 128 hidden units"
INSIDE_FOR = "ink here makes it respond"
INSIDE_AGAINST = "ink here holds it back"
INSIDE_BAR = "how strongly it responds to your drawing"
INSIDE_UNIT_BUTTON = "Unit {unit}"
INSIDE_UNIT_PICTURE = "The weights of unit {unit}"
INSIDE_RESPONDS = "It responds to your drawing with {activation}."
INSIDE_SILENT = "It does not respond to your drawing: ink on orange outweighs ink on blue."
INSIDE_NOT_ASKED = "Draw a digit to see whether it responds."
INSIDE_DIGIT = "Digit"
INSIDE_WEIGHT = "Weight"
INSIDE_ADDS = "Adds now"
INSIDE_UNIT_TABLE = "What it adds to each digit: its weight, times its response."

INSIDE_DRAWING = "Which ink spoke for which digit?"
INSIDE_COMPARE_FOR = "For"
INSIDE_COMPARE_AGAINST = "and against"
INSIDE_LIKELIEST = "the likeliest"
INSIDE_NEXT = "the next likeliest"
INSIDE_VOTES_PICTURE = (
    "The drawing as the network gets it; blue ink speaks for {first}, orange ink for {second}"
)
INSIDE_VOTES_FOR = "for {first}"
INSIDE_VOTES_AGAINST = "for {second}"
INSIDE_VOTES = (
    "All blue ink: {votes_for}. All orange ink: {votes_against}. Together {difference}, and that "
    "is exactly how far the total of {first} is from that of {second}: nothing else takes part."
)
INSIDE_LOADING = "The network is still loading."
INSIDE_NOTHING_DRAWN = "Nothing is drawn yet. Draw a digit, or load a sample."

INSIDE_TELLING = "What the units add to each digit"
INSIDE_TELLING_NOTE = (
    "{active} of 128 units respond. Those that tell the digits apart most come first. Choose one "
    "to see it."
)
INSIDE_UNIT = "Unit"
INSIDE_ACTIVATION = "Response"
INSIDE_OTHERS = "Others"
INSIDE_TOTAL = "Total"
INSIDE_SHARE = "Probability"
INSIDE_SHARE_NOTE = (
    "The totals are the logits. Softmax makes the probabilities: e to the power of each, by the "
    "sum of all ten."
)

INSIDE_WHY = "Why did it miss?"
INSIDE_WHY_NOTE = (
    "Often the drawing is more like training digits of another label. Near means that the hidden "
    "units respond in the same proportions: distance 0 is alike, 1 has nothing in common."
)
INSIDE_FIND = "Find the nearest training digits"
INSIDE_FETCHING = "Fetching training digits: {done} of {total}"
INSIDE_COMPARING = "Comparing…"
INSIDE_YOURS = "as drawn"
INSIDE_SEEN = "as it sees it"
INSIDE_NEAREST = "The {count} nearest of {among} training digits: {labels}."
INSIDE_COUNTED = "{count} of label {label}"
INSIDE_DISTANCE = "distance {distance}"
INSIDE_NEAREST_NOTE = "Choose a digit to see it on the grid, and which ink spoke for it."
INSIDE_NOT_SEEN = "The network could not be looked into"
INSIDE_NOT_FOUND = "The nearest digits could not be found"
