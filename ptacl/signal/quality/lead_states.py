"""State of each lead by itself: good, to be checked, or bad, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Float64

from ptacl.signal.filters import highpass
from ptacl.signal.gaps import fill_gaps
from ptacl.signal.quality.lead_limits import clipped_s, runs
from ptacl.types import LEADS, LeadQuality

State = Literal["good", "check", "bad"]
GAPS_CHECK, GAPS_BAD = 0.0, 0.2
"""Share of missing or impossible samples above which a lead must be checked, or is bad."""
FLAT_MV = 0.03
"""Median range within half a second, below which a lead has no heartbeat."""
STILL_CHECK_S, STILL_BAD_S = 0.5, 2.0
"""Longest run of equal values."""
NOISE_CHECK_MV, NOISE_BAD_MV = 0.025, 0.10
"""Robust standard deviation above 40 Hz."""
WANDER_CHECK_MV, WANDER_BAD_MV = 1.0, 3.0
"""Range of the half-second means; respiration changes them by some tenths of a millivolt."""
MAINS_CHECK_MV, MAINS_BAD_MV = 0.03, 0.5
"""Amplitude of a steady 50 or 60 Hz sine; the second is that of a QRS complex."""


@dataclass(frozen=True, slots=True)
class AssessedLeads:
    """States and disturbance of the leads."""

    per_lead: tuple[LeadQuality, ...]
    disturbance: Float64[np.ndarray, " leads=12"]
    """Sum of noise, hum and wander, each relative to its limit for a bad lead."""


def assess_leads(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    off: Bool[np.ndarray, "leads=12 samples"],
    sample_rate_hz: float,
    missing: Mapping[str, str],
) -> AssessedLeads:
    """Assess each of the 12 leads; the most severe finding determines its state.

    Args:
        signal_mv: as read, before any filter; NaN where samples are missing.
        off: samples without a signal (`lead_limits.off_samples`).
        sample_rate_hz: of the signal.
        missing: lead → ``derived``, ``flat``, ``gaps`` or ``absent``, from the reader.
    """
    filled = fill_gaps(np.where(off, np.nan, signal_mv)).astype(np.float64)
    as_read = fill_gaps(signal_mv).astype(np.float64)
    measured = _measure(filled, as_read, off, sample_rate_hz)
    per_lead = []
    for row, lead in enumerate(LEADS):
        state, reason = _state({name: float(v[row]) for name, v in measured.items()})
        if missing.get(lead) == "flat":
            state, reason = "bad", "flat"
        elif missing.get(lead) == "absent":
            state, reason = "bad", "absent"
        per_lead.append(LeadQuality(lead, state, reason))
    disturbance = (
        measured["noise_mv"] / NOISE_BAD_MV
        + measured["mains_mv"] / MAINS_BAD_MV
        + measured["wander_mv"] / WANDER_BAD_MV
    )
    return AssessedLeads(tuple(per_lead), disturbance)


def _measure(
    filled: Float64[np.ndarray, "leads samples"],
    as_read: Float64[np.ndarray, "leads samples"],
    off: Bool[np.ndarray, "leads samples"],
    sample_rate_hz: float,
) -> dict[str, Float64[np.ndarray, " leads"]]:
    """Measure the disturbances of each lead."""
    block = min(round(0.5 * sample_rate_hz), filled.shape[1])
    blocks = filled[:, : filled.shape[1] // block * block].reshape(len(filled), -1, block)
    figures = {
        "gaps": off.mean(axis=1),
        "range_mv": np.median(np.ptp(blocks, axis=2), axis=1),
        "still_s": np.array([runs(lead)[1].max() / sample_rate_hz for lead in as_read]),
        "clipped_s": np.array([clipped_s(lead, sample_rate_hz) for lead in filled]),
        "wander_mv": np.ptp(blocks.mean(axis=2), axis=1),
        "noise_mv": np.zeros(len(filled)),
        "mains_mv": np.zeros(len(filled)),
    }
    if sample_rate_hz > 130:
        fine = highpass(filled, sample_rate_hz, 40.0)
        figures["noise_mv"] = np.median(np.abs(fine[:, ::3]), axis=1) / 0.6745  # a third is enough
        figures["mains_mv"] = _mains_mv(filled, sample_rate_hz)
    return figures


def _state(figure: Mapping[str, float]) -> tuple[State, str]:
    """Return state and reason of the most severe finding; of equal ones the first."""
    wander, mains = (
        f"wandering ({figure['wander_mv']:.1f} mV)",
        f"humming ({figure['mains_mv']:.2f} mV)",
    )
    noise, still = f"noisy ({figure['noise_mv']:.2f} mV)", f"still for {figure['still_s']:.1f} s"
    findings: list[tuple[State, bool, str]] = [
        ("bad", figure["range_mv"] < FLAT_MV, "flat"),
        ("bad", figure["still_s"] > STILL_BAD_S, still),
        ("bad", figure["gaps"] > GAPS_BAD, f"missing for {figure['gaps']:.0%}"),
        ("bad", figure["clipped_s"] > 0, f"clipped for {1e3 * figure['clipped_s']:.0f} ms"),
        ("bad", figure["mains_mv"] > MAINS_BAD_MV, mains),
        ("bad", figure["noise_mv"] > NOISE_BAD_MV, noise),
        ("bad", figure["wander_mv"] > WANDER_BAD_MV, wander),
        ("check", figure["still_s"] > STILL_CHECK_S, still),
        ("check", figure["gaps"] > GAPS_CHECK, f"missing for {figure['gaps']:.1%}"),
        ("check", figure["mains_mv"] > MAINS_CHECK_MV, mains),
        ("check", figure["noise_mv"] > NOISE_CHECK_MV, noise),
        ("check", figure["wander_mv"] > WANDER_CHECK_MV, wander),
    ]
    return next(((state, reason) for state, exceeded, reason in findings if exceeded), ("good", ""))


def _mains_mv(
    filled: Float64[np.ndarray, "leads samples"], sample_rate_hz: float
) -> Float64[np.ndarray, " leads"]:
    """Return the larger amplitude of a steady 50 and 60 Hz sine."""
    waves = _mains_waves(filled.shape[1], sample_rate_hz)
    about_zero = filled - filled.mean(axis=1, keepdims=True)
    cosines, sines = np.moveaxis((about_zero @ waves).reshape(-1, 2, 2), 1, 0)
    return np.asarray(2.0 * np.hypot(cosines, sines).max(axis=1) / filled.shape[1])


@lru_cache(maxsize=8)
def _mains_waves(samples: int, sample_rate_hz: float) -> Float64[np.ndarray, "samples 4"]:
    """Return cosines of 50 and 60 Hz, then their sines."""
    angle = 2 * np.pi * np.outer(np.arange(samples) / sample_rate_hz, (50.0, 60.0))
    return np.hstack([np.cos(angle), np.sin(angle)])
