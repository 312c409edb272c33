"""Measuring a recipe on writers it did not learn from: `python -m app.model.crossvalidate`.

    folds.py -> report.py -> __main__.py, the command line

Not sent to the browser.
"""
