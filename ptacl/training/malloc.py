"""Keep the memory that a step frees for the next one."""

import ctypes
import sys

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
"""Numbers of glibc's settings, from its malloc.h."""
_GIBIBYTE = 1 << 30


def keep_freed_memory() -> bool:
    """Let glibc hold on to freed memory instead of handing it back; returns whether it does.

    Every step of a training on a CPU asks for the same hundreds of megabytes. Handed back in
    between, they come from the kernel page by page, cleared each time: a fifth of the processor's
    time. Other C libraries are left as they are, and so is memory on a GPU.
    """
    if not sys.platform.startswith("linux"):
        return False
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is None:
        return False
    wanted = ((_MMAP_THRESHOLD, _GIBIBYTE), (_TRIM_THRESHOLD, 2 * _GIBIBYTE - 1))
    kept = [set_option(option, value) for option, value in wanted]
    return all(kept) and bool(set_option(_TOP_PAD, _GIBIBYTE // 4))
