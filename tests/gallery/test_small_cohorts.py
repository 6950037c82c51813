"""Galleries of 40 to 300 pairs, and of fewer: what they predict, and what they say of it."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ptacl.data.splits import rows_by_split
from ptacl.gallery import read_manifest
from ptacl.gallery.build import build_gallery
from ptacl.gallery.gallery import Gallery
from ptacl.gallery.withholding import calibration_caveats
from ptacl.regression.calibration_plan import plan_calibration
from ptacl.store import Store, open_store
from ptacl.types import withholding_reason
from tests.conftest import made_once
from tests.made.cohorts import simulated_store


def gallery_of(store: Store, checkpoint: Path, out: Path) -> Gallery:
    lines: list[str] = []
    rows = np.arange(len(store))
    gallery = build_gallery(store, checkpoint, out, rows=rows, with_signals=False, say=lines.append)
    assert plan_calibration(store).sentence in lines
    return gallery


@pytest.fixture(scope="module")
def small_stores(shared_folder: Path) -> dict[int, Store]:
    (shared_folder / "small").mkdir(exist_ok=True)
    return {
        count: open_store(
            made_once(
                shared_folder / "small" / str(count),
                partial(simulated_store, subjects=count, first=5000, workers=1),
            )
        )
        for count in (16, 45)
    }


def test_a_large_cohort_is_calibrated_on_its_validation_subjects(tiny_store: Store) -> None:
    plan = plan_calibration(tiny_store)
    assert plan.kind == "split" and not set(plan.fit) & set(plan.calibrate)


@pytest.mark.slow
def test_45_pairs_give_volumes_with_intervals_and_say_on_what_they_rest(
    small_stores, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    store = small_stores[45]
    plan = plan_calibration(store)
    assert plan.kind == "cross" and not set(plan.fit) & set(rows_by_split(store, "test"))
    gallery = gallery_of(store, tiny_checkpoint, tmp_path / "gallery")
    inspection = gallery.inspection(store.table["subject_id"].iloc[0])
    assert len(inspection.predictions) == 9
    assert all(entry.low < entry.value < entry.high for entry in inspection.predictions)
    (caveat,) = [entry for entry in inspection.caveats if entry.code == "small_cohort"]
    assert f"rest on {plan.measured} subjects only" in caveat.text
    assert caveat.severity == "info"  # the encoder was trained on another cohort


@pytest.mark.slow
def test_16_pairs_give_a_gallery_without_volumes(
    small_stores, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    store = small_stores[16]
    gallery = gallery_of(store, tiny_checkpoint, tmp_path / "gallery")
    inspection = gallery.inspection(store.table["subject_id"].iloc[0])
    assert inspection.predictions == () and inspection.neighbours
    reason = withholding_reason(inspection.prepared.quality, inspection.caveats)
    assert "no volumes are predicted" in reason


def test_an_encoder_trained_on_the_same_subjects_is_warned_of(
    tiny_checkpoint: Path,
) -> None:
    manifest = read_manifest(tiny_checkpoint / "gallery")
    assert calibration_caveats(manifest) == ()
    own = replace(manifest, calibration="cross", calibrated_on=80, trained_on_calibration=True)
    (caveat,) = calibration_caveats(own)
    assert caveat.severity == "check" and "may be too narrow" in caveat.text
