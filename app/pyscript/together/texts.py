"""What visitors read of learning together."""

TOGETHER_INTRODUCTION = (
    "Everybody begins each round with the same network, trains it a little on data of their own, "
    "and sends back the weights. The class's computer averages them: that is the next round's "
    "network."
)
TOGETHER_SPLIT = "Data"
TOGETHER_SHARES = "a random share for everybody"
TOGETHER_TWO_DIGITS = "two digits each"
TOGETHER_OWN = "their own drawings"
TOGETHER_STEPS = "Steps in a round"
TOGETHER_ROUNDS = "Rounds (blank: until I stop)"
TOGETHER_SECONDS = "Seconds for a round"
TOGETHER_BEGIN = "Begin"
TOGETHER_STOP = "Stop"
TOGETHER_TAKE = "Take the result"
TOGETHER_SENT = (
    "Pupils' pages send weights to the class's computer, no drawings. It keeps those of the "
    "current round and the result until the class ends, 12 hours after it was last used at the "
    "latest."
)
TOGETHER_WHAT_IS_SENT = "What is sent?"
TOGETHER_PUPIL_SENT = (
    "Your page sends weights to the class's computer, no drawings. They are averaged with the "
    "others', and the teacher sees whether yours could be used. They are kept until the round is "
    "over. Your own network stays as it is; with Take the result, the class's takes its place."
)
TOGETHER_BAD_NUMBER = "{name}: expected a whole number from {lowest} to {highest}."
TOGETHER_COMMON = "Common network, %"
TOGETHER_ALONE = "One pupil alone, on average"
TOGETHER_CENTRAL = "All data in one place"
TOGETHER_ROUND = "Round"
TOGETHER_CHART = "Accuracy by round"
TOGETHER_UNKNOWN = "-"
TOGETHER_ROUND_OF = "{round} of {rounds}"
TOGETHER_RUNNING = (
    "Round {round}: {answered} of {count} have answered. The common network reads {share} right."
)
TOGETHER_DONE = "Over after {rounds} rounds. The common network reads {share} right."
TOGETHER_LEFT_OUT = "Left out of the last round: {names}"
TOGETHER_LEFT_OUT_ONE = "{name}: {reason}"
TOGETHER_NOTE = "Learning together"
TOGETHER_NEXT_ROUND = "You take part from the next round on."
TOGETHER_PART = "Round {round}: you learn from {learns}. The class's network reads {share} right."
TOGETHER_LEARNS_SHARES = "your share of the data"
TOGETHER_LEARNS_DIGITS = "{first}s and {second}s alone"
TOGETHER_LEARNS_OWN = "the drawings in your tray"
TOGETHER_OVER = "It is over. The class's network reads {share} right."
TOGETHER_YOU_LEFT_OUT = "Your last answer could not be used."
TOGETHER_NAME = "class {code}"
TOGETHER_NO_DRAWINGS = (
    "Your tray has no drawings to learn from. Keep some, under Teach it your hand; every fifth is "
    "held out."
)
TOGETHER_NOT_TRAINED = "Your part of the round could not be trained"
TOGETHER_NOT_TAKEN = "The class's network could not be taken"
