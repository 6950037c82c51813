"""Each operation does what its row says; the policy draws as many as asked, none when off."""

import dataclasses

import numpy as np
import pytest
import torch

from ptacl.data.augment import AugmentConfig, apply_ecg, draw_ecg
from ptacl.data.augment.operations import OPERATIONS, RATE_HZ, Operation, leads_of_electrodes
from ptacl.data.augment.policy import apply_policy, check_units, draw_operation
from ptacl.errors import PtaclError
from ptacl.signal.filters import lowpass
from ptacl.signal.recipe import MMCL_ECG, EcgRecipe
from ptacl.synthetic import simulate_subject
from ptacl.types import FROM_INDEPENDENT, LEADS

BY_KEY = {operation.key: operation for operation in OPERATIONS}
KEYS = list(BY_KEY)


@pytest.fixture(scope="module")
def ecgs() -> torch.Tensor:
    """Eight seconds of four simulated ECGs at 500 Hz, of recordings with all leads."""
    signals = (simulate_subject(3, index).ecg.signal_mv[:, :4000] for index in range(20))
    return torch.from_numpy(np.stack([each for each in signals if each.any(axis=1).all()][:4]))


def corrupted(ecgs: torch.Tensor, key: str, magnitude: float, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return apply_policy(ecgs, draw_operation(BY_KEY[key], magnitude, ecgs.shape, generator))


@pytest.mark.parametrize("key", KEYS)
def test_magnitude_nought_changes_nothing_and_a_seed_decides_all(
    ecgs: torch.Tensor, key: str
) -> None:
    before = ecgs.clone()
    assert torch.equal(corrupted(ecgs, key, 0.0), ecgs)
    strong = corrupted(ecgs, key, 10.0)
    assert not torch.equal(strong, ecgs) and strong.isfinite().all()
    assert torch.equal(strong, corrupted(ecgs, key, 10.0))
    assert torch.equal(ecgs, before), "the argument is left alone"


@pytest.mark.parametrize("key", KEYS)
def test_leads_go_silent_only_where_the_row_says_that_leads_are_hidden(
    ecgs: torch.Tensor, key: str
) -> None:
    silent = (corrupted(ecgs, key, 10.0) == 0).all(dim=-1)
    assert not silent.any() or "leads" in BY_KEY[key].hides
    part = ecgs.clone()
    part[0, 3] = 0.0
    assert not corrupted(part, key, 10.0)[0, 3].any(), "a lead without signal stays without"


@pytest.mark.parametrize("key", ["vector_turn", "arm_swap", "gain", "noise", "mains", "wander",
                                 "burst", "low_pass", "slow_sampling"])  # fmt: skip
def test_what_acts_before_the_leads_are_formed_keeps_their_relations(
    ecgs: torch.Tensor, key: str
) -> None:
    changed = corrupted(ecgs, key, 10.0)
    again = torch.from_numpy(FROM_INDEPENDENT).float() @ changed[:, [0, 1, *range(6, 12)]]
    torch.testing.assert_close(again, changed, rtol=0, atol=2e-3)


def test_electrodes_form_the_leads_of_einthoven_goldberger_and_wilson() -> None:
    right, left, leg, v3 = 0.1, 0.4, 0.9, 0.7
    potentials = torch.tensor([right, left, leg, 0, 0, v3, 0, 0, 0])
    leads = dict(zip(LEADS, (leads_of_electrodes() @ potentials).tolist(), strict=True))
    assert leads["I"] == pytest.approx(left - right)
    assert leads["III"] == pytest.approx(leg - left)
    assert leads["aVL"] == pytest.approx(left - (right + leg) / 2)
    assert leads["V3"] == pytest.approx(v3 - (right + left + leg) / 3)


def test_gains_are_as_large_as_their_row_says(ecgs: torch.Tensor) -> None:
    factor = (corrupted(ecgs, "gain", 5.0) * ecgs).sum((1, 2)) / ecgs.square().sum((1, 2))
    torch.testing.assert_close((factor - 1).abs(), torch.full((4,), 0.1), rtol=0, atol=1e-4)
    factor = (corrupted(ecgs, "lead_gain", 10.0) * ecgs).sum(2) / ecgs.square().sum(2)
    assert 0.1 < (factor - 1).abs().max() <= 0.2 + 1e-4 and factor.std(dim=1).min() > 0.05


def test_noise_hum_wander_and_bursts_have_their_height_and_frequency(ecgs: torch.Tensor) -> None:
    hertz = torch.fft.rfftfreq(4000, 1 / RATE_HZ)
    noise = corrupted(ecgs, "noise", 10.0) - ecgs
    assert float(noise.square().mean().sqrt()) == pytest.approx(0.1, rel=0.01)
    power = torch.fft.rfft(noise).abs().square().mean((0, 1))
    low, high = (power[(hertz >= f) & (hertz < 2 * f)].sum() for f in (2.0, 32.0))
    assert float(low / high) == pytest.approx(1.0, abs=0.3), "each octave has the same power"
    for key, highest, band in (("mains", 0.1, (49.0, 61.0)), ("wander", 0.5, (0.0, 0.8)),
                               ("burst", 1.0, (0.0, 14.0))):  # fmt: skip
        added = corrupted(ecgs, key, 10.0) - ecgs
        peak = added.abs().amax((1, 2))
        assert peak.max() <= highest + 1e-4 and peak.min() > 0.4 * highest, key
        power = torch.fft.rfft(added * torch.hann_window(4000)).abs().square()
        inside = (hertz >= band[0]) & (hertz <= band[1])
        assert power[..., inside].sum() > 0.98 * power.sum(), key
        half = corrupted(ecgs, key, 5.0) - ecgs
        torch.testing.assert_close(2 * half, added, rtol=0, atol=1e-4)


def test_a_burst_is_short_and_of_one_electrode(ecgs: torch.Tensor) -> None:
    added = corrupted(ecgs, "burst", 10.0) - ecgs
    assert (added.abs().amax(1) > 1e-4).sum(1).max() <= RATE_HZ
    assert torch.linalg.matrix_rank(added[0].double(), atol=1e-2) == 1


def test_arms_are_swapped_in_the_share_that_is_asked_for(ecgs: torch.Tensor) -> None:
    swapped = corrupted(ecgs, "arm_swap", 10.0)
    one, two, three, right, left, foot = range(6)
    torch.testing.assert_close(swapped[:, one], -ecgs[:, one])
    torch.testing.assert_close(swapped[:, [two, left]], ecgs[:, [three, right]])
    torch.testing.assert_close(swapped[:, [foot, *range(6, 12)]], ecgs[:, [foot, *range(6, 12)]])
    many = ecgs[:1, :, :40].expand(400, -1, -1)
    share = (corrupted(many, "arm_swap", 3.0) != many).any(-1).any(-1).float().mean()
    assert float(share) == pytest.approx(0.3, abs=0.07)


def test_electrodes_move_half_way_to_the_next_of_the_chest(ecgs: torch.Tensor) -> None:
    moved = corrupted(ecgs, "electrode_shift", 10.0)
    assert torch.equal(moved[:, :6], ecgs[:, :6])
    for before, after in zip(ecgs[:, 6:], moved[:, 6:], strict=True):
        outwards = (before[1:5] + before[2:6]) / 2
        inwards = (before[1:5] + before[0:4]) / 2
        apart = min(float((after[1:5] - way).abs().max()) for way in (outwards, inwards))
        assert apart < 1e-5


def test_the_vector_turns_by_its_angle(ecgs: torch.Tensor) -> None:
    """The change is that of a rotation: its size grows with the sine of half the angle."""
    full = (corrupted(ecgs, "vector_turn", 10.0) - ecgs).norm()
    half = (corrupted(ecgs, "vector_turn", 5.0) - ecgs).norm()
    expected = np.sin(np.deg2rad(10)) / np.sin(np.deg2rad(5))
    assert float(full / half) == pytest.approx(expected, rel=0.05)


def test_the_low_pass_is_that_of_the_filters(ecgs: torch.Tensor) -> None:
    inner = slice(250, -250)
    ours = corrupted(ecgs, "low_pass", 10.0)[..., inner].numpy()
    theirs = lowpass(ecgs.numpy(), RATE_HZ, 40.0)[..., inner]
    assert np.abs(ours - theirs).max() < 0.02 * np.abs(ecgs.numpy()).max()
    weak = corrupted(ecgs, "low_pass", 1.0)[..., inner].numpy()
    assert np.abs(weak - ecgs[..., inner].numpy()).max() < np.abs(ours - theirs).max() + 0.1


def test_a_slower_sampling_keeps_time_and_loses_what_lies_above(ecgs: torch.Tensor) -> None:
    time_s = torch.arange(4000) / RATE_HZ
    slow, middle, fast = (
        torch.sin(2 * torch.pi * hertz * time_s).expand(1, 12, -1) for hertz in (2.0, 60.0, 120.0)
    )
    assert (corrupted(slow, "slow_sampling", 10.0) - slow)[..., 10:-10].abs().max() < 0.02
    assert corrupted(fast, "slow_sampling", 10.0).abs().max() < 0.25
    assert corrupted(middle, "slow_sampling", 3.0).abs().max() > 0.8, "250 Hz still hold 60 Hz"
    odd = ecgs[..., :3997]
    assert corrupted(odd, "slow_sampling", 10.0).shape == odd.shape


def test_voltages_are_whole_steps(ecgs: torch.Tensor) -> None:
    in_steps = corrupted(ecgs, "steps", 10.0).double() / 0.005
    assert (in_steps - in_steps.round()).abs().max() < 1e-3


def test_paper_shows_three_leads_at_a_time_and_lead_two_throughout() -> None:
    shown = corrupted(torch.ones(1, 12, 5000), "columns", 10.0)[0]
    assert torch.equal(shown.sum(1), torch.where(torch.arange(12) == 1, 5000.0, 1250.0))
    columns = [shown[lead].nonzero()[:, 0] for lead in (0, 3, 6, 9)]
    assert [int(column[0]) for column in columns] == [0, 1250, 2500, 3750]


def test_as_many_leads_are_lost_as_the_magnitude_says(ecgs: torch.Tensor) -> None:
    for magnitude, count in ((1.0, 1), (3.0, 1), (6.0, 2), (10.0, 3)):
        lost = ~corrupted(ecgs, "lead_loss", magnitude).any(-1)
        assert lost.sum(1).tolist() == [count] * 4


def drawn(config: AugmentConfig, ecgs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return augmented ECGs, and the next number of the generator."""
    generator = torch.Generator().manual_seed(0)
    changed = apply_ecg(ecgs, draw_ecg(config, ecgs.shape, generator))
    return changed, torch.rand(1, generator=generator)


def test_off_leaves_ecgs_and_random_numbers_as_they_are(ecgs: torch.Tensor) -> None:
    plain = drawn(AugmentConfig(), ecgs)
    for config in (AugmentConfig(policy_magnitude=4.0), AugmentConfig(policy_operations=2)):
        assert all(torch.equal(a, b) for a, b in zip(drawn(config, ecgs), plain, strict=True))


def test_the_policy_draws_two_of_the_operations_and_leaves_other_draws_alone(
    ecgs: torch.Tensor,
) -> None:
    shape = torch.Size((500, 12, 40))
    config = AugmentConfig(policy_operations=2, policy_magnitude=4.0, ecg_share=0.5)
    off = dataclasses.replace(config, policy_operations=0)
    with_policy, without = (
        draw_ecg(each, shape, torch.Generator().manual_seed(0)) for each in (config, off)
    )
    assert with_policy.policy is not None and without.policy is None
    former = dataclasses.replace(with_policy, policy=None).tensors()
    assert all(torch.equal(a, b) for a, b in zip(former, without.tensors(), strict=True))
    strength = with_policy.policy.strength
    assert set((strength > 0).sum(1).tolist()) == {0, 2}, "half of the ECGs are left alone"
    torch.testing.assert_close(strength.unique(), torch.tensor([0.0, 0.4]))
    often = (strength > 0).float().mean(0)
    assert (often - 1 / len(OPERATIONS)).abs().max() < 0.05


def test_absent_leads_stay_silent_and_a_part_of_a_batch_is_augmented_alike(
    ecgs: torch.Tensor,
) -> None:
    config = AugmentConfig(policy_operations=len(OPERATIONS), policy_magnitude=6.0,
                           lead_dropout=0.3, lead_set_share=0.5)  # fmt: skip
    parameters = draw_ecg(config, ecgs.shape, torch.Generator().manual_seed(1))
    changed = apply_ecg(ecgs, parameters)
    assert parameters.present is not None and not parameters.keep.all()
    assert not changed[~(parameters.keep & parameters.present)].any()
    part = slice(1, 3)
    torch.testing.assert_close(
        apply_ecg(ecgs[part], parameters.slice(part)), changed[part], rtol=0, atol=1e-4
    )


def test_a_recipe_in_other_units_is_refused() -> None:
    check_units(EcgRecipe())
    with pytest.raises(PtaclError, match="group_z_score"):
        check_units(MMCL_ECG)


def test_every_row_says_how_far_it_goes() -> None:
    for row in OPERATIONS:
        assert isinstance(row, Operation) and row.unit
        assert float(row.value(torch.tensor([1.0]))) == pytest.approx(row.largest)
    assert len(BY_KEY) == len(OPERATIONS) == 14
