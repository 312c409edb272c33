"""What visitors read on the tour."""

TOUR_OPEN = "Tour"
TOUR_OFFER = "New here? Take the two-minute tour"
TOUR_DECLINE = "No, thanks"
TOUR_POSITION = "Step {step} of {steps}"
TOUR_BACK = "Back"
TOUR_NEXT = "Next"
TOUR_FINISH = "Finish"
TOUR_END = "End tour"
TOUR_GO = "Go there"
TOUR_DONE = "Done. Go on when you like."
TOUR_DRAW_TITLE = "Draw a digit"
TOUR_DRAW_TEXT = (
    "With mouse, pen or finger, or with the arrow keys and Space. Any digit from 0 to 9, large or "
    "small."
)
TOUR_SEEN_TITLE = "What it sees"
TOUR_SEEN_TEXT = (
    "The network gets this picture: your drawing set upright, scaled and centered. To it, that is "
    "784 numbers, and nothing more."
)
TOUR_BARS_TITLE = "Ten bars"
TOUR_BARS_TEXT = (
    "For each digit, how sure the network is. The ten always add up to 100%, and change while "
    "you draw."
)
TOUR_MISTAKE_TITLE = "Make it err"
TOUR_MISTAKE_TEXT = (
    "Clear the paper, and draw a digit so oddly that you can read it and the network cannot: "
    "slanted, or with a flourish."
)
TOUR_TEACH_TITLE = "Teach it"
TOUR_TEACH_TEXT = (
    "Say which digit it is and take one step: all weights move a little, and the loss, which says "
    "how wrong it was, falls."
)
TOUR_TRAIN_TITLE = "Train it"
TOUR_TRAIN_TEXT = (
    "Start training: it learns from thousands of labeled digits. Its loss falls, its accuracy "
    "rises. Pause whenever you like."
)
TOUR_EVALUATE_TITLE = "How good is it?"
TOUR_EVALUATE_TEXT = (
    "Evaluate has it read all test digits, which it never trains on. Choose a cell of the table "
    "to see the digits that it confuses."
)
TOUR_SHARE_TITLE = "Share it"
