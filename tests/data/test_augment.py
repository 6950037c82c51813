"""What augmentation keeps and what it changes; every subject meets its own draw."""

import dataclasses

import numpy as np
import pytest
import torch

from ptacl.data.augment import (
    MMCL_AUGMENT,
    AugmentConfig,
    apply_cine,
    apply_ecg,
    draw_cine,
    draw_ecg,
    draw_window,
    roll_cines,
)
from ptacl.data.augment.cine import move
from ptacl.data.augment.ecg import Wander, slow_sine
from ptacl.data.augment.heart_vector import draw_turns
from ptacl.signal.lead_sets import presence_table
from ptacl.types import FROM_INDEPENDENT

NOTHING = AugmentConfig(
    crop_s=0.0, ecg_gain=0.0, lead_gain=0.0, ecg_noise_mv=0.0, lead_dropout=0.0, cine_shift_px=0,
    cine_gain=0.0, cine_noise=0.0,
)  # fmt: skip


def only(**changes: float) -> AugmentConfig:
    return dataclasses.replace(NOTHING, **changes)  # type: ignore[arg-type]


def ecgs(batch: int = 4, samples: int = 600) -> torch.Tensor:
    """Leads that follow Einthoven's law: III = II − I."""
    one = torch.randn(batch, 12, samples, generator=torch.Generator().manual_seed(1))
    one[:, 2] = one[:, 1] - one[:, 0]
    return one


def augmented(config: AugmentConfig, seed: int = 0) -> torch.Tensor:
    signal = ecgs()
    return apply_ecg(signal, draw_ecg(config, signal.shape, torch.Generator().manual_seed(seed)))


def images(batch: int = 3) -> torch.Tensor:
    return torch.rand(batch, 2, 4, 16, 16, generator=torch.Generator().manual_seed(1))


def test_nothing_is_done_where_all_is_off() -> None:
    assert torch.equal(augmented(NOTHING), ecgs())
    parameters = draw_cine(NOTHING, images().shape, torch.Generator().manual_seed(0))
    assert torch.equal(apply_cine(images(), parameters), images())


def test_a_fourier_surrogate_keeps_the_spectrum_and_einthovens_law() -> None:
    surrogate = augmented(only(ecg_phase_noise=0.1))
    assert (surrogate - ecgs()).abs().mean() > 0.05
    torch.testing.assert_close(
        torch.fft.rfft(surrogate).abs(), torch.fft.rfft(ecgs()).abs(), rtol=1e-3, atol=1e-3
    )
    torch.testing.assert_close(
        surrogate[:, 2], surrogate[:, 1] - surrogate[:, 0], rtol=0, atol=1e-4
    )


def test_jitter_grows_with_the_voltage() -> None:
    change = augmented(only(ecg_jitter=0.15)) / ecgs() - 1
    assert float(change.std()) == pytest.approx(0.15, rel=0.05)
    assert torch.corrcoef(torch.stack([change.flatten().abs(), ecgs().flatten().abs()]))[0, 1] < 0.1


def test_one_factor_rescales_all_leads_of_an_ecg() -> None:
    factor = augmented(only(ecg_rescale=0.5)) / ecgs()
    assert torch.allclose(factor, factor[:, :1, :1].expand_as(factor), rtol=1e-4)
    assert factor[:, 0, 0].std() > 0.1


def test_the_baseline_wanders_slowly_and_no_higher_than_asked() -> None:
    wander = augmented(only(wander_mv=0.2)) - ecgs()
    assert 0.05 < wander.abs().max() <= 0.2 + 1e-5
    power = torch.fft.rfft(wander * torch.hann_window(600)).abs().square()
    assert power[..., :8].sum() > 0.99 * power.sum()


def test_the_baseline_is_the_sine_that_was_drawn() -> None:
    wander = Wander(*(torch.full((1, 1), value) for value in (0.3, 2.0, 0.25)))
    time = torch.arange(100) / 100
    expected = 0.3 * torch.cos(2 * torch.pi * 2 * time)
    torch.testing.assert_close(slow_sine(wander, 100)[0, 0], expected, rtol=0, atol=1e-5)


