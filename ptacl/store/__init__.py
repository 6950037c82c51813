"""The on-disk cohort: build (resumable), open, verify."""

from ptacl.store.build import build_store
from ptacl.store.format import Manifest, Shard, write_atomically
from ptacl.store.opened import Store, open_store, verify_store

__all__ = [
    "Manifest",
    "Shard",
    "Store",
    "build_store",
    "open_store",
    "verify_store",
    "write_atomically",
]
