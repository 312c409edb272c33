"""Evaluate: the network measured on test sets, and what it misreads."""
