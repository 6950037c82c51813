"""Table of what happens to an ECG between the heart and the file, each with one strength.

The rows stand in the physical order: the heart, the electrodes, the amplifier, the file. A lost
lead is silent, so this comes last. Each row says how far it goes at full strength and what it may
hide from a model. The random policy (`data.augment.policy`) and the robustness table
(`evaluation.robustness`) use the same rows. Strengths are modest: a policy that erases the voltage
would teach an encoder to ignore the mass. Signals are in mV at `RATE_HZ`, as all recipes in
millivolts prepare them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from ptacl.data.augment.heart_vector import turn_hearts, turn_matrices
from ptacl.signal.recipe import EcgRecipe
from ptacl.types import LEADS, LIMB

RATE_HZ = EcgRecipe().sample_rate_hz
NUMBERS = 12
"""Uniform random numbers that an operation may use for each ECG."""
Hides = Literal["voltage", "timing", "leads"]
Signals = Float[Tensor, "batch leads=12 samples"]

_ELECTRODES = len(LEADS) - len(LIMB) + 3
_ARMS_SWAPPED = [LEADS.index(lead) for lead in ("I", "III", "II", "aVL", "aVR", "aVF")]


@dataclass(frozen=True)
class Drawn:
    """Random numbers of one operation on a few ECGs."""

    value: Float[Tensor, " batch"]
    """In the unit of its row."""
    numbers: Float[Tensor, "batch numbers"]
    """Uniform from 0 to 1."""
    noise: Float[Tensor, "leads samples"]
    """White noise with a standard deviation of 1, common to all ECGs."""

    @property
    def sign(self) -> Float[Tensor, " batch"]:
        """−1 or 1, by the first number."""
        return torch.where(self.numbers[:, 0] < 0.5, -1.0, 1.0)


Apply = Callable[[Signals, Drawn], Signals]


@dataclass(frozen=True)
class Operation:
    """One row of the table."""

    key: str
    title: str
    largest: float
    """Value at full strength, in ``unit``."""
    unit: str
    hides: frozenset[Hides]
    """What it may take from a model that reads the ECG."""
    apply: Apply
    least: float = 0.0
    """Value at strength 0, without effect."""
    levels: tuple[float, ...] = ()
    """The values that there are, weakest first; any value where empty."""

    def value(self, strength: Float[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """Return the value at a strength above 0, in ``unit``.

        Args:
            strength: up to 1, the largest value.
        """
        if self.levels:
            return torch.tensor(self.levels)[(len(self.levels) * strength).ceil().long() - 1]
        return self.least + (self.largest - self.least) * strength


def _turn_vector(ecg: Signals, drawn: Drawn) -> Signals:
    """Rotate the heart vector about a random axis."""
    height, angle = 2 * drawn.numbers[:, 0] - 1, 2 * torch.pi * drawn.numbers[:, 1]
    radius = (1 - height.square()).sqrt()
    axis = torch.stack([radius * angle.cos(), radius * angle.sin(), height])
    turns = turn_matrices(torch.deg2rad(drawn.value).cpu() * axis.cpu())
    return turn_hearts(ecg, turns.to(ecg.device))


def _shift_electrodes(ecg: Signals, drawn: Drawn) -> Signals:
    """Move the row of chest electrodes towards V6 or V1; the last one has no neighbour."""
    limb, chest = ecg[:, : len(LIMB)], ecg[:, len(LIMB) :]
    outwards = torch.cat([chest[:, 1:], chest[:, -1:]], dim=1)
    inwards = torch.cat([chest[:, :1], chest[:, :-1]], dim=1)
    neighbour = torch.where(drawn.sign[:, None, None] > 0, outwards, inwards)
    share = drawn.value[:, None, None]
    return torch.cat([limb, chest + share * (neighbour - chest)], dim=1)


def _swap_arms(ecg: Signals, drawn: Drawn) -> Signals:
    """Exchange the arm electrodes in a share of the ECGs."""
    swapped = ecg.clone()
    swapped[:, : len(LIMB)] = ecg[:, _ARMS_SWAPPED]
    swapped[:, 0] *= -1
    chosen = 100 * drawn.numbers[:, 0] < drawn.value
    return torch.where(chosen[:, None, None], swapped, ecg)


def _gain(ecg: Signals, drawn: Drawn) -> Signals:
    return ecg * (1 + drawn.value / 100 * drawn.sign)[:, None, None]


def _gain_of_leads(ecg: Signals, drawn: Drawn) -> Signals:
    share = drawn.value[:, None] / 100 * (2 * drawn.numbers[:, : len(LEADS)] - 1)
    return ecg * (1 + share)[..., None]


def _coloured_noise(ecg: Signals, drawn: Drawn) -> Signals:
    """Add noise whose power falls as 1/f from 0.5 Hz on, of electrodes, in all leads."""
    samples = ecg.shape[-1]
    spectrum = torch.fft.rfft(drawn.noise[:_ELECTRODES])
    hertz = torch.fft.rfftfreq(samples, 1 / RATE_HZ, device=ecg.device)
    coloured = torch.fft.irfft(spectrum * (hertz >= 0.5) / hertz.clamp(min=0.5).sqrt(), n=samples)
    leads = leads_of_electrodes().to(ecg.device) @ coloured
    leads = leads / leads.square().mean().sqrt()
    starts = (samples * drawn.numbers[:, 0]).long().tolist()
    own = torch.stack([leads.roll(start, dims=-1) for start in starts])
    return torch.addcmul(ecg, drawn.value[:, None, None], own)


def _mains(ecg: Signals, drawn: Drawn) -> Signals:
    """Add a sine of 50 or 60 Hz."""
    hertz = torch.where(drawn.numbers[:, 0] < 0.5, 50.0, 60.0)
    return ecg + _sine_in_leads(ecg, drawn, hertz)


def _wander(ecg: Signals, drawn: Drawn) -> Signals:
    """Add a sine of 0.05 to 0.5 Hz."""
    return ecg + _sine_in_leads(ecg, drawn, 0.05 + 0.45 * drawn.numbers[:, 0])


def _sine_in_leads(ecg: Signals, drawn: Drawn, hertz: Float[Tensor, " batch"]) -> Signals:
    """Return a sine with another phase at each electrode, as high as asked in the highest lead."""
    turn = 2 * torch.pi * drawn.numbers[:, 1 : 1 + _ELECTRODES]
    matrix = leads_of_electrodes().to(ecg.device)
    parts = torch.stack([turn.cos() @ matrix.T, turn.sin() @ matrix.T], dim=-1)
    highest = parts.square().sum(dim=-1).amax(dim=1).sqrt()
    time_s = torch.arange(ecg.shape[-1], device=ecg.device) / RATE_HZ
    angle = 2 * torch.pi * hertz[:, None] * time_s
    waves = torch.stack([angle.sin(), angle.cos()], dim=1)
    return (parts * (drawn.value / highest)[:, None, None]) @ waves


def _burst(ecg: Signals, drawn: Drawn) -> Signals:
    """Add 0.2 to 1 s of a moving electrode, 2 to 8 Hz, to the leads that read it."""
    which, centre, length, speed = drawn.numbers[:, :4].T
    column = leads_of_electrodes().to(ecg.device).T[(_ELECTRODES * which).long()]
    column = column / column.abs().amax(dim=1, keepdim=True)
    time_s = torch.arange(ecg.shape[-1], device=ecg.device) / RATE_HZ
    apart_s = time_s - centre[:, None] * ecg.shape[-1] / RATE_HZ
    share = apart_s / (0.2 + 0.8 * length)[:, None]
    envelope = (torch.pi * share).cos().square() * (share.abs() < 0.5)
    wave = envelope * (2 * torch.pi * (2 + 6 * speed)[:, None] * apart_s).cos()
    return ecg + drawn.value[:, None, None] * column[..., None] * wave[:, None]


def _low_pass(ecg: Signals, drawn: Drawn) -> Signals:
    """Apply the zero-phase low-pass of `signal.filters`, with this corner.

    The signal is continued periodically, which alters a few hundredths of a second at its ends.
    """
    hertz = torch.fft.rfftfreq(ecg.shape[-1], 1 / RATE_HZ, device=ecg.device)
    share = 1 / (1 + (hertz / drawn.value[:, None]) ** 4)
    return torch.fft.irfft(torch.fft.rfft(ecg) * share[:, None], n=ecg.shape[-1])


def _sample_slowly(ecg: Signals, drawn: Drawn) -> Signals:
    """Sample at a lower rate, each sample a mean over its time, and interpolate linearly."""
    result = ecg.clone()
    for rate_hz in drawn.value.unique().tolist():
        rows = drawn.value == rate_hz
        result[rows] = _sampled(ecg[rows], round(RATE_HZ / rate_hz))
    return result


def _sampled(ecg: Signals, every: int) -> Signals:
    whole = -(-ecg.shape[-1] // every) * every
    padded = F.pad(ecg, (0, whole - ecg.shape[-1]), mode="replicate")
    fewer = F.avg_pool1d(padded, every)
    return F.interpolate(fewer, size=whole, mode="linear")[..., : ecg.shape[-1]]


def _round(ecg: Signals, drawn: Drawn) -> Signals:
    """Round to whole steps in µV."""
    step = drawn.value[:, None, None] / 1000
    return (ecg / step).round() * step


def _lose_leads(ecg: Signals, drawn: Drawn) -> Signals:
    """Silence one to three leads."""
    rank = drawn.numbers[:, : len(LEADS)].argsort(dim=1).argsort(dim=1)
    return ecg * (rank >= drawn.value[:, None])[..., None]


def _print_in_columns(ecg: Signals, drawn: Drawn) -> Signals:
    """Show three leads at a time, as paper does, for so many seconds; lead II throughout."""
    duration_s = ecg.shape[-1] / RATE_HZ
    shown_s = drawn.value.clamp(max=duration_s)
    column = torch.arange(len(LEADS), device=ecg.device) // 3
    start_s = column * (duration_s - shown_s)[:, None] / 3
    time_s = torch.arange(ecg.shape[-1], device=ecg.device) / RATE_HZ
    after_s = time_s - start_s[..., None]
    shown = (after_s > -0.5 / RATE_HZ) & (after_s < (shown_s - 0.5 / RATE_HZ)[:, None, None])
    shown[:, LEADS.index("II")] = True
    return ecg * shown


def leads_of_electrodes() -> Float[Tensor, "12 9"]:
    """Return the leads as sums of the potentials of right arm, left arm, left leg, V1 to V6.

    Limb leads are differences (Einthoven), the augmented ones against the mean of the other two
    (Goldberger), chest leads against the mean of the three (Wilson).
    """
    one = [-1.0, 1.0, 0.0]
    two = [-1.0, 0.0, 1.0]
    matrix = torch.zeros(len(LEADS), _ELECTRODES)
    limb = torch.tensor(list(LIMB.values())) @ torch.tensor([one, two])
    matrix[: len(LIMB), :3] = limb
    matrix[len(LIMB) :, :3] = -1 / 3
    matrix[len(LIMB) :, 3:] = torch.eye(_ELECTRODES - 3)
    return matrix


def _row(
    key: str,
    title: str,
    largest: float,
    unit: str,
    hides: tuple[Hides, ...],
    apply: Apply,
    least: float = 0.0,
    levels: tuple[float, ...] = (),
) -> Operation:
    return Operation(key, title, largest, unit, frozenset(hides), apply, least, levels)


OPERATIONS = (
    _row("vector_turn", "heart vector turned", 20, "°", ("voltage",), _turn_vector),
    _row("electrode_shift", "chest electrodes shifted", 0.5, "of the distance to the next",
         ("voltage", "leads"), _shift_electrodes),
    _row("arm_swap", "arm electrodes swapped", 100, "% of the ECGs", ("leads",), _swap_arms),
    _row("gain", "gain", 20, "%", ("voltage",), _gain),
    _row("lead_gain", "gain of each lead", 20, "%", ("voltage",), _gain_of_leads),
    _row("noise", "coloured noise", 0.1, "mV RMS", ("timing",), _coloured_noise),
    _row("mains", "mains hum", 0.1, "mV", ("timing",), _mains),
    _row("wander", "baseline wander", 0.5, "mV", ("voltage",), _wander),
    _row("burst", "electrode burst", 1, "mV", ("timing",), _burst),
    _row("low_pass", "low-pass", 40, "Hz", ("voltage",), _low_pass, 150),
    _row("slow_sampling", "sampling", 100, "Hz", ("voltage", "timing"), _sample_slowly,
         levels=(250.0, 125.0, 100.0)),
    _row("steps", "voltage steps", 5, "µV", (), _round),
    _row("columns", "columns of paper", 2.5, "s", ("timing", "leads"), _print_in_columns, 10),
    _row("lead_loss", "leads lost", 3, "leads", ("leads",), _lose_leads, levels=(1.0, 2.0, 3.0)),
)  # fmt: skip
"""All operations in the order in which they are applied."""
