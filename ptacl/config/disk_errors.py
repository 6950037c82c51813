"""Errors of a disk that is full or cannot be written to, in words."""

import errno

from ptacl.errors import PtaclError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def of_disk(error: OSError) -> PtaclError | None:
    """Return the error of a disk that is full or write-protected; None for any other.

    Its message names no file, as a file name may identify a participant.

    Args:
        error: from writing a file.

    Example:
        >>> of_disk(OSError(errno.ENOSPC, "No space left on device")).code
        'system.disk_full'
    """
    # NumPy tells a short write without a number.
    short = error.errno is None and "requested and" in str(error)
    if short or error.errno in _FULL:
        return PtaclError(
            "The disk is full, or a file has reached the largest size that is allowed. Free some "
            "space, then run the same command again.",
            code="system.disk_full",
        )
    if error.errno == errno.EROFS:
        return PtaclError(
            "The disk is read-only. Choose a folder that can be written to.",
            code="system.read_only",
        )
    return None
