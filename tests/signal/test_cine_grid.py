import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptacl.io import read_cine_slices
from ptacl.signal.cine_grid import locate_heart, to_bytes, to_grid, to_phases
from ptacl.synthetic.cohort import simulate_subject
from tests.signal.made_ecgs import make_ring


@pytest.mark.parametrize("centre", [(40.0, 52.0), (55.0, 38.0), (48.0, 48.0)])
@pytest.mark.parametrize("noise", [0.0, 10.0])
def test_the_beating_ring_is_found(centre, noise):
    ring = make_ring(25, centre=centre)
    ring += np.random.default_rng(0).normal(0, noise, ring.shape).astype("f4")
    row, column = locate_heart(ring)
    assert np.hypot(row - centre[0], column - centre[1]) < 1.5


def test_the_chest_wall_does_not_draw_the_centre():
    ring = make_ring(25)
    breathing = np.sin(2 * np.pi * np.arange(25) / 25)[:, None, None]
    ring[:, :3, :] += (60 * breathing).astype("f4")
    row, column = locate_heart(ring)
    assert np.hypot(row - 40, column - 52) < 2


def test_a_still_image_is_centred_in_the_middle():
    still = np.repeat(make_ring(1), 20, axis=0)
    assert locate_heart(still) == (47.5, 47.5)
    assert locate_heart(np.zeros((20, 30, 40), np.uint8)) == (14.5, 19.5)


def test_brightness_that_changes_everywhere_alike_is_no_motion():
    flicker = make_ring(1) + 10 * np.cos(2 * np.pi * np.arange(20) / 20)[:, None, None]
    flicker = flicker.round().astype(np.uint8)
    assert np.isfinite(locate_heart(flicker)).all()
    assert locate_heart(np.full((20, 30, 40), 7.0) + np.arange(20)[:, None, None]) == (14.5, 19.5)


def test_the_same_spacing_is_a_plain_crop():
    frames = np.random.default_rng(0).normal(size=(8, 40, 50)).astype("f4")
    cut = to_grid(frames, (2.0, 2.0), (19.5, 24.5), 20, 2.0)
    np.testing.assert_allclose(cut, frames[:, 10:30, 15:35], atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    slope=st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
    spacing=st.tuples(st.floats(1.0, 3.0), st.floats(1.0, 3.0)),
)
def test_a_plane_stays_the_same_plane_in_millimetres(slope, spacing):
    rows, columns = np.mgrid[:90, :90]
    plane = (slope[0] * rows * spacing[0] + slope[1] * columns * spacing[1])[None]
    grid = to_grid(plane, spacing, (44.0, 44.0), 16, 2.4)[0]
    offset_mm = (np.arange(16) - 7.5) * 2.4
    expected = slope[0] * (44.0 * spacing[0] + offset_mm)[:, None] + slope[1] * (
        44.0 * spacing[1] + offset_mm
    )
    np.testing.assert_allclose(grid, expected, atol=1.2)


def test_beyond_the_border_the_edge_goes_on():
    frames = np.full((8, 10, 10), 5.0, np.float32)
    np.testing.assert_allclose(to_grid(frames, (2.0, 2.0), (0.0, 9.0), 64, 2.0), 5.0, rtol=1e-5)


def test_phases_are_slow_formula_around_the_beat():
    rng = np.random.default_rng(1)
    phases = np.sort(rng.uniform(0, 1, 13))
    values = rng.normal(size=13)
    frames = np.broadcast_to(values[:, None, None], (13, 2, 2))
    shuffled = rng.permutation(13)
    moved = to_phases(frames[shuffled], phases[shuffled], 50)[:, 0, 0]
    expected = np.interp(np.arange(50) / 50, phases, values, period=1.0)
    np.testing.assert_allclose(moved, expected, atol=1e-5)


