"""Time travel: looking at checkpoints along a run, and going on from one."""
