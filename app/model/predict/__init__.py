"""Reading drawings that come from elsewhere: for the API and the command line.

    pictures.py: a PNG -> a drawing       strokes, pixels: drawings already (drawings/rasterizer.py)
    readings.py: drawings -> normalization -> the network -> a digit, or why there is none

Not sent to the browser, whose half is app/pyscript/read/worker.
"""
