"""Hearts of known volume, measured from labels; and what the slices do not allow to measure."""

from dataclasses import replace

import numpy as np
import pytest

from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.segmentation.inspection import inspect_labels
from ptacl.segmentation.records import CineInspection
from tests.segmentation.made_hearts import EXPERT, Bullet, moved, stack_of


def _inspect(bullet: Bullet, chosen: slice = slice(None), step_mm: float = 10.0) -> CineInspection:
    cines, labels = stack_of(bullet, step_mm)
    return inspect_labels(cines[chosen], labels[chosen], EXPERT, name="made")


def _codes(inspection: CineInspection) -> set[str]:
    return {flag.code for flag in inspection.flags}


def test_a_whole_stack_gives_all_phenotypes() -> None:
    bullet = Bullet()
    measurement = _inspect(bullet).measurement
    assert tuple(measurement.phenotypes) == PHENOTYPE_KEYS
    assert {value.method for value in measurement.phenotypes.values()} == {"summation of slices"}
    assert measurement.lvedv_ml is not None and measurement.lvef_pct is not None
    assert measurement.lvedv_ml.value == pytest.approx(bullet.edv_ml, rel=0.08)
    assert measurement.lvef_pct.value == pytest.approx(bullet.ef_pct, abs=5)
    assert measurement.ed_frame is not None
    assert bullet.share[measurement.ed_frame] < 0.01
    assert measurement.es_frame == int(bullet.share.argmax())
    assert measurement.coverage.text == "" and not measurement.coverage.base_missing


def test_the_numbers_fit_together() -> None:
    found = _inspect(Bullet()).measurement.phenotypes
    for ventricle in ("lv", "rv"):
        edv, esv, sv, ef = (
            found[f"{ventricle}{key}"].value for key in ("edv_ml", "esv_ml", "sv_ml", "ef_pct")
        )
        assert sv == pytest.approx(edv - esv)
        assert ef == pytest.approx(100 * sv / edv)
    assert all(value.low <= value.value <= value.high for value in found.values())


def test_a_single_slice_has_wide_intervals_and_no_right_volume() -> None:
    whole, single = _inspect(Bullet()), _inspect(Bullet(), slice(5, 6))
    assert single.measurement.rv is None
    assert single.measurement.lvedv_ml is not None and whole.measurement.lvedv_ml is not None
    assert single.measurement.lvedv_ml.method == "area-length"
    widths = [
        measured.high - measured.low
        for measured in (single.measurement.lvedv_ml, whole.measurement.lvedv_ml)
    ]
    assert widths[0] > 1.5 * widths[1]
    assert "single_slice" in _codes(single)


def test_a_slice_away_from_the_middle_gives_no_volume() -> None:
    inspection = _inspect(Bullet(), slice(1, 2))
    assert not inspection.measurement.phenotypes
    assert "slice_not_middle" in _codes(inspection)


@pytest.mark.parametrize("chosen", [slice(1, 4), slice(4, 7), slice(7, 11)])
def test_a_third_of_a_heart_gives_areas_and_no_volume(chosen: slice) -> None:
    inspection = _inspect(Bullet(), chosen)
    assert not inspection.measurement.phenotypes
    assert inspection.measurement.lv is None
    assert "too_little_covered" in _codes(inspection)
    assert max(entry.lv_area_mm2.max() for entry in inspection.slice_measurements) > 100
    assert inspection.measurement.ed_frame is not None


def test_a_missing_base_and_apex_are_named() -> None:
    without_base = _inspect(Bullet(), slice(4, None)).measurement.coverage
    without_apex = _inspect(Bullet(), slice(None, 7)).measurement.coverage
    assert without_base.base_missing and "the base" in without_base.text
    assert without_apex.apex_missing and "the apex" in without_apex.text


def test_missing_slices_in_between_are_named_and_bridged() -> None:
    bullet = Bullet()
    cines, labels = stack_of(bullet)
    keep = [index for index in range(len(cines)) if index != 5]
    inspection = inspect_labels(
        [cines[i] for i in keep], [labels[i] for i in keep], EXPERT, name="made"
    )
    coverage = inspection.measurement.coverage
    assert coverage.gaps == ((4, 6),) and coverage.gap_slices == 1
    assert "one slice in between" in coverage.text
    assert inspection.measurement.lvedv_ml is not None
    assert inspection.measurement.lvedv_ml.value == pytest.approx(bullet.edv_ml, rel=0.08)


def test_unknown_distances_give_no_volume() -> None:
    cines, labels = stack_of(Bullet())
    unknown = moved(cines, [None] * len(cines))
    inspection = inspect_labels(unknown, labels, EXPERT, name="made")
    assert not inspection.measurement.phenotypes
    assert "no_slice_distance" in _codes(inspection)


def test_a_heart_that_was_not_found_gives_nothing() -> None:
    cines, labels = stack_of(Bullet())
    inspection = inspect_labels(cines, [0 * own for own in labels], EXPERT, name="made")
    assert not inspection.measurement.phenotypes
    assert inspection.measurement.ed_frame is None
    assert "lv_not_found" in _codes(inspection)


def test_a_heart_without_a_right_ventricle_keeps_its_left_one() -> None:
    cines, labels = stack_of(Bullet())
    left = [np.where(own == 1, 0, own).astype(np.uint8) for own in labels]
    inspection = inspect_labels(cines, left, EXPERT, name="made")
    assert inspection.measurement.lvedv_ml and inspection.measurement.rvedv_ml is None
    assert "rv_missing" in _codes(inspection)


def test_two_phases_are_not_smoothed() -> None:
    bullet = Bullet()
    es = int(bullet.share.argmax())
    cines, labels = stack_of(bullet)
    pairs = [
        replace(
            cine,
            frames=cine.frames[[0, es]],
            frame_times_ms=np.array([0.0, np.nan]),
            rr_ms=float("nan"),
            two_phases=True,
        )
        for cine in cines
    ]
    inspection = inspect_labels(pairs, [own[[0, es]] for own in labels], EXPERT, name="made")
    curve = inspection.measurement.lv
    assert curve is not None
    np.testing.assert_array_equal(curve.ml, curve.smooth_ml)
    assert (inspection.measurement.ed_frame, inspection.measurement.es_frame) == (0, 1)


@pytest.mark.parametrize("seed", range(12))
def test_labels_of_noise_give_finite_numbers_in_order_or_none(seed: int) -> None:
    random = np.random.default_rng(seed)
    cines, labels = stack_of(Bullet())
    count = int(random.integers(1, len(cines) + 1))
    noise = [
        random.choice(4, own.shape, p=random.dirichlet(np.full(4, 0.3))).astype(np.uint8)
        * (random.random((len(own), 1, 1)) < random.random()).astype(np.uint8)
        for own in labels[:count]
    ]
    step = float(random.choice([0.0, 6.0, 10.0, 25.0]))
    places = moved(cines[:count], [index * step for index in range(count)])
    inspection = inspect_labels(places, noise, EXPERT, name="noise")
    for measured in inspection.measurement.phenotypes.values():
        values = (measured.low, measured.value, measured.high)
        assert np.isfinite(values).all() and list(values) == sorted(values)
    curve = inspection.measurement.lv
    assert curve is None or np.isfinite(curve.ml).all()


def test_slices_at_one_place_give_no_volume() -> None:
    cines, labels = stack_of(Bullet())
    inspection = inspect_labels(moved(cines, [0.0] * len(cines)), labels, EXPERT, name="made")
    assert "no_slice_distance" in _codes(inspection)