def test_a_share_of_the_ecgs_is_left_alone() -> None:
    config = dataclasses.replace(MMCL_AUGMENT, ecg_share=0.5, lead_dropout=0.5, wander_mv=0.1)
    signal = ecgs(batch=60)
    changed = apply_ecg(signal, draw_ecg(config, signal.shape, torch.Generator().manual_seed(0)))
    same = (changed - signal).abs().amax(dim=(1, 2)) < 1e-4
    assert 20 <= int(same.sum()) <= 40


def test_a_dropped_lead_is_silent_whatever_else_is_done() -> None:
    config = dataclasses.replace(MMCL_AUGMENT, ecg_share=1.0, lead_dropout=0.5, wander_mv=0.1,
                                 ecg_noise_mv=0.1)  # fmt: skip
    parameters = draw_ecg(config, ecgs().shape, torch.Generator().manual_seed(0))
    result = apply_ecg(ecgs(), parameters)
    assert not result[~parameters.keep].any()
    assert result[parameters.keep].abs().amax(dim=1).min() > 0


def test_an_ecg_is_reduced_to_a_lead_set_last_of_all() -> None:
    config = dataclasses.replace(MMCL_AUGMENT, ecg_share=1.0, wander_mv=0.1, ecg_noise_mv=0.1,
                                 lead_set_share=0.5)  # fmt: skip
    signal = ecgs(batch=200)
    drawn = draw_ecg(config, signal.shape, torch.Generator().manual_seed(0))
    present = apply_ecg(signal, drawn).any(dim=-1)
    assert drawn.present is not None
    assert torch.equal(present, drawn.present)
    table = {tuple(row) for row in presence_table().tolist()} | {(True,) * 12}
    assert {tuple(row) for row in present.tolist()} <= table
    assert 70 <= int(present.all(dim=1).sum()) <= 130


def test_lead_sets_leave_the_other_random_numbers_as_they_are() -> None:
    config = dataclasses.replace(MMCL_AUGMENT, ecg_share=0.5, wander_mv=0.1, ecg_noise_mv=0.1)
    with_sets = dataclasses.replace(config, lead_set_share=1.0)
    plain, generator = torch.Generator().manual_seed(0), torch.Generator().manual_seed(0)
    former = draw_ecg(config, ecgs().shape, plain)
    drawn = draw_ecg(with_sets, ecgs().shape, generator)
    assert former.present is None and drawn.present is not None
    same = dataclasses.replace(drawn, present=None)
    assert all(torch.equal(a, b) for a, b in zip(former.tensors(), same.tensors(), strict=True))
    assert torch.equal(
        apply_ecg(ecgs(), drawn), apply_ecg(ecgs(), former) * drawn.present[..., None]
    )


