"""Measuring weights: `python -m app.model.evaluate`.

    conditions.py, non_digits.py -> readings.py -> report.py -> __main__.py, the command line
    evaluation.py: a few figures, without a report
    bounds.py: how far weights can take a network, whatever the image

Not sent to the browser, which measures with the API's samples.
"""
