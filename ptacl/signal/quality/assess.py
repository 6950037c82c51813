"""Quality assessment of an ECG: the state of each lead, and whether the ECG is usable."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int

from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.gaps import fill_gaps
from ptacl.signal.quality.lead_order import odd_lead
from ptacl.signal.quality.lead_statistics import Beat, read_beat
from ptacl.signal.quality.repair import MOST_ESTIMATED, RepairedEcg, repair_leads
from ptacl.signal.quality.whole_ecg import examine_whole, odd_gain
from ptacl.types import INDEPENDENT_LEADS, EcgQuality, LeadQuality

FEWEST_BEATS = 4
NO_ECG = ("equal_leads", "no_heartbeat")
"""Caveats that replace all others."""


def assess(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    sample_rate_hz: float,
    missing: Mapping[str, str],
    r_peaks: Int[np.ndarray, " beats"] | None = None,
) -> EcgQuality:
    """Assess the quality of an ECG as read, before any filter.

    An ECG is usable if at most two of the eight independent leads are bad and it has four or more
    heartbeats. A lead that is usable with reservations is ``check``.

    Args:
        signal_mv: canonical leads in mV; NaN where samples are missing.
        sample_rate_hz: of the signal.
        missing: lead → ``derived``, ``flat`` or ``gaps``, from the reader.
        r_peaks: if known; detected by default.
    """
    repaired = repair_leads(signal_mv, sample_rate_hz, missing)
    for _ in range(2):
        filled = fill_gaps(repaired.signal_mv)
        peaks = find_r_peaks(filled, sample_rate_hz) if r_peaks is None else r_peaks
        beat = read_beat(filled, peaks, sample_rate_hz)
        odd = odd_leads(beat, repaired)
        if not odd:
            break
        repaired = repair_leads(signal_mv, sample_rate_hz, missing, odd)
    return overall(repaired, filled, peaks, sample_rate_hz, beat)


def overall(
    repaired: RepairedEcg,
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
    beat: Beat | None,
) -> EcgQuality:
    """Combine the states of the leads with the checks of the whole ECG.

    Args:
        repaired: its leads.
        signal_mv: the same ECG without NaN, at any rate, before any filter.
        r_peaks: as sample numbers of ``signal_mv``.
        sample_rate_hz: of ``signal_mv``.
        beat: its mean beat, from `read_beat`.
    """
    usable, reason = _verdict(repaired, r_peaks.size)
    caveats = repaired.caveats
    if usable:
        copies = tuple(caveat for caveat in caveats if caveat.code in NO_ECG)
        whole = copies or examine_whole(
            signal_mv, r_peaks, sample_rate_hz, beat, repaired.estimated, repaired.absent
        )
        # If the signal is not an ECG, caveats about its leads are meaningless.
        nothing = any(caveat.code in NO_ECG for caveat in whole)
        caveats = whole if nothing else (*whole, *caveats)
    elif beat and not repaired.absent and r_peaks.size >= FEWEST_BEATS:
        caveats = (*caveats, *odd_gain(beat))  # leads ten times too high are also noisy
    return EcgQuality(
        repaired.per_lead, usable, reason, caveats, repaired.estimated, repaired.absent
    )


def odd_leads(beat: Beat | None, repaired: RepairedEcg) -> dict[str, str]:
    """Find a lead that is inconsistent with all others, and the reason; empty in most ECGs.

    Args:
        beat: from `read_beat`; None if the signal has no whole beat.
        repaired: the leads by themselves.
    """
    if beat is None or repaired.absent or any(caveat.code in NO_ECG for caveat in repaired.caveats):
        return {}
    lead_and_reason = odd_lead(beat, frozenset(repaired.estimated))
    return dict([lead_and_reason]) if lead_and_reason else {}


def _verdict(repaired: RepairedEcg, beats: int) -> tuple[bool, str]:
    lost = _lost(repaired)
    if len(lost) > MOST_ESTIMATED:
        return False, f"{len(lost)} leads cannot be read: {', '.join(lost)}."
    if beats < FEWEST_BEATS:
        return False, f"Only {beats} heartbeats were found; {FEWEST_BEATS} are needed."
    doubtful = [
        _clause(entry)
        for entry in repaired.per_lead
        if entry.state != "good" and entry.lead not in repaired.absent
    ]
    return True, f"Read with care: {'; '.join(doubtful)}." if doubtful else ""


def _lost(repaired: RepairedEcg) -> list[str]:
    """Return the independent leads that are bad and cannot be computed from good ones."""
    return [lead for lead in INDEPENDENT_LEADS if lead in repaired.estimated]


def _clause(entry: LeadQuality) -> str:
    return f"{entry.lead} is {entry.reason}"
