"""Material motion of the simulator: exact strain, and images that move with the material."""

import numpy as np
import pytest

from ptacl.signal.heart_labels import MYOCARDIUM, RV
from ptacl.synthetic import simulate_masks, simulate_subject
from ptacl.synthetic.contours import TURN
from ptacl.synthetic.middle_slice import slice_geometry
from ptacl.synthetic.wall.material import NO_TWIST, Twist
from ptacl.synthetic.wall.strain import MovingHeart, segment_of_direction, simulate_strain

SEED = 3


@pytest.fixture(scope="module")
def heart() -> MovingHeart:
    return simulate_strain(SEED, 0, twist=Twist(-10, 14), level=1.0)


def scarred(size: float) -> int:
    """Index of a subject with a scar of at least this share of the muscle."""
    for index in range(400):
        if slice_geometry(SEED, index).truth["scar_size"] > size:
            return index
    raise AssertionError("no scarred heart in the cohort")


def test_strain_is_the_finite_difference_of_the_motion(heart: MovingHeart) -> None:
    """Neighbouring points half a degree apart, against the derivative of the positions."""
    material = heart.material
    for level, radius in enumerate(
        (material.radius(0.0), material.radius(material.mid_share()), material.radius(1.0))
    ):
        ring = material.positions(radius)
        tangent = np.gradient(np.concatenate([ring, ring[:, :4]], axis=1), axis=1)[:, 2:-2]
        length = np.linalg.norm(tangent, axis=-1).sum(axis=1)
        expected = 100 * (length / length[0] - 1)
        found = heart.strain.global_circumferential_percent[level]
        np.testing.assert_allclose(found, expected, atol=0.05)


def test_shortening_falls_and_twist_grows_towards_the_cavity(heart: MovingHeart) -> None:
    endo, mid, epi = heart.strain.global_circumferential_percent.min(axis=1)
    assert endo < mid < epi < 0
    assert heart.strain.radial_percent.max() > 20
    assert heart.strain.rotation_deg.max() == pytest.approx(14, abs=0.2)
    material = heart.material
    es = int(np.argmax(material.rotation_rad))
    inner, outer = (material.rotation_at(material.radius(share))[es].mean() for share in (0.0, 1.0))
    assert inner > outer > 0


def test_the_motion_starts_at_rest_and_closes(heart: MovingHeart) -> None:
    strain = heart.strain
    for curves in (strain.circumferential_percent, strain.radial_percent, strain.rotation_deg):
        np.testing.assert_array_equal(curves[..., 0], 0)
        step = np.abs(np.diff(curves, axis=-1)).max()
        assert np.abs(curves[..., -1]).max() <= step + 1e-9


def test_places_and_material_are_inverse_to_each_other(heart: MovingHeart) -> None:
    material = heart.material
    radius = material.radius(0.5)
    points = material.positions(radius)
    for frame in (0, 12, 30):
        x, y = material.unrotated(points[frame, :, 0], points[frame, :, 1])
        np.testing.assert_allclose(np.hypot(x, y)[frame], radius[frame], atol=1e-6)
        turn = np.angle(np.exp(1j * (np.arctan2(y, x)[frame] - TURN)))
        np.testing.assert_allclose(turn, 0, atol=1e-6)


def test_without_twist_labels_are_those_of_the_shipped_heart() -> None:
    heart = simulate_strain(SEED, 1, twist=NO_TWIST)
    shipped = simulate_masks(SEED, 1)[0]
    np.testing.assert_array_equal(heart.labels[0], shipped[0])
    # In later frames the centre is moved, where the shipped contours are only shifted radially.
    assert (heart.labels != shipped).mean() < 0.002
    frames = simulate_subject(SEED, 1).cine.frames
    assert np.corrcoef(heart.cine.frames.ravel(), frames.ravel())[0, 1] > 0.98


def test_a_counter_clockwise_rotation_carries_the_septum_downwards() -> None:
    """Seen on the image: the septum is on the left, so that its RV turns towards the bottom."""
    twisted = simulate_strain(SEED, 1, twist=Twist(25, 25))
    es = int(np.argmax(twisted.strain.rotation_deg))
    still = simulate_strain(SEED, 1, twist=NO_TWIST)
    rows = [np.nonzero(own.labels[es] == RV)[0].mean() for own in (still, twisted)]
    assert rows[1] > rows[0] + 1


def test_texture_moves_with_the_material() -> None:
    """Brightness at material points is the same in all frames, up to edges and coil sensitivity."""
    heart = simulate_strain(SEED, 1, texture=0.2, noise=0.0, size=192, twist=Twist(15, 15))
    material, step = heart.material, heart.cine.spacing_mm[0]
    chest = slice_geometry(SEED, 1).chest
    points = material.positions(material.radius(material.mid_share()))[:, ::8]
    pixels = np.rint((points + chest.centre_mm) / step + (192 - 1) / 2).astype(int)
    frames = np.arange(50)[:, None]
    assert (heart.labels[frames, pixels[..., 1], pixels[..., 0]] == MYOCARDIUM).all()
    values = heart.cine.frames[frames, pixels[..., 1], pixels[..., 0]].astype(float)
    at_rest, systole = values[0], values[int(np.argmax(material.rotation_rad))]
    assert np.corrcoef(at_rest, systole)[0, 1] > 0.9


def test_scarred_segments_shorten_less() -> None:
    heart = simulate_strain(SEED, scarred(0.12))
    scar = heart.strain.scar_share
    peaks = heart.strain.circumferential_percent[1].min(axis=1)
    assert scar.max() > 0.4
    assert peaks[scar.argmax()] > peaks[scar.argmin()] + 5


def test_segments_are_counted_from_the_anterior_insertion() -> None:
    geometry = slice_geometry(SEED, 0)
    owner = segment_of_direction(geometry)
    assert np.bincount(owner).tolist() == [120] * 6
    septum = int(np.degrees(geometry.chest.septum) * 2) % 720
    assert owner[septum] in (1, 2)  # septal segments
    up = 270 * 2
    assert owner[up] in (0, 1)


def test_more_noise_changes_the_frames_and_not_the_labels() -> None:
    quiet, noisy = (simulate_strain(SEED, 2, noise=noise, texture=0.0) for noise in (0.5, 2.0))
    corner = np.s_[:, :12, :12]  # nothing moves there
    spread = [own.cine.frames[corner].std(axis=0).mean() for own in (quiet, noisy)]
    assert spread[1] > 2.5 * spread[0]
    np.testing.assert_array_equal(quiet.labels, noisy.labels)