def test_a_quarter_turn_and_a_mirror_move_pixels_where_they_belong() -> None:
    quarter = torch.tensor([[[0.0, -1.0, 0.0], [1.0, 0.0, 0.0]]]).expand(3, 2, 3)
    turned = move(images(), quarter)
    torch.testing.assert_close(turned, images().rot90(1, (3, 4)), rtol=0, atol=1e-4)
    mirror = torch.tensor([[[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]).expand(3, 2, 3)
    torch.testing.assert_close(move(images(), mirror), images().flip(4), rtol=0, atol=1e-4)


def test_a_turned_cine_keeps_what_lies_around_its_centre() -> None:
    rows = torch.arange(33) - 16.0
    disc = (-(rows[:, None].square() + rows.square()) / 64).exp().expand(5, 1, 1, 33, 33)
    config = only(cine_rotation_deg=45.0, cine_flip=0.5)
    parameters = draw_cine(config, disc.shape, torch.Generator().manual_seed(0))
    assert (apply_cine(disc, parameters) - disc).abs().max() < 0.02
    apart = disc.roll(8, dims=4)
    assert (apply_cine(apart, parameters) - apart).abs().amax(dim=(1, 2, 3, 4)).max() > 0.2


def test_zoom_shows_no_less_than_was_asked_for() -> None:
    config = only(cine_zoom=0.4)
    parameters = draw_cine(config, torch.Size((200, 1, 1, 8, 8)), torch.Generator().manual_seed(0))
    assert parameters.affine is not None
    scale = torch.linalg.det(parameters.affine[:, :, :2])
    assert 0.6 <= scale.min() < 0.65 and 0.95 < scale.max() <= 1.0
    reach = parameters.affine[:, :, 2].abs() + scale.sqrt()[:, None]
    assert reach.max() <= 1 + 1e-5  # nothing beyond the border


def test_a_subject_meets_its_own_draw_however_the_batch_is_cut() -> None:
    config = dataclasses.replace(MMCL_AUGMENT, wander_mv=0.1, ecg_noise_mv=0.03, cine_noise=0.05,
                                 lead_set_share=0.5)  # fmt: skip
    signal, pictures, part = ecgs(), images(batch=4), slice(1, 3)
    ecg = draw_ecg(config, signal.shape, torch.Generator().manual_seed(0))
    cine = draw_cine(config, pictures.shape, torch.Generator().manual_seed(0))
    torch.testing.assert_close(
        apply_ecg(signal[part], ecg.slice(part)), apply_ecg(signal, ecg)[part]
    )
    torch.testing.assert_close(
        apply_cine(pictures[part], cine.slice(part)), apply_cine(pictures, cine)[part]
    )


def test_a_roll_takes_pictures_and_phases_along() -> None:
    rng = np.random.default_rng(0)
    config = dataclasses.replace(MMCL_AUGMENT, cine_roll_frames=3)
    window = draw_window(config, 50, 5000, 500.0, 40, rng)
    assert window.samples == 2480  # of 2,500 samples, whole segments of 40
    assert window.roll_frames is not None
    assert set(window.roll_frames) == set(range(-3, 4))
    frames = np.arange(10).repeat(4).reshape(1, 10, 2, 2)
    rolled = roll_cines(frames, np.array([3]))
    phases = roll_cines(np.arange(10)[None] / 10, np.array([3]))
    assert (rolled[0, :, 0, 0] / 10 == phases[0]).all()
    assert phases[0, 3] == 0.0


def test_a_turned_heart_keeps_the_relations_of_the_leads() -> None:
    independent = torch.randn(4, 8, 600, generator=torch.Generator().manual_seed(1))
    signal = torch.from_numpy(FROM_INDEPENDENT).float() @ independent
    signal[0, 8] = 0.0
    drawn = draw_ecg(only(ecg_turn_deg=20.0), signal.shape, torch.Generator().manual_seed(0))
    turned = apply_ecg(signal, drawn)
    assert (turned - signal)[1:].abs().mean() > 0.05
    assert not turned[0, 8].any(), "a lead without signal stays without"
    again = torch.from_numpy(FROM_INDEPENDENT).float() @ turned[:, [0, 1, *range(6, 12)]]
    torch.testing.assert_close(turned, again, rtol=0, atol=1e-4)


def test_hearts_turn_as_far_as_asked_and_their_vectors_stay_as_long() -> None:
    turns = draw_turns(20.0, 2000, torch.Generator().manual_seed(0))
    values = torch.linalg.eigvals(turns)
    torch.testing.assert_close(values.abs(), torch.ones(2000, 12), rtol=0, atol=1e-3)
    # A turn about one axis leaves all but two dimensions of the leads alone.
    angle = torch.rad2deg(values.angle().abs())
    assert (angle.sort(dim=1).values[:, :10] < 0.1).all()
    per_axis = angle.max(dim=1).values.square().mean().div(3).sqrt()
    assert float(per_axis) == pytest.approx(20.0, rel=0.05)
