"""Drawings made of strokes: real ones, our own, and some that are not digits.

Only the recipe (train/recipe.py) and evaluation (evaluate/) need them, so they are not sent to the
browser. Everything is drawn as the page's pen draws it and then goes through preprocessing.py, so
the network learns from exactly the pixels that it will be shown.

    pen_strokes.py (people), digit_strokes.py, letter_strokes.py, scribbles.py (ours)
        -> strokes, arrays (n, 2) of points -> rasterizer.py -> pixels -> preprocessing.py

x runs right and y down. A drawing is a list of strokes; a stroke is one movement of the pen.
"""
