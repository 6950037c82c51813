"""Messages for internal errors, which the user cannot correct."""

import logging

from ptacl.config.disk_errors import of_disk


def message(error: Exception, context: str) -> str:
    """Return the message for the page, and log the traceback.

    Args:
        error: the exception.
        context: when it happened, such as ``while reading a.csv``; not logged, as it may name a
            file.
    """
    logging.getLogger(__name__).error("the app failed", exc_info=error)
    if isinstance(error, FileNotFoundError):
        return (
            "A file is gone: the folder of the gallery or of its store was moved or deleted while "
            "the app runs. Put it back, or choose another gallery."
        )
    if isinstance(error, OSError) and (failure := of_disk(error)) is not None:
        return str(failure)
    if isinstance(error, MemoryError):
        return f"This computer ran out of memory {context}. Close other programs and try again."
    return f"PTACL failed {context}. Details are in the terminal where the app was started."
