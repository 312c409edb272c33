"""The page's building blocks: formats, folds, live regions, charts, galleries. Know no feature."""
