"""For all tests: one thread for NumPy's products, which are small here.

On a busy machine OpenBLAS's threads wait for one another, and tests took ten times as long.
"""

import os

# Before NumPy is imported, which reads it then.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
