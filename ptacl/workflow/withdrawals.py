"""Withdrawal of participants at the start of a step."""

from pathlib import Path

from ptacl.store import withdraw_from_store
from ptacl.store.withdrawals import read_withdrawn


def leave_out(store: Path, withdrawn: Path | str | None) -> None:
    """Exclude the participants of a list from a store; do nothing without a list."""
    if withdrawn is not None:
        withdraw_from_store(store, read_withdrawn(Path(withdrawn)))
