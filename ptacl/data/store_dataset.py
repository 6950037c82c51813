"""A store as a `torch.utils.data.Dataset`, for training loops of one's own."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from jaxtyping import Float32, Int64, UInt8
from torch import Tensor
from torch.utils.data import Dataset

from ptacl.data.splits import Split, split_rows
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.store import Store, open_store


class StoredPair(NamedTuple):
    """One subject of a store as tensors; a `DataLoader` stacks them field by field."""

    ecg: Float32[Tensor, "leads=12 samples"]
    """Prepared by the recipe, in its unit (mV by default); zeros after the recording's end."""
    cine: UInt8[Tensor, "frames rows columns"]
    frame_phase: Float32[Tensor, " frames"]
    """Cardiac phase of each frame in [0, 1)."""
    phenotypes: Float32[Tensor, " phenotypes"]
    """Measured values in the order and units of `ptacl.phenotypes.PHENOTYPES`; NaN if unknown."""
    row: Int64[Tensor, ""]
    """Row of the subject in `Store.table`."""


class StoreDataset(Dataset[StoredPair]):
    """The pairs of a store, or of one of its splits.

    Arrays stay on disk and are read pair by pair. Worker processes of a `DataLoader` open the
    store anew.

    Args:
        store: an open store or its folder.
        split: ``train``, ``val`` or ``test``, as PTACL's own training divides it (subjects with two
            or more beats); by default all subjects.

    Raises:
        PtaclError: there is no store, or the split is empty.

    Example:
        >>> loader = DataLoader(StoreDataset("cohort", "train"), 64)  # doctest: +SKIP
    """

    def __init__(self, store: Store | Path | str, split: Split | None = None) -> None:
        self.store = store if isinstance(store, Store) else open_store(store)
        every = np.arange(len(self.store))
        self.rows = every if split is None else split_rows(self.store, split)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> StoredPair:
        row = int(self.rows[index])
        record = self.store.table.iloc[row]
        values = record.reindex(list(PHENOTYPE_KEYS)).to_numpy(dtype=np.float32)
        return StoredPair(
            ecg=torch.from_numpy(self.store.ecg_rows([row])[0]),
            cine=torch.from_numpy(self.store.cine_rows([row])[0]),
            frame_phase=torch.from_numpy(np.asarray(record["frame_phases"], dtype=np.float32)),
            phenotypes=torch.from_numpy(values),
            row=torch.tensor(row),
        )

    @property
    def subject_ids(self) -> list[str]:
        """Ids of the subjects, in the order of the dataset."""
        return [str(each) for each in self.store.table["subject_id"].iloc[self.rows]]

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.store.path, "rows": self.rows}  # an open store has its files mapped

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.store, self.rows = open_store(state["path"]), state["rows"]
