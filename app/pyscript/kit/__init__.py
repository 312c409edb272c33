"""Gadgets of the page that know no feature: formats, folds, live regions, charts, galleries."""
