"""Files of the targets of a store: ``targets.json`` and ``targets.parquet`` beside its shards.

They are no part of a shard: the same import of a cohort with other targets renews them alone.
"""

import json
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from ptacl.config.atomic_file import replacing, write_atomically
from ptacl.config.strict_json import to_dict
from ptacl.io.cohort.targets import TARGETS, TargetTable
from ptacl.store.withdrawals import withdrawn_among

VALUES = "targets.parquet"


def write_targets(folder: Path, table: TargetTable | None) -> None:
    """Write the targets of a store, or remove those of an earlier import if there are none."""
    if table is None:
        for name in (TARGETS, VALUES):
            (folder / name).unlink(missing_ok=True)
        return
    _write_values(folder, table.values)
    text = json.dumps([to_dict(target) for target in table.targets], indent=1)
    write_atomically(folder / TARGETS, text)


def purge_targets(folder: Path, withdrawn: Collection[str]) -> None:
    """Remove subjects from the values of the targets."""
    if not (folder / VALUES).is_file():
        return
    values = pd.read_parquet(folder / VALUES)
    gone = withdrawn_among(values["subject_id"], withdrawn)
    if gone:
        _write_values(folder, values[~values["subject_id"].isin(gone)])


def _write_values(folder: Path, values: pd.DataFrame) -> None:
    with replacing(folder / VALUES) as temporary:
        values.to_parquet(temporary, index=False)
