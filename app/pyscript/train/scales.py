"""The vertical scales of charts of loss and accuracy, as uPlot takes them."""

# In percent: the top is at most 100, the bottom at most 90, so that small changes near 100 look
# small.
ACCURACY_SCALE = {"range": {"min": {"pad": 0.05, "soft": 90, "mode": 1}, "max": {"hard": 100}}}
LOGARITHMIC = 3
LOSS_SCALE = {"distr": LOGARITHMIC}
# The axis of the loss is logarithmic, so a loss of 0 is drawn as this.
LEAST_LOSS = 1e-4
