"""Whether an ECG may be read: the state of each lead, and of the whole."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import numpy as np
from jaxtyping import Float, Float64, Int

from ptacl.signal.beats import find_r_peaks, mean_beat
from ptacl.signal.filters import highpass
from ptacl.signal.gaps import fill_gaps
from ptacl.types import INDEPENDENT_LEADS, LEADS, EcgQuality, LeadQuality

State = Literal["good", "check", "bad"]
BAD_LEADS_ALLOWED = 2
FEWEST_BEATS = 4

GAPS_CHECK, GAPS_BAD = 0.0, 0.2
"""Share of missing samples above which a lead is to be checked, or bad."""
FLAT_MV = 0.03
"""Typical range within half a second; below this a lead carries no heartbeat."""
STILL_CHECK_S, STILL_BAD_S = 0.5, 2.0
"""Longest run of one and the same value."""
CLIPPED_RUN_S = 0.03
"""A run at the lead's very maximum or minimum: an R peak at 5 µV a step holds it for 10 ms."""
CLIPPED_ABOVE_MV = 1.5
NOISE_CHECK_MV, NOISE_BAD_MV = 0.025, 0.10
"""Robust standard deviation of what lies above 40 Hz."""
WANDER_CHECK_MV, WANDER_BAD_MV = 1.0, 3.0
"""Range of the half-second means: respiration moves them by some tenths."""
MAINS_CHECK_MV = 0.03
"""Amplitude of a steady 50 or 60 Hz sine."""


def assess(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    sample_rate_hz: float,
    missing: Mapping[str, str],
    r_peaks: Int[np.ndarray, " beats"] | None = None,
) -> EcgQuality:
    """Judge an ECG as it was read, before any filter.

    Usable means: at most two of the eight independent leads are bad, and there are four
    heartbeats or more. A lead that is usable with reserve is ``check``.

    Args:
        signal_mv: canonical leads in mV; NaN where samples are missing.
        missing: lead → ``derived``, ``flat`` or ``gaps``, from the reader.
        r_peaks: where they are known already; else they are sought.
    """
    filled = fill_gaps(signal_mv).astype(np.float64)
    if r_peaks is None:
        r_peaks = find_r_peaks(signal_mv, sample_rate_hz)
    swapped = _arms_swapped(filled, r_peaks, sample_rate_hz)
    measured = _measure(signal_mv, filled, sample_rate_hz)
    per_lead = []
    for row, lead in enumerate(LEADS):
        state, reason = _judge({name: float(v[row]) for name, v in measured.items()})
        if missing.get(lead) == "flat":
            state, reason = "bad", "flat"
        if lead == "I" and state == "good" and swapped:
            state, reason = "check", "upside down: are the arm electrodes swapped?"
        per_lead.append(LeadQuality(lead, state, reason))
    usable, reason = _overall(tuple(per_lead), r_peaks.size)
    return EcgQuality(tuple(per_lead), usable, reason)


def _overall(per_lead: tuple[LeadQuality, ...], beats: int) -> tuple[bool, str]:
    bad = [q for q in per_lead if q.state == "bad"]
    bad_independent = [q.lead for q in bad if q.lead in INDEPENDENT_LEADS]
    if len(bad_independent) > BAD_LEADS_ALLOWED:
        return False, f"{len(bad_independent)} leads cannot be read: {', '.join(bad_independent)}."
    if beats < FEWEST_BEATS:
        return False, f"Only {beats} heartbeats were found; {FEWEST_BEATS} are needed."
    doubtful = [f"{q.lead} is {q.reason}" for q in per_lead if q.state != "good"]
    return True, f"Read with care: {'; '.join(doubtful)}." if doubtful else ""


