"""Threads of the numerical libraries: one in each worker process."""

import os
import sys


def take_one_thread() -> None:
    """Limit this process to one computing thread, so that processes do not fight over the cores."""
    # A library that is imported later, as torch is where cines are measured, reads this.
    os.environ["OMP_NUM_THREADS"] = "1"
    # Both bring a library of linear algebra of their own, and only loaded ones can be limited.
    import numpy  # noqa: F401
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
    if torch := sys.modules.get("torch"):  # it gives every new thread its own number
        torch.set_num_threads(1)
