"""The text of a record: short, whatever it holds, and without hidden fields."""

import dataclasses
import inspect

import numpy as np
import pytest

from ptacl import types
from ptacl.display import LONGEST_REPR, ShortRepr

RECORDS = [
    record
    for record in vars(types).values()
    if inspect.isclass(record) and record.__module__ == types.__name__
]
LARGE = (tuple(range(500)), {f"key {n}": "a long text " * 9 for n in range(50)}, "text " * 100)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
@pytest.mark.parametrize("content", [*LARGE, np.zeros((50, 80, 80))], ids=type)
def test_a_record_full_of_anything_is_a_short_text(record, content) -> None:
    fields = {field.name: content for field in dataclasses.fields(record)}
    made = object.__new__(record)
    for name, value in fields.items():
        object.__setattr__(made, name, value)
    shown = repr(made)
    assert shown.startswith(f"{record.__name__}(") and len(shown) <= LONGEST_REPR


def test_arrays_are_shown_by_type_and_shape_and_few_entries_as_they_are() -> None:
    ecg = types.Ecg(np.zeros((12, 5000), np.float32), 500.0, "npy", missing={"V6": "flat"})
    assert "signal_mv=float32 (12, 5000), sample_rate_hz=500.0" in repr(ecg)
    assert "missing={'V6': 'flat'}" in repr(ecg)


def test_a_hidden_field_is_not_in_the_text() -> None:
    person = types.Person("female", 61.0)
    ecg = types.Ecg(np.zeros((12, 500), np.float32), 500.0, "npy", stated=person)
    assert "stated" not in repr(ecg) and "61" not in repr(ecg)


def test_every_record_of_the_types_has_the_short_text() -> None:
    assert len(RECORDS) > 20 and all(issubclass(record, ShortRepr) for record in RECORDS)
