"""Random appearance of simulated cines: other images of the same hearts."""

from dataclasses import replace

import numpy as np
import pytest

from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV, Labels
from ptacl.synthetic import SIMULATION_VERSION, simulate_cine, simulate_masks, simulate_subject
from ptacl.synthetic.appearance.fields import draw_field, field
from ptacl.synthetic.appearance.random_appearance import (
    Orientation,
    RandomAppearance,
    draw_appearance,
)
from ptacl.synthetic.appearance.rendering import render_random_cine
from ptacl.synthetic.cine import pixel_line_mm
from ptacl.synthetic.contours import motion_in_phases
from ptacl.synthetic.middle_slice import slice_geometry

SEED, SIZE = 3, 64


def with_quiet_scanner(appearance: RandomAppearance) -> RandomAppearance:
    """Without bands, ghosts, borders and most of the noise: brightness then tells tissues."""
    clear = replace(
        appearance.acquisition, band_depth=0.0, ghost=0.0, cuts_mm=(np.inf,) * 4, noise=0.004
    )
    blood = replace(appearance.tissues, flow_change=0.0)
    return replace(appearance, acquisition=clear, tissues=blood)


def upright(appearance: RandomAppearance, index: int) -> RandomAppearance:
    """At the place of the plain cine."""
    centre = slice_geometry(SEED, index).chest.centre_mm
    return replace(appearance, orientation=Orientation(centre, 0.0, False))


def rendered(appearance: RandomAppearance, index: int) -> np.ndarray:
    heart = slice_geometry(SEED, index)
    return render_random_cine(
        np.random.default_rng(index), heart.chest, heart.motion, appearance, size=SIZE
    )


def separation(frames: np.ndarray, inside: np.ndarray, outside: np.ndarray) -> float:
    """Probability that a pixel inside is brighter than one outside, worst of some frames."""
    found = []
    for frame, bright, dark in zip(frames, inside, outside, strict=True):
        a, b = frame[bright].astype(float), frame[dark].astype(float)
        found.append((a[:, None] > b).mean() + 0.5 * (a[:, None] == b).mean())
    return min(found)


@pytest.mark.parametrize("index", range(8))
def test_blood_lies_where_the_exact_labels_have_it_in_every_frame(index: int) -> None:
    appearance = with_quiet_scanner(draw_appearance(np.random.default_rng(index)))
    frames = rendered(upright(appearance, index), index)[::7]
    (labels,) = simulate_masks(SEED, index)
    cavity, muscle = labels[::7] == LV, labels[::7] == MYOCARDIUM
    assert separation(frames, cavity, muscle) > 0.85
    moved = np.roll(cavity, 12, axis=2)
    assert separation(frames, moved, muscle) < 0.85  # control


@pytest.mark.parametrize("mirrored", [False, True])
def test_orientation_moves_the_image_rigidly(mirrored: bool) -> None:
    """The labels, carried along, still separate blood from muscle; areas are the same."""
    appearance = with_quiet_scanner(draw_appearance(np.random.default_rng(4)))
    orientation = Orientation(np.array([7.0, -9.0]), 2.0, mirrored)
    frames = rendered(replace(appearance, orientation=orientation), 0)[:1]
    labels = carried(simulate_masks(SEED, 0, size=256)[0][:1], orientation)
    assert separation(frames, labels == LV, labels == MYOCARDIUM) > 0.85
    for label in (LV, MYOCARDIUM, RV):
        before = (simulate_masks(SEED, 0)[0][0] == label).sum()
        assert (labels == label).sum() == pytest.approx(before, rel=0.06)


def carried(fine: Labels, orientation: Orientation) -> np.ndarray:
    """Labels at the pixels of an image, looked up in finer labels of the upright chest."""
    line = pixel_line_mm(SIZE)
    x, y = orientation.chest_mm(*np.meshgrid(line, line))
    centre, size = slice_geometry(SEED, 0).chest.centre_mm, fine.shape[1]
    step = 153.6 / size
    column, row = (
        np.rint((place + shift) / step + (size - 1) / 2).astype(int).clip(0, size - 1)
        for place, shift in ((x, centre[0]), (y, centre[1]))
    )
    return fine[:, row, column]


