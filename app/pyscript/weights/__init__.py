"""Weights: shared, random or of a file; publishing them, and their history."""
