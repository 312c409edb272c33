"""Training from start to end: `python -m app.model.train`, and the recipe of the shipped weights.

    recipe.py (what to learn from) or loop.py (a split) -> __main__.py, the command line

Not sent to the browser, which trains by single steps (training.py).
"""
