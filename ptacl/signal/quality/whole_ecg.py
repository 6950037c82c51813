"""Quality of an ECG as a whole: faults that only all leads together show."""

import math

import numpy as np
from jaxtyping import Float, Float64, Int

from ptacl.signal.filters import bandpass
from ptacl.signal.quality.heartbeat import no_heartbeat
from ptacl.signal.quality.lead_order import find_exchange
from ptacl.signal.quality.lead_statistics import INDEPENDENT, Beat, read_beat
from ptacl.types import Caveat

MIN_LIMB_CHEST_CORRELATION = 0.45
"""Correlation in time of the QRS complexes of limb and chest leads. The 213 PTB-XL development
records: 0.66 and above; limb leads of one record with chest leads of the next: 0.12 at the 90th
percentile."""
REFERENCE_HEIGHT_MV = 1.23
"""Geometric mean of the QRS amplitude over the independent leads, median of the same records; its
logarithm has a standard deviation of 0.24."""
ODD_FACTOR, WRONG_FACTOR = 2.4, 4.5
"""Ratio to that amplitude, or its inverse: 3.5 standard deviations are reported, and no heart
exceeds the second. A gain of 2 or ½ leaves most hearts within the first and is not detected."""


def examine_whole(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
    beat: Beat | None,
    estimated: tuple[str, ...] = (),
    absent: tuple[str, ...] = (),
) -> tuple[Caveat, ...]:
    """Find faults of the recording as a whole; only the most fundamental one is reported.

    Args:
        signal_mv: canonical leads without NaN, repaired, unfiltered.
        r_peaks: from `find_r_peaks`.
        sample_rate_hz: of the signal.
        beat: from `read_beat`; None if the signal has no whole beat.
        estimated: leads that were estimated from the others.
        absent: leads that are zero. With any, leads are not compared with each other: what is
            typical of human hearts is known for all of them together.
    """
    if caveat := no_heartbeat(signal_mv, r_peaks, sample_rate_hz, few_leads=bool(absent)):
        return (caveat,)
    if absent:
        return ()
    if caveat := _two_people(signal_mv[INDEPENDENT].astype(np.float64), sample_rate_hz):
        return (caveat,)
    if beat is None:
        return ()
    return (*_exchanged(beat, estimated), *odd_gain(beat))


def _two_people(
    leads: Float64[np.ndarray, "leads=8 samples"], sample_rate_hz: float
) -> Caveat | None:
    """Check whether the QRS complexes of limb and chest leads coincide in time."""
    sharp = np.abs(bandpass(leads, sample_rate_hz, (5.0, 30.0)))
    width = max(round(0.04 * sample_rate_hz), 1)
    limb, chest = (
        np.convolve(np.linalg.norm(part, axis=0), np.ones(width) / width, "same")
        for part in (sharp[:2], sharp[2:])
    )
    if not (limb.std() > 0 and chest.std() > 0):
        return None
    if np.corrcoef(limb, chest)[0, 1] > MIN_LIMB_CHEST_CORRELATION:
        return None
    text = (
        "The QRS complexes of the limb leads and of the chest leads do not coincide: they are from "
        "different persons or times."
    )
    return Caveat("limb_and_chest_apart", text, "withhold")


def _exchanged(beat: Beat, estimated: tuple[str, ...]) -> tuple[Caveat, ...]:
    exchange = find_exchange(beat, frozenset(estimated))
    if exchange is None:
        return ()
    text = (
        f"It appears that {exchange.text}: with this corrected, the leads would be more typical "
        "of human hearts. Record the ECG again, or correct the file."
    )
    return (Caveat("leads_exchanged", text, "withhold"),)


def odd_gain(beat: Beat) -> tuple[Caveat, ...]:
    """Check whether the QRS amplitude is far from that of hearts (wrong gain or unit)."""
    if not (beat.height_mv > 0).all():
        return ()
    factor = math.exp(float(np.log(beat.height_mv).mean())) / REFERENCE_HEIGHT_MV
    return () if 1 / ODD_FACTOR <= factor <= ODD_FACTOR else _of_gain(factor)


def gain_before_leaving_out(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> tuple[Caveat, ...]:
    """Check the gain of an ECG some leads of which are left out as unusable, on all recorded leads.

    Leads that are many times too high also look noisy or wandering: what remains without them may
    look like an ECG of few leads. A gain that is far too small is not looked for, since a single
    lead may be as low.

    Args:
        signal_mv: canonical leads as read; NaN where samples are missing.
        r_peaks: of it.
        sample_rate_hz: of it.
    """
    beat = read_beat(np.nan_to_num(signal_mv), r_peaks, sample_rate_hz)
    if beat is None or not (heights_mv := beat.height_mv[beat.height_mv > 0]).size:
        return ()
    factor = math.exp(float(np.log(heights_mv).mean())) / REFERENCE_HEIGHT_MV
    return _of_gain(factor) if factor > WRONG_FACTOR else ()


def _of_gain(factor: float) -> tuple[Caveat, ...]:
    times = f"{factor:.1f} times" if factor > 1 else f"{factor:.2g} of"
    gravest = not 1 / WRONG_FACTOR <= factor <= WRONG_FACTOR
    text = (
        f"The QRS complexes are {times} their typical height, averaged over all leads: check the "
        "gain and the unit."
    )
    return (Caveat("odd_gain", text, "withhold" if gravest else "check"),)
