"""The settings of a run: what the training should use."""
