"""What commands do with a newer list of withdrawn participants."""

from pathlib import Path


def leave_out(store: Path, withdrawn: Path | None) -> None:
    """Leave the participants of a list out of a store from now on; without a list, nothing."""
    if withdrawn:
        from ptacl.store import withdraw_from_store
        from ptacl.store.withdrawals import read_withdrawn

        withdraw_from_store(store, read_withdrawn(withdrawn))
