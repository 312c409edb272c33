"""How it works: one training step explained, with its numbers and its code."""