def _measure(
    raw: Float[np.ndarray, "leads samples"],
    filled: Float64[np.ndarray, "leads samples"],
    sample_rate_hz: float,
) -> dict[str, Float64[np.ndarray, " leads"]]:
    """Every figure that the judgement needs, one value a lead."""
    still_s, clipped_s = _runs_s(filled, sample_rate_hz)
    block = min(round(0.5 * sample_rate_hz), filled.shape[1])
    blocks = filled[:, : filled.shape[1] // block * block].reshape(len(filled), -1, block)
    figures = {
        "gaps": 1.0 - np.isfinite(raw).mean(axis=1),
        "range_mv": np.median(np.ptp(blocks, axis=2), axis=1),
        "still_s": still_s,
        "clipped_s": clipped_s,
        "wander_mv": np.ptp(blocks.mean(axis=2), axis=1),
        "noise_mv": np.zeros(len(raw)),
        "mains_mv": np.zeros(len(raw)),
    }
    if sample_rate_hz > 130:
        fine = highpass(filled, sample_rate_hz, 40.0)
        figures["noise_mv"] = np.median(np.abs(fine[:, ::3]), axis=1) / 0.6745  # a third tells it
        figures["mains_mv"] = _mains_mv(filled, sample_rate_hz)
    return figures


def _judge(figure: Mapping[str, float]) -> tuple[State, str]:
    """The gravest finding wins; of equal ones the first."""
    findings: list[tuple[State, bool, str]] = [
        ("bad", figure["gaps"] > GAPS_BAD, f"missing for {figure['gaps']:.0%}"),
        ("bad", figure["range_mv"] < FLAT_MV, "flat"),
        ("bad", figure["still_s"] > STILL_BAD_S, f"still for {figure['still_s']:.1f} s"),
        ("bad", figure["noise_mv"] > NOISE_BAD_MV, f"noisy ({figure['noise_mv']:.2f} mV)"),
        ("bad", figure["wander_mv"] > WANDER_BAD_MV, f"wandering ({figure['wander_mv']:.1f} mV)"),
        ("check", figure["clipped_s"] > 0, f"clipped for {1e3 * figure['clipped_s']:.0f} ms"),
        ("check", figure["gaps"] > GAPS_CHECK, f"missing for {figure['gaps']:.1%}"),
        ("check", figure["still_s"] > STILL_CHECK_S, f"still for {figure['still_s']:.1f} s"),
        ("check", figure["mains_mv"] > MAINS_CHECK_MV, f"humming ({figure['mains_mv']:.2f} mV)"),
        ("check", figure["noise_mv"] > NOISE_CHECK_MV, f"noisy ({figure['noise_mv']:.2f} mV)"),
        (
            "check",
            figure["wander_mv"] > WANDER_CHECK_MV,
            f"wandering ({figure['wander_mv']:.1f} mV)",
        ),
    ]
    for state, found, reason in findings:
        if found:
            return state, reason
    return "good", ""


def _runs_s(
    filled: Float64[np.ndarray, "leads samples"], sample_rate_hz: float
) -> tuple[Float64[np.ndarray, " leads"], Float64[np.ndarray, " leads"]]:
    """Longest run of one value, and the time spent in runs at the extremes (clipping)."""
    still, clipped = np.zeros(len(filled)), np.zeros(len(filled))
    for row, lead in enumerate(filled):
        starts = np.flatnonzero(np.concatenate([[True], lead[1:] != lead[:-1]]))
        lengths = np.diff(np.append(starts, lead.size)) / sample_rate_hz
        values = lead[starts]
        still[row] = lengths.max()
        extreme = ((values == lead.max()) | (values == lead.min())) & (
            np.abs(values) > CLIPPED_ABOVE_MV
        )
        clipped[row] = lengths[extreme & (lengths > CLIPPED_RUN_S)].sum()
    return still, clipped


def _mains_mv(
    filled: Float64[np.ndarray, "leads samples"], sample_rate_hz: float
) -> Float64[np.ndarray, " leads"]:
    """Amplitude of the stronger of a steady 50 and 60 Hz."""
    waves = _mains_waves(filled.shape[1], sample_rate_hz)
    about_zero = filled - filled.mean(axis=1, keepdims=True)
    cosines, sines = np.moveaxis((about_zero @ waves).reshape(-1, 2, 2), 1, 0)
    return np.asarray(2.0 * np.hypot(cosines, sines).max(axis=1) / filled.shape[1])


@lru_cache(maxsize=8)
def _mains_waves(samples: int, sample_rate_hz: float) -> Float64[np.ndarray, "samples 4"]:
    """Cosines of 50 and 60 Hz, then their sines."""
    angle = 2 * np.pi * np.outer(np.arange(samples) / sample_rate_hz, (50.0, 60.0))
    return np.hstack([np.cos(angle), np.sin(angle)])


def _arms_swapped(
    filled: Float64[np.ndarray, "leads samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> bool:
    """P wave and QRS of lead I both point down while aVR's QRS points up."""
    if r_peaks.size < FEWEST_BEATS:
        return False
    beat = mean_beat(filled, r_peaks, sample_rate_hz)
    if not np.isfinite(beat).all():
        return False

    def deflections(lead: str, from_s: float, to_s: float) -> tuple[float, float]:
        """How far a lead goes up and down from the level before its QRS."""
        wave = beat[LEADS.index(lead)]
        start, end, level = (round((0.25 + s) * sample_rate_hz) for s in (from_s, to_s, -0.06))
        above = wave[start:end] - wave[level]
        return max(float(above.max()), 0.0), max(float(-above.min()), 0.0)

    p_up, p_down = deflections("I", -0.22, -0.08)
    i_up, i_down = deflections("I", -0.05, 0.05)
    avr_up, avr_down = deflections("aVR", -0.05, 0.05)
    return p_down > max(0.03, 2 * p_up) and i_down > 2 * i_up and avr_up > 2 * avr_down
