"""The network and its data: NumPy and the standard library only, and in predict/ Pillow.

The same files run in four places: the browser's worker (Pyodide), the API, the command line
(`python -m app.model.train` and `evaluate`) and the tests. Nothing here knows a page or a request,
so nothing here may import from `app.pyscript` or `api`.

    uint8 pixels -> preprocessing -> Network (initializers) -> kernels (activations, losses)
          |                             ^  |  optimizers, metrics <- training
          |                             |  v
          +--------> readability <------+  serialization -> .npz, JSON

The modules here and in kernels are sent to browsers, so they import none of the other folders.
Those import each other in one direction only:

    data -> drawings -> evaluate -> train -> crossvalidate, served
    drawings -> predict
"""
