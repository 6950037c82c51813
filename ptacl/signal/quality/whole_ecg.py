"""What can be said of an ECG only by all of its leads together."""

import math

import numpy as np
from jaxtyping import Float, Float64, Int

from ptacl.signal.filters import bandpass
from ptacl.signal.quality.heartbeat import no_heartbeat
from ptacl.signal.quality.lead_order import find_exchange
from ptacl.signal.quality.lead_statistics import INDEPENDENT, Beat
from ptacl.types import Caveat

TOGETHER = 0.45
"""Correlation of the QRS complexes of limb and chest leads in time. The 213 PTB-XL records to
develop on: from 0.66; limb leads of one record with chest leads of the next: 0.12 at the 90th
percentile."""
USUAL_HEIGHT_MV = 1.23
"""Geometric mean over the independent leads of the height of the QRS: median of the same records;
its logarithm has a standard deviation of 0.24."""
ODD_FACTOR, WRONG_FACTOR = 2.4, 4.5
"""Of the usual height: 3.5 standard deviations either way are told, no heart lies beyond the
second. A gain of 2 or ½ leaves most hearts inside the first: it cannot be seen."""


def examine_whole(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
    beat: Beat | None,
    estimated: tuple[str, ...] = (),
) -> tuple[Caveat, ...]:
    """Everything that speaks against the recording as a whole, the most fundamental alone.

    Args:
        signal_mv: canonical leads without NaN, mended, before any filter.
        r_peaks: as from `find_r_peaks`.
        sample_rate_hz: of the signal.
        beat: from `read_beat`; None where no whole beat lies in the signal.
        estimated: leads that were estimated from the others.
    """
    found = no_heartbeat(signal_mv, r_peaks, sample_rate_hz) or _two_people(
        signal_mv[INDEPENDENT].astype(np.float64), sample_rate_hz
    )
    if found:
        return (found,)
    if beat is None:
        return ()
    return (*_exchanged(beat, estimated), *odd_gain(beat))


def _two_people(
    leads: Float64[np.ndarray, "leads=8 samples"], sample_rate_hz: float
) -> Caveat | None:
    """Limb leads whose QRS complexes lie at other times than those of the chest leads."""
    sharp = np.abs(bandpass(leads, sample_rate_hz, (5.0, 30.0)))
    width = max(round(0.04 * sample_rate_hz), 1)
    limb, chest = (
        np.convolve(np.linalg.norm(part, axis=0), np.ones(width) / width, "same")
        for part in (sharp[:2], sharp[2:])
    )
    if not (limb.std() > 0 and chest.std() > 0):
        return None
    if np.corrcoef(limb, chest)[0, 1] > TOGETHER:
        return None
    text = (
        "The limb leads do not beat together with the chest leads: they are of another person or "
        "of another time."
    )
    return Caveat("limb_and_chest_apart", text, "withhold")


def _exchanged(beat: Beat, estimated: tuple[str, ...]) -> tuple[Caveat, ...]:
    exchange = find_exchange(beat, frozenset(estimated))
    if exchange is None:
        return ()
    text = (
        f"It looks as if {exchange.text}: the other way round the leads would be far more like "
        "those of human hearts. Record it again, or correct the file."
    )
    return (Caveat("leads_exchanged", text, "withhold"),)


def odd_gain(beat: Beat) -> tuple[Caveat, ...]:
    """QRS complexes far higher or lower than those of hearts: another gain or unit?"""
    if not (beat.height_mv > 0).all():
        return ()
    factor = math.exp(float(np.log(beat.height_mv).mean())) / USUAL_HEIGHT_MV
    if 1 / ODD_FACTOR <= factor <= ODD_FACTOR:
        return ()
    times = f"{factor:.1f} times" if factor > 1 else f"{factor:.2g} of"
    gravest = not 1 / WRONG_FACTOR <= factor <= WRONG_FACTOR
    text = (
        f"The QRS complexes are {times} their usual height in the mean of all leads: are the gain "
        "and the unit right?"
    )
    return (Caveat("odd_gain", text, "withhold" if gravest else "check"),)
