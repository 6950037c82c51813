"""The table of lead sets: which set an ECG with some leads is read as."""

import numpy as np
import pytest

from ptacl.signal.lead_sets import (
    LEAD_SETS,
    REDUCED_SETS,
    largest_set,
    lead_set,
    presence_table,
    training_weights,
)
from ptacl.types import LEADS, LIMB


def test_names_and_sets_are_unique_and_in_canonical_order() -> None:
    assert len({entry.name for entry in LEAD_SETS}) == len(LEAD_SETS)
    assert len({entry.leads for entry in LEAD_SETS}) == len(LEAD_SETS)
    for entry in LEAD_SETS:
        assert entry.leads == tuple(lead for lead in LEADS if lead in entry.leads)
        assert " " not in entry.name


@pytest.mark.parametrize("lead", LEADS)
def test_no_lead_is_without_a_set(lead: str) -> None:
    found = largest_set([lead])
    assert found is not None
    assert found.leads == (lead,)


def test_an_unlisted_set_is_read_as_the_largest_listed_one_among_it() -> None:
    names = {
        LEADS: "12",
        (*LIMB, "V1", "V2"): "limb",
        (*LIMB, "V1", "V3", "V4", "V5", "V6"): "no-V2",
        ("I", "II"): "II",  # the first of equals; readers complete these to six limb leads
        ("II", "V1", "V4", "V5"): "II-V1-V5",
        (): None,
    }
    for leads, name in names.items():
        found = largest_set(leads)
        assert (found.name if found else None) == name


def test_training_draws_each_reduced_set_and_never_all_leads() -> None:
    assert presence_table().shape == (len(REDUCED_SETS), 12)
    assert not presence_table().all(axis=1).any()
    assert (training_weights() > 0).all()
    assert float(training_weights().sum()) == pytest.approx(1)
    assert np.array_equal(presence_table()[REDUCED_SETS.index(lead_set("II"))],
                          [lead == "II" for lead in LEADS])  # fmt: skip
