"""Comparing runs: the run under way with former ones."""