def test_known_phases_are_kept_and_doubles_count_once():
    frames = np.arange(10.0)[:, None, None] * np.ones((1, 3, 3))
    phases = np.arange(10) / 10
    np.testing.assert_allclose(to_phases(frames, phases, 10), frames, atol=1e-5)
    twice = np.concatenate([frames, frames + 100])
    np.testing.assert_allclose(to_phases(twice, np.tile(phases, 2), 10), frames, atol=1e-5)


def test_bytes_span_the_percentiles_and_survive_a_constant():
    ramp = np.linspace(0, 1000, 8 * 100).reshape(8, 10, 10)
    out = to_bytes(ramp)
    assert (out.min(), out.max()) == (0, 255)
    assert (np.diff(out.ravel().astype(int)) >= 0).all()
    assert (out == 0).sum() == pytest.approx(8, abs=2)
    assert not to_bytes(np.full((8, 4, 4), 7.0)).any()


def test_a_real_end_diastolic_pair_keeps_its_heart_in_view(shared_data):
    nibabel = pytest.importorskip("nibabel")
    folder = shared_data / "cmr" / "nifti_acdc_patient005"
    images = [nibabel.load(folder / f"patient005_frame{f}.nii.gz") for f in ("01", "13")]
    truth = np.asarray(nibabel.load(folder / "patient005_frame01_gt.nii.gz").dataobj)
    middle = truth.shape[2] // 2
    ends = [np.asarray(image.dataobj)[:, :, middle].astype("f4") for image in images]
    share = np.sin(np.pi * np.arange(20) / 20)[:, None, None] ** 2
    cine = ends[0] * (1 - share) + ends[1] * share
    row, column = locate_heart(cine.astype("f4"))
    rows, columns = np.nonzero(truth[:, :, middle] > 0)
    spacing_mm = images[0].header.get_zooms()[:2]
    apart_mm = np.hypot(
        (row - rows.mean()) * spacing_mm[0], (column - columns.mean()) * spacing_mm[1]
    )
    assert apart_mm < 25


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("place", [(96, 96), (110, 84), (80, 116)])
def test_a_simulated_heart_is_found_in_a_large_field_of_view(index, place):
    """345 mm of chest with a moving wall, and a vessel that pulsates at the spine."""
    random = np.random.default_rng(index)
    cine = simulate_subject(7, index).cine
    middle = ((cine.frames.shape[1] - 1) / 2, (cine.frames.shape[2] - 1) / 2)
    heart = to_grid(cine.frames, cine.spacing_mm, middle, 84, 1.8)
    field = np.repeat(random.normal(60, 10, (1, 192, 192)), 50, axis=0).astype("f4")
    beat = 2 * np.pi * np.arange(50) / 50
    field[:, :6] += (20 * np.sin(beat)).astype("f4")[:, None, None]
    rows, columns = np.mgrid[:192, :192]
    vessel = np.hypot(rows - 160, columns - 120) < 6
    field[:, vessel] += (150 * np.exp(-(((beat - 1.2) / 0.7) ** 2))).astype("f4")[:, None]
    top, left = place[0] - 42, place[1] - 42
    field[:, top : top + 84, left : left + 84] = heart
    field += random.normal(0, 6, field.shape).astype("f4")
    found = locate_heart(field)
    assert 1.8 * np.hypot(found[0] - place[0], found[1] - place[1]) < 15


def test_the_heart_of_a_real_pair_is_found_from_two_frames(shared_data):
    nibabel = pytest.importorskip("nibabel")
    folder = shared_data / "cmr" / "nifti_acdc_patient005"
    cine = read_cine_slices(folder)[5]
    truth = np.asarray(nibabel.load(folder / "patient005_frame01_gt.nii.gz").dataobj)[:, :, 5]
    columns, rows = np.nonzero(truth > 0)
    found = locate_heart(cine.frames)
    apart_mm = np.hypot(found[0] - rows.mean(), found[1] - columns.mean()) * cine.spacing_mm[0]
    assert apart_mm < 15
