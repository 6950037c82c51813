"""What the server does while the first browser still loads its scripts: what its page will need."""

import gc
import importlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

_PACKAGE = __package__.rpartition(".")[0]
NEEDED = ("pandas", "pyarrow.parquet", "ptacl.gallery.gallery", f"{_PACKAGE}.layout.page")
"""Modules of the first page, in the order in which it asks for them; none of them knows torch."""


@asynccontextmanager
async def preloading(app: st.App) -> AsyncIterator[None]:
    """Lifespan of the server: a thread goes ahead, and nobody waits for it."""
    threading.Thread(target=go_ahead, daemon=True).start()
    yield


def go_ahead() -> None:
    """Import what the first page needs and begin to open its gallery."""
    gc.disable()  # sweeps of what is being imported find nothing
    try:
        warm()
    finally:
        gc.enable()
    importlib.import_module(f"{__package__}.galleries").open_ahead()
    keep()


def keep() -> None:
    """Leave all that there is now out of the sweep of memory that ends every run of a page."""
    gc.freeze()


def warm() -> None:
    """Import what the first page needs; a page that comes earlier waits for the rest only."""
    for name in NEEDED:
        importlib.import_module(name)
