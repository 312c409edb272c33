"""Time travel: checkpoints along a run."""
