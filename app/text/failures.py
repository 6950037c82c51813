"""What the page says when something failed that nobody on the page can put right."""

import logging


def told(error: Exception, doing: str) -> str:
    """Sentences for the page; the log gets the rest, without the name of a file.

    Args:
        error: the one being handled.
        doing: what it put an end to, such as ``while reading a.csv``.
    """
    logging.getLogger(__name__).exception("the app failed")
    if isinstance(error, MemoryError):
        return f"This computer ran out of memory {doing}. Close what else is open, and try again."
    return f"PTACL failed {doing}. Details are in the terminal where the app was started."
