"""Curves of many hearts in one file: what is kept, and which files are refused."""

from pathlib import Path

import numpy as np
import pytest

from ptacl.errors import PtaclError
from ptacl.motion.many import (
    PHASES,
    CohortMotion,
    cohort_motion,
    read_cohort_motion,
    resampled_curves,
    write_cohort_motion,
)
from tests.motion.made_motion import record


def made(count: int = 3) -> CohortMotion:
    phases = np.arange(10) / 10
    curves = {
        f"S{n}": resampled_curves(record(turn_deg=n), phases, 900.0 + n) for n in range(count)
    }
    return cohort_motion(curves, "exact 1")


def test_curves_come_back_in_half_precision(tmp_path: Path) -> None:
    before = made()
    write_cohort_motion(before, tmp_path / "motion.npz")
    after = read_cohort_motion(tmp_path / "motion.npz")
    assert after.subject_ids == ("S0", "S1", "S2") and after.segmenter == "exact 1"
    assert after.circumferential_percent.shape == (3, 3, 6, PHASES)
    np.testing.assert_array_equal(after.rotation_deg, before.rotation_deg)
    assert after.rotation_deg[2].max() == pytest.approx(2, abs=0.01)
    assert np.isnan(after.rv_free_wall_percent).all()
    np.testing.assert_allclose(after.rr_ms, [900, 901, 902])
    assert after.rows(["S2", "absent", "S0"]).tolist() == [2, -1, 0]
    assert not list(tmp_path.glob(".*"))  # no temporary file is left


def test_resampling_keeps_a_curve() -> None:
    motion = record(frames=25)
    found = resampled_curves(motion, np.arange(25) / 25, 900.0)
    np.testing.assert_allclose(
        np.array(found["global_circumferential_percent"])[:, ::2],
        motion.strain.global_circumferential_percent,
        atol=1e-3,
    )


def test_five_hundred_hearts_take_little_more_than_a_megabyte(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    one = made(1)
    many = {f"S{n}": n for n in range(500)}
    arrays = {
        name: np.repeat(getattr(one, name), 500, axis=0)
        for name in CohortMotion.__dataclass_fields__
        if name not in ("subject_ids", "segmenter")
    }
    noisy = {
        name: (own + rng.normal(0, 1, own.shape)).astype(own.dtype) for name, own in arrays.items()
    }
    write_cohort_motion(CohortMotion(tuple(many), "exact 1", **noisy), tmp_path / "motion.npz")
    assert (tmp_path / "motion.npz").stat().st_size < 1.6e6


@pytest.mark.parametrize("damage", ["cut", "empty", "absent", "text", "flipped"])
def test_damaged_files_are_refused(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "motion.npz"
    write_cohort_motion(made(), path)
    whole = path.read_bytes()
    middle = len(whole) // 2
    content = {
        "cut": whole[:middle],
        "empty": b"",
        "text": b"subject_id,gcs\n",
        "flipped": whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :],
    }
    if damage == "absent":
        path.unlink()
    else:
        path.write_bytes(content[damage])
    with pytest.raises(PtaclError) as error:
        read_cohort_motion(path)
    assert error.value.code == "motion.file"


@pytest.mark.parametrize("change", ["version", "shape", "twice", "dtype"])
def test_files_of_another_version_or_shape_are_refused(change: str, tmp_path: Path) -> None:
    path = tmp_path / "motion.npz"
    write_cohort_motion(made(), path)
    with np.load(path) as file:
        arrays = dict(file)
    header = arrays["header"].tobytes()
    if change == "version":
        header = header.replace(b'"format_version": 1', b'"format_version": 9')
    elif change == "twice":
        header = header.replace(b'"S1"', b'"S2"')
    elif change == "shape":
        arrays["rotation_deg"] = arrays["rotation_deg"][:, :-1]
    else:
        arrays["rr_ms"] = arrays["rr_ms"].astype(np.float64)
    np.savez_compressed(path, **{**arrays, "header": np.frombuffer(header, np.uint8)})
    with pytest.raises(PtaclError) as error:
        read_cohort_motion(path)
    assert error.value.code == "motion.file"
