"""The rhythm in an inspection, in its table row, its JSON and its text."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ptacl.gallery.rhythm_rule import FIBRILLATION_FACTOR
from ptacl.inference.inspection_json import to_dict
from ptacl.inference.model import Model, load
from ptacl.inference.table import columns, inspection_row, table
from ptacl.reporting.inspection import inspection_table
from ptacl.rhythm.made import fibrillation
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.laid_beats import cut_between_beats
from ptacl.synthetic import simulate_ecg
from ptacl.types import Ecg


@pytest.fixture(scope="module")
def model(tiny_checkpoint: Path) -> Model:
    return load(tiny_checkpoint)


@pytest.fixture(scope="module")
def sinus() -> Ecg:
    return simulate_ecg(5, 1, ages="adults")[0]


@pytest.fixture(scope="module")
def fibrillating(sinus: Ecg) -> Ecg:
    signal = sinus.signal_mv
    cut = cut_between_beats(signal, find_r_peaks(signal, 500.0), 500.0)
    assert cut is not None
    return replace(sinus, signal_mv=fibrillation(cut, np.random.default_rng(2)).signal_mv)


def test_fibrillation_is_told_and_widens(model, sinus, fibrillating) -> None:
    calm, rough = model.inspect(sinus), model.inspect(fibrillating)
    assert calm.rhythm.name == "sinus" and rough.rhythm.name == "atrial_fibrillation"
    assert "rhythm_fibrillation" in {caveat.code for caveat in rough.caveats}
    assert "rhythm_fibrillation" not in {caveat.code for caveat in calm.caveats}
    plain = model.gallery.read(rough.embedding, rough.features, rough.prepared.quality)
    assert len(plain.predictions) == len(rough.predictions)
    for narrow, wide in zip(plain.predictions, rough.predictions, strict=True):
        assert wide.value == narrow.value
        assert wide.high - wide.low == pytest.approx(
            FIBRILLATION_FACTOR * (narrow.high - narrow.low)
        )


def test_table_json_and_text_have_it(model, fibrillating) -> None:
    inspection = model.inspect(fibrillating)
    row = inspection_row(inspection)
    assert row["rhythm"] == "atrial fibrillation" and "irregular" in str(row["rhythm_evidence"])
    assert {"rhythm", "rhythm_probability", "rhythm_evidence"} <= {c.key for c in columns()}
    assert table([row]).iloc[0].rhythm_probability == pytest.approx(
        inspection.rhythm.probability, abs=0.01
    )
    record = to_dict(inspection)["rhythm"]
    assert record["name"] == "atrial_fibrillation" and len(record["probabilities"]) == 6
    assert "rhythm     atrial fibrillation" in inspection_table(inspection)


def test_an_unusable_ecg_has_no_rhythm_but_a_reason(model, sinus) -> None:
    noise = np.random.default_rng(0).normal(0, 0.5, (12, 5000)).astype(np.float32)
    inspection = model.inspect(replace(sinus, signal_mv=noise))
    assert inspection.withheld and inspection.rhythm is None
    assert to_dict(inspection)["rhythm"] is None and "rhythm" not in inspection_row(inspection)
    assert "rhythm     " not in inspection_table(inspection)


def test_a_subject_of_the_gallery_has_one(model) -> None:
    names = {
        found.rhythm.name
        for subject in model.gallery.table.index[:5]
        if (found := model.gallery.inspection(subject)).rhythm is not None
    }
    assert names
