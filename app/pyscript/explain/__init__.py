"""Learn: one step taken apart, its numbers and its code."""