def test_the_same_subject_has_the_same_ecg_and_volumes_in_another_image() -> None:
    plain, drawn = (simulate_subject(SEED, 2, appearance=each) for each in ("plain", "random"))
    assert plain.ecg.signal_mv.tobytes() == drawn.ecg.signal_mv.tobytes()
    assert plain.subject == drawn.subject and plain.truth == drawn.truth
    assert drawn.cine.frames.shape == (50, 64, 64) and drawn.cine.frames.dtype == np.uint8
    assert drawn.cine.spacing_mm == plain.cine.spacing_mm
    np.testing.assert_array_equal(drawn.cine.frame_times_ms, plain.cine.frame_times_ms)
    a, b = (each.cine.frames[0].ravel().astype(float) for each in (plain, drawn))
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.8


def test_seed_index_and_repeat_determine_the_cine() -> None:
    first = simulate_cine(SEED, 2).frames
    simulate_cine(SEED, 5)
    assert first.tobytes() == simulate_cine(SEED, 2).frames.tobytes()
    subject = simulate_subject(SEED, 2, appearance="random")
    assert first.tobytes() == subject.cine.frames.tobytes()
    others = [simulate_cine(SEED, 2, repeat=1), simulate_cine(SEED, 3), simulate_cine(4, 2)]
    assert len({first.tobytes(), *(each.frames.tobytes() for each in others)}) == 4


def test_whoever_changes_the_appearance_of_a_seed_raises_the_version() -> None:
    # Changed on purpose? Raise SIMULATION_VERSION, and put the new values here.
    found = [simulate_cine(1, index).frames.mean() for index in (5, 20, 30)]
    assert SIMULATION_VERSION == 5
    assert found == pytest.approx([54.8146, 71.7753, 80.5054], rel=1e-4)


def test_a_slice_beside_the_middle_shows_another_cavity() -> None:
    """A slice towards the apex is smaller, so that the spread hides part of the volume."""
    first, moved = (simulate_cine(SEED, 2, spread_mm=spread).frames for spread in (0.0, 10.0))
    assert 0 < np.abs(first.astype(float) - moved).mean() < 30


def test_cines_use_all_grey_levels_as_prepared_real_ones_do() -> None:
    for index in range(5):
        frames = simulate_cine(SEED, index).frames
        low, high = np.percentile(frames, (1, 99))
        assert low <= 5 and high >= 250, index


def test_appearances_differ_in_what_they_should() -> None:
    rng = np.random.default_rng(0)
    drawn = [draw_appearance(rng) for _ in range(400)]
    contrast = [each.tissues.muscle / each.tissues.blood for each in drawn]
    assert min(contrast) < 0.13 and 0.58 < max(contrast) < 0.63
    assert {each.acquisition.phases for each in drawn} >= {20, 25, 30, 50}
    assert 0.30 < np.mean([abs(each.orientation.turn_rad) < 0.35 for each in drawn]) < 0.45
    assert 0.15 < np.mean([each.orientation.mirrored for each in drawn]) < 0.35
    assert 0.4 < np.mean([each.walls.ring > 0 for each in drawn]) < 0.6


def test_motion_in_other_phases_is_the_same_motion() -> None:
    motion = slice_geometry(SEED, 1).motion
    assert motion_in_phases(motion, 50) is motion
    coarse = motion_in_phases(motion, 25)
    np.testing.assert_allclose(coarse.radius, motion.radius[::2])
    np.testing.assert_allclose(motion_in_phases(motion, 100).wall[::2], motion.wall)


def test_fields_have_unit_variance_whatever_their_size() -> None:
    rng = np.random.default_rng(0)
    for cells, size in ((3, 64), (12, 64), (12, 96)):
        drawn = np.stack([field(draw_field(rng, cells), size) for _ in range(300)])
        assert np.abs(drawn.var(axis=0) - 1).mean() < 0.1
    coefficients = draw_field(rng, 6)
    small, large = field(coefficients, 32), field(coefficients, 96)
    np.testing.assert_allclose(large[1::3, 1::3], small, atol=1e-4)
