"""For all tests: one thread for NumPy's products, which are small here, and how many processes.

On a busy machine OpenBLAS's threads wait for one another, and tests took ten times as long.
"""

import os

import pytest

# Before NumPy is imported, which reads it then.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: a quarter of the time is spent in tests that wait for a
    server of their own."""
    return (os.cpu_count() or 1) + 1
