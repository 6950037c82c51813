"""A store as a dataset of torch: the arrays of the store, in batches, also from other processes."""

import pickle

import numpy as np
import torch
from torch.utils.data import DataLoader

from ptacl.data.splits import split_rows
from ptacl.data.store_dataset import StoreDataset
from ptacl.phenotypes import PHENOTYPE_KEYS


def test_a_batch_holds_the_arrays_of_the_store(tiny_store) -> None:
    dataset = StoreDataset(tiny_store, "test")
    batch = next(iter(DataLoader(dataset, 4)))
    rows = split_rows(tiny_store, "test")[:4]
    np.testing.assert_array_equal(batch.row, rows)
    np.testing.assert_array_equal(batch.ecg, tiny_store.ecg_rows(rows))
    np.testing.assert_array_equal(batch.cine, tiny_store.cine_rows(rows))
    measured = tiny_store.table[list(PHENOTYPE_KEYS)].iloc[rows].to_numpy(np.float32)
    np.testing.assert_array_equal(batch.phenotypes, measured)
    assert dataset.subject_ids[:4] == list(tiny_store.table["subject_id"].iloc[rows])


def test_without_a_split_every_subject_is_in_it(tiny_store) -> None:
    assert len(StoreDataset(tiny_store.path)) == len(tiny_store)


def test_another_process_opens_the_store_anew(tiny_store) -> None:
    dataset = StoreDataset(tiny_store, "val")
    expected = dataset[1]
    packed = pickle.dumps(dataset)
    assert len(packed) < 20_000  # no mapped array and no table is sent
    copy = pickle.loads(packed)
    assert all(torch.equal(a, b) for a, b in zip(copy[1], expected, strict=True))
