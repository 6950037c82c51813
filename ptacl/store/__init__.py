"""The on-disk cohort: open, read and verify a store; `ptacl.store.build` makes one."""

from ptacl.config.atomic_file import write_atomically
from ptacl.store.format import Manifest, Shard
from ptacl.store.reader import Store, open_store, verify_store, withdraw_from_store

__all__ = [
    "Manifest",
    "Shard",
    "Store",
    "open_store",
    "verify_store",
    "withdraw_from_store",
    "write_atomically",
]
