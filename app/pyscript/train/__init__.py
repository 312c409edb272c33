"""Training: its settings, start and pause, and the figures and charts of a run."""
