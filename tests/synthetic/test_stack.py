"""The stack about the simulated slice: the same heart, cut elsewhere."""

import warnings

import numpy as np
import pytest

from ptacl.synthetic import draw_truths, simulate_stack, simulate_subject
from ptacl.synthetic.chest import draw_chest
from ptacl.synthetic.contours import Motion, slice_motion
from ptacl.synthetic.stack import motion_at

SEED = 5


def motion_of_first() -> tuple[Motion, float, float]:
    pair = simulate_subject(SEED, 0)
    chest = draw_chest(np.random.default_rng(0), length=0.0, rvl=0.0, adiposity=0.0)
    motion = slice_motion(chest, pair.truth, pair.subject.phenotypes)
    return motion, pair.subject.phenotypes["lvedv_ml"], pair.subject.phenotypes["lvm_g"]


@pytest.mark.parametrize("count", [1, 3, 10])
def test_the_middle_slice_is_the_cohort_s_cine(count: int) -> None:
    pair, stack = simulate_stack(SEED, 2, slices=count)
    assert len(stack) == count
    assert (stack[count // 2].frames == simulate_subject(SEED, 2).cine.frames).all()
    assert [cine.slice_position for cine in stack] == list(range(count))
    assert all(cine.rr_ms == pair.cine.rr_ms for cine in stack)


def test_slices_add_up_to_the_volumes_of_the_heart() -> None:
    motion, lvedv_ml, lvm_g = motion_of_first()
    step = 0.25
    half, wall = motion.length[0] / 2, motion.wall[0]
    at = [motion_at(motion, d) for d in np.arange(-half + 3, half + wall, step)]
    cavity = sum(np.pi * m.radius[0] ** 2 for m in at) * step + 3 * np.pi * motion.radius[0] ** 2
    outer = sum(np.pi * (m.radius[0] + m.wall[0]) ** 2 for m in at) * step
    outer += 3 * np.pi * (motion.radius[0] + wall) ** 2
    assert cavity / 1000 == pytest.approx(lvedv_ml, rel=0.02)
    # The outer bullet's cylinder is as long as the cavity's here, half a wall shorter than in the
    # equation that gave the wall its thickness.
    assert (outer - cavity) / 1000 * 1.05 == pytest.approx(lvm_g, rel=0.12)


def test_the_ventricle_narrows_to_the_apex_and_has_no_muscle_above_its_base() -> None:
    motion, *_ = motion_of_first()
    radii = [motion_at(motion, d).radius[0] for d in np.arange(0, 60, 5.0)]
    assert (np.diff(radii) <= 0).all() and radii[-1] == 0
    beyond = motion_at(motion, -motion.length[0] / 2 - 10)
    assert beyond.wall[0] < 0.5 * motion.wall[0]
    assert all((motion_at(motion, d).wall >= 0).all() for d in np.arange(-60, 61, 5.0))


def test_every_slice_of_a_heart_with_a_scar_is_a_picture() -> None:
    (scarred,) = np.flatnonzero(draw_truths(1, range(40))["scar_size"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # near the apex the root of less than nothing
        _, stack = simulate_stack(1, int(scarred), slices=10)
    assert min(cine.frames.std() for cine in stack) > 5
