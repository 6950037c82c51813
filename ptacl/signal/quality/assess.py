"""Whether an ECG may be read: the state of each lead, and of the whole."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int

from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.gaps import fill_gaps
from ptacl.signal.quality.lead_order import odd_lead
from ptacl.signal.quality.lead_statistics import Beat, read_beat
from ptacl.signal.quality.repair import MOST_ESTIMATED, Mended, mend
from ptacl.signal.quality.whole_ecg import examine_whole, odd_gain
from ptacl.types import INDEPENDENT_LEADS, EcgQuality, LeadQuality

FEWEST_BEATS = 4
NO_ECG = ("equal_leads", "no_heartbeat")
"""Caveats beside which nothing else counts."""


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
        sample_rate_hz: of the signal.
        missing: lead → ``derived``, ``flat`` or ``gaps``, from the reader.
        r_peaks: where they are known already; else they are sought.
    """
    mended = mend(signal_mv, sample_rate_hz, missing)
    for _ in range(2):
        filled = fill_gaps(mended.signal_mv)
        peaks = find_r_peaks(filled, sample_rate_hz) if r_peaks is None else r_peaks
        beat = read_beat(filled, peaks, sample_rate_hz)
        odd = odd_leads(beat, mended)
        if not odd:
            break
        mended = mend(signal_mv, sample_rate_hz, missing, odd)
    return overall(mended, filled, peaks, sample_rate_hz, beat)


def overall(
    mended: Mended,
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
    beat: Beat | None,
) -> EcgQuality:
    """The quality of an ECG whose leads were judged.

    Args:
        mended: its leads.
        signal_mv: the same, without NaN, at any rate, before any filter.
        r_peaks: as sample numbers of ``signal_mv``.
        sample_rate_hz: of ``signal_mv``.
        beat: of it, from `read_beat`.
    """
    usable, reason = _verdict(mended, r_peaks.size)
    caveats = mended.caveats
    if usable:
        copies = tuple(caveat for caveat in caveats if caveat.code in NO_ECG)
        whole = copies or examine_whole(signal_mv, r_peaks, sample_rate_hz, beat, mended.estimated)
        # Of what is no ECG at all, nothing is to be said of its leads.
        nothing = any(caveat.code in NO_ECG for caveat in whole)
        caveats = whole if nothing else (*whole, *caveats)
    elif beat and r_peaks.size >= FEWEST_BEATS:
        caveats = (*caveats, *odd_gain(beat))  # leads ten times too high are noisy as well
    return EcgQuality(mended.per_lead, usable, reason, caveats, mended.estimated)


def odd_leads(beat: Beat | None, mended: Mended) -> dict[str, str]:
    """A lead that all together speak against, with the reason; none in most ECGs.

    Args:
        beat: from `read_beat`; None where no whole beat lies in the signal.
        mended: what is known of the leads by themselves.
    """
    if beat is None or any(caveat.code in NO_ECG for caveat in mended.caveats):
        return {}
    found = odd_lead(beat, frozenset(mended.estimated))
    return dict([found]) if found else {}


def _verdict(mended: Mended, beats: int) -> tuple[bool, str]:
    lost = _lost(mended)
    if len(lost) > MOST_ESTIMATED:
        return False, f"{len(lost)} leads cannot be read: {', '.join(lost)}."
    if beats < FEWEST_BEATS:
        return False, f"Only {beats} heartbeats were found; {FEWEST_BEATS} are needed."
    doubtful = [_clause(entry) for entry in mended.per_lead if entry.state != "good"]
    return True, f"Read with care: {'; '.join(doubtful)}." if doubtful else ""


def _lost(mended: Mended) -> list[str]:
    """Independent leads that are neither good nor follow from good ones."""
    return [lead for lead in INDEPENDENT_LEADS if lead in mended.estimated]


def _clause(entry: LeadQuality) -> str:
    return f"{entry.lead} is {entry.reason}"
