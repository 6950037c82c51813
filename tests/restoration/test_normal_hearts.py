"""Which hearts a restorer is trained on."""

from itertools import islice

import numpy as np
import pandas as pd
import pytest

from ptacl.data.splits import split_of
from ptacl.errors import PtaclError
from ptacl.restoration.normal_hearts import SimulatedNormals, StoreNormals, collect, is_normal
from ptacl.synthetic import draw_truths
from ptacl.synthetic.without_disease import FLAGS


def test_simulated_normals_have_no_disease_and_are_of_the_split() -> None:
    for split in ("train", "val", "test"):
        indices = list(islice(SimulatedNormals(3).indices(split), 12))
        truths = draw_truths(3, indices, ages="adults")
        assert (truths[list(FLAGS)] == 0).all().all()
        assert {split_of(f"S3-{index:05d}") for index in indices} == {split}


def test_a_phenotype_outside_of_its_reference_is_not_normal() -> None:
    table = pd.DataFrame({
        "sex": ["female", "male", None, "female"],
        "lvef_pct": [60.0, 30.0, 60.0, np.nan],
        "lvm_g": [70.0, 100.0, 150.0, np.nan],
    })  # fmt: skip
    assert is_normal(table).tolist() == [True, False, False, False]


def test_a_flag_of_the_store_counts() -> None:
    table = pd.DataFrame({"sex": ["male"] * 2, "lvef_pct": [60.0] * 2})
    flags = pd.DataFrame({f"truth_{flag}": [0.0, 0.0] for flag in FLAGS})
    flags.loc[1, "truth_lbbb"] = 1.0
    assert is_normal(pd.concat([table, flags], axis=1)).tolist() == [True, False]


def test_a_store_gives_the_views_of_its_normal_subjects(tiny_store) -> None:
    from ptacl.store import open_store

    store = tiny_store if hasattr(tiny_store, "manifest") else open_store(tiny_store)
    source = StoreNormals(store)
    views = list(source.views("train"))
    assert source.synthetic and 0 < len(views) < len(store)
    with pytest.raises(PtaclError, match="normal hearts in the val split"):
        collect(source, "val", 10_000)
