"""What the API serves beside the stored digits: the mixture that the page trains on, and drawings
and other digits to measure with. Not sent to the browser.

    data/datasets.py (stored digits), train/recipe.py (sources), drawings -> mixture.py
        -> store.py (on disk)
        -> dataset.py -> the API's samples
"""
