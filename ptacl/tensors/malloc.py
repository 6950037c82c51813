"""Settings of glibc's malloc that keep freed memory for the next training step."""

import ctypes
import sys

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
"""Numbers of the parameters of mallopt, from glibc's malloc.h."""
_GIBIBYTE = 1 << 30


def keep_freed_memory() -> bool:
    """Make glibc keep freed memory instead of returning it to the kernel.

    Every training step on a CPU allocates the same hundreds of megabytes. If they are returned to
    the kernel in between, it clears them page by page in every step, which takes a fifth of the
    processor time. Other C libraries and GPU memory are not affected.

    Returns:
        Whether the settings were accepted.
    """
    if not sys.platform.startswith("linux"):
        return False
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is None:
        return False
    settings = ((_MMAP_THRESHOLD, _GIBIBYTE), (_TRIM_THRESHOLD, 2 * _GIBIBYTE - 1))
    accepted = [set_option(option, value) for option, value in settings]
    return all(accepted) and bool(set_option(_TOP_PAD, _GIBIBYTE // 4))
