"""Server start: import the modules of the first page and open its gallery in advance."""

import asyncio
import gc
import importlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from ptacl.parallel.private_folder import remove_leftovers

from ..server.ended_sessions import sweep_for_ever

_PACKAGE = __package__.rpartition(".")[0]
NEEDED = ("pandas", "pyarrow.parquet", "ptacl.gallery.gallery", f"{_PACKAGE}.layout.page")
"""Modules of the first page in the order of their use; none of them imports torch."""


@asynccontextmanager
async def preloading(app: st.App) -> AsyncIterator[None]:
    """Preload in a thread for the lifespan of the server."""
    threading.Thread(target=preload, daemon=True).start()
    sweeping = asyncio.create_task(sweep_for_ever(app))
    yield
    sweeping.cancel()


def preload() -> None:
    """Import the modules of the first page and start opening its gallery."""
    gc.disable()  # nothing to collect while modules are imported
    try:
        import_modules()
    finally:
        gc.enable()
    importlib.import_module(f"{__package__}.galleries").open_ahead()
    remove_leftovers()
    freeze_gc()


def freeze_gc() -> None:
    """Exclude all current objects from the garbage collection at the end of every page run."""
    gc.freeze()


def import_modules() -> None:
    """Import the modules of the first page; a page that starts earlier waits only for the rest."""
    for name in NEEDED:
        importlib.import_module(name)
