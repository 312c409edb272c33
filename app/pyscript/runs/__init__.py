"""Former runs, to compare with."""
