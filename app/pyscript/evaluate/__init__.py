"""Evaluating: how well the network reads test sets, and which digits it misreads."""
