"""Withdrawal of participants at the start of a command."""

from pathlib import Path


def leave_out(store: Path, withdrawn: Path | None) -> None:
    """Exclude the participants of a list from a store; do nothing without a list."""
    if withdrawn:
        from ptacl.store import withdraw_from_store
        from ptacl.store.withdrawals import read_withdrawn

        withdraw_from_store(store, read_withdrawn(withdrawn))
