"""Augmentation of ECGs: what is drawn of each, and the order in which it is applied."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ptacl.data.augment.config import AugmentConfig
from ptacl.data.augment.heart_vector import draw_turns, turn_hearts
from ptacl.data.augment.policy import PolicyParameters, apply_policy, draw_policy
from ptacl.signal.lead_sets import presence_table, training_weights
from ptacl.tensors.subject_record import SubjectRecord

FEWEST_TURNS, MOST_TURNS = 0.4, 4.0
"""Periods of the baseline wander within the window."""


@dataclass(frozen=True)
class Jitter(SubjectRecord):
    """Multiplicative noise."""

    shared: ClassVar[frozenset[str]] = frozenset({"noise"})
    level: Float[Tensor, "batch 1 1"]
    noise: Float[Tensor, "leads samples"]


@dataclass(frozen=True)
class Wander(SubjectRecord):
    """Baseline wander: a slow sine in each lead."""

    amplitude: Float[Tensor, "batch leads"]
    turns: Float[Tensor, "batch leads"]
    """Periods in the window."""
    start: Float[Tensor, "batch leads"]
    """Phase at the first sample, in periods."""


@dataclass(frozen=True)
class EcgParameters(SubjectRecord):
    """Augmentation parameters of each ECG; None switches one off."""

    shared: ClassVar[frozenset[str]] = frozenset({"noise"})
    gain: Float[Tensor, "batch leads"]
    keep: Bool[Tensor, "batch leads"]
    level: Float[Tensor, "batch 1 1"]
    noise: Float[Tensor, "leads samples"]
    turned: Float[Tensor, "batch waves"] | None = None
    """Phase shift of each Fourier component in radians, equal in all leads."""
    jitter: Jitter | None = None
    wander: Wander | None = None
    heart: Float[Tensor, "batch leads leads"] | None = None
    """Rotation of the heart vector, as a matrix on the leads."""
    present: Bool[Tensor, "batch leads"] | None = None
    """Leads of the drawn lead set."""
    policy: PolicyParameters | None = None
    """Operations of the random policy."""


def draw_ecg(config: AugmentConfig, shape: torch.Size, generator: torch.Generator) -> EcgParameters:
    """Draw the parameters of a batch of ECGs.

    Args:
        config: ranges of the augmentation.
        shape: batch, leads, samples.
        generator: source of randomness.
    """
    batch, leads, samples = shape
    common = config.ecg_gain * torch.randn(batch, 1, generator=generator)
    single = config.lead_gain * torch.randn(batch, leads, generator=generator)
    keep = torch.rand(batch, leads, generator=generator) >= config.lead_dropout
    level = config.ecg_noise_mv * torch.rand(batch, 1, 1, generator=generator)
    noise = torch.randn(leads, samples, generator=generator)
    touched = torch.rand(batch, 1, generator=generator) < config.ecg_share
    factor = 1 + config.ecg_rescale * torch.randn(batch, 1, generator=generator)
    return EcgParameters(
        gain=torch.where(touched, (common + single).exp() * factor, 1.0),
        keep=keep | ~touched,
        level=level * touched[..., None],
        noise=noise,
        turned=_draw_turned(config, touched, samples, generator),
        jitter=_draw_jitter(config, touched, leads, samples, generator),
        wander=_draw_wander(config, touched, leads, generator),
        heart=_draw_heart(config, touched, generator),
        present=_draw_lead_sets(config, touched, generator),
        policy=draw_policy(config, touched, shape, generator),
    )


def apply_ecg(
    ecg: Float[Tensor, "batch leads samples"], parameters: EcgParameters
) -> Float[Tensor, "batch leads samples"]:
    """Apply rotation, phase shift, jitter, gain, noise, wander and the policy, and drop leads.

    The policy meets all leads, as some of its operations mix them. Leads outside the drawn lead set
    are removed last, and are exactly zero.

    Args:
        ecg: in mV.
        parameters: drawn by `draw_ecg`.
    """
    device = ecg.device
    if parameters.heart is not None:
        ecg = turn_hearts(ecg, parameters.heart.to(device))
    if parameters.turned is not None:
        ecg = turn_phases(ecg, parameters.turned.to(device))
    if parameters.jitter is not None:
        jitter = parameters.jitter
        ecg = ecg * (1 + jitter.level.to(device) * jitter.noise.to(device))
    policy = parameters.policy
    keep = parameters.keep if policy is None else torch.ones_like(parameters.keep)
    scale = (parameters.gain * keep).to(device)
    level = (parameters.level * keep[..., None]).to(device)
    ecg = torch.addcmul(ecg * scale[..., None], level, parameters.noise.to(device))
    if parameters.wander is not None:
        baseline = slow_sine(parameters.wander, ecg.shape[-1]) * keep[..., None]
        ecg = ecg + baseline.to(device)
    if policy is not None:
        ecg = apply_policy(ecg, policy) * parameters.keep[..., None].to(device)
    if parameters.present is not None:
        ecg = ecg * parameters.present[..., None].to(device)
    return ecg


def turn_phases(
    ecg: Float[Tensor, "batch leads samples"], turned: Float[Tensor, "batch waves"]
) -> Float[Tensor, "batch leads samples"]:
    """Compute a phase-perturbed Fourier surrogate of each ECG, with the same amplitude spectrum.

    The phases of all leads are shifted equally, which keeps the linear relations between them
    (Einthoven's law). Schreiber and Schmitz, 2000; as an augmentation Schwabedal et al., arXiv
    1806.08675.

    Args:
        ecg: in mV.
        turned: phase shift of each Fourier component in radians; samples // 2 + 1 of them.
    """
    spectrum = torch.fft.rfft(ecg) * torch.polar(torch.ones_like(turned), turned)[:, None]
    return torch.fft.irfft(spectrum, n=ecg.shape[-1])


def slow_sine(wander: Wander, samples: int) -> Float[Tensor, "batch leads samples"]:
    """Return the baseline wander of each lead in mV."""
    time = torch.arange(samples) / samples
    turn = wander.turns[..., None] * time + wander.start[..., None]
    return wander.amplitude[..., None] * torch.sin(2 * torch.pi * turn)


def _draw_turned(
    config: AugmentConfig,
    touched: Bool[Tensor, "batch 1"],
    samples: int,
    generator: torch.Generator,
) -> Float[Tensor, "batch waves"] | None:
    if not config.ecg_phase_noise:
        return None
    share = torch.rand(len(touched), samples // 2 + 1, generator=generator) - 0.5
    turned = 2 * torch.pi * config.ecg_phase_noise * share * touched
    # The mean, and the Nyquist component of an even number of samples, are real numbers.
    turned[:, 0] = 0.0
    if samples % 2 == 0:
        turned[:, -1] = 0.0
    return turned


def _draw_jitter(
    config: AugmentConfig,
    touched: Bool[Tensor, "batch 1"],
    leads: int,
    samples: int,
    generator: torch.Generator,
) -> Jitter | None:
    if not config.ecg_jitter:
        return None
    noise = torch.randn(leads, samples, generator=generator)
    return Jitter(level=config.ecg_jitter * touched[..., None], noise=noise)


def _draw_wander(
    config: AugmentConfig, touched: Bool[Tensor, "batch 1"], leads: int, generator: torch.Generator
) -> Wander | None:
    if not config.wander_mv:
        return None
    amplitude, turns, start = torch.rand(3, len(touched), leads, generator=generator)
    return Wander(
        amplitude=config.wander_mv * amplitude * touched,
        turns=FEWEST_TURNS + (MOST_TURNS - FEWEST_TURNS) * turns,
        start=start,
    )


def _draw_heart(
    config: AugmentConfig, touched: Bool[Tensor, "batch 1"], generator: torch.Generator
) -> Float[Tensor, "batch leads leads"] | None:
    if not config.ecg_turn_deg:
        return None
    turns = draw_turns(config.ecg_turn_deg, len(touched), generator)
    return torch.where(touched[..., None], turns, torch.eye(turns.shape[-1]))


def _draw_lead_sets(
    config: AugmentConfig, touched: Bool[Tensor, "batch 1"], generator: torch.Generator
) -> Bool[Tensor, "batch leads"] | None:
    if not config.lead_set_share:
        return None
    batch = len(touched)
    reduced = torch.rand(batch, 1, generator=generator) < config.lead_set_share
    weights = torch.from_numpy(training_weights())
    drawn = torch.multinomial(weights, batch, replacement=True, generator=generator)
    return torch.from_numpy(presence_table())[drawn] | ~(reduced & touched)
