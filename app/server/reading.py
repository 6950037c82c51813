"""The reader of uploads, in separate processes with limits, that all sessions share."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ptacl.io.cohort.isolated import IsolatedReader


@functools.cache
def reader() -> IsolatedReader:
    """Return the reader that all sessions share."""
    from ptacl.io.cohort.isolated import IsolatedReader  # imports every reader

    return IsolatedReader()
