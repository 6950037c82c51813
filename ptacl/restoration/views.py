"""The two views of an ECG that the restorer reads: ten seconds and the mean beat, .5 to 40 Hz."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Float32, Int
from scipy import signal as dsp

from ptacl.restoration.grid import (
    AFTER_S,
    BEAT_SAMPLES,
    BEFORE_S,
    R_SAMPLE,
    RATE_HZ,
    SAMPLES,
)
from ptacl.signal.delineation.beat_types import beat_kinds
from ptacl.signal.delineation.beats import typical_peaks
from ptacl.types import EcgSignal

SOURCE_HZ = 500
HIGHEST_HZ = 40.0
FEWEST_BEATS = 3
_STEP = SOURCE_HZ // RATE_HZ
_P_SHARE = 0.4
"""Share of the R–R interval that a beat begins before its R peak."""
_LATE = 1.5
"""R–R intervals after which a beat is missing."""
_EDGE_S, _CUT_EDGE_S = 0.2, 0.6
"""At each end the filters begin, and for longer if they begin at a QRS: a jump in the signal."""
_REGULAR = 0.15
"""Range of the expected intervals as a share of the usual one, below which the beats before and
after the recording are where they can be told."""
_NEXT_S = 0.12
"""The beat before ends so long before an R peak at the latest."""


@dataclass(frozen=True, slots=True)
class EcgViews:
    """Views of one ECG; `Float32` in mV at 125 Hz."""

    ecg_mv: Float32[np.ndarray, "leads=12 samples=1250"]
    beat_mv: Float32[np.ndarray, "leads=12 beat"]
    laid_mv: Float32[np.ndarray, "leads=12 samples=1250"]
    """The mean beat at each expected R peak, zero between the beats."""
    laid_at: Int[np.ndarray, " samples=1250"]
    """Sample of the beat at each sample of the recording, −1 between the beats."""
    present: Bool[np.ndarray, " leads=12"]
    """Leads that are there."""
    valid: int
    """Samples before the padding."""
    unsure: tuple[int, int]
    """Samples at the start and before the padding that are not judged."""
    rr_s: float
    """Median interval of the typical beats."""
    beats: int
    """Beats in the mean beat."""
    noise_mv: Float32[np.ndarray, " leads=12"]
    """SD of a beat about the mean beat in its quietest third: noise, without the heart's own
    variation."""


def ecg_views(
    signal_mv: EcgSignal,
    r_peaks: Int[np.ndarray, " peaks"],
    present: Bool[np.ndarray, " leads=12"] | None = None,
) -> EcgViews | None:
    """Compute the views of a prepared ECG; None with fewer than three whole typical beats.

    Args:
        signal_mv: (12, samples) at 500 Hz, high-pass .5 Hz, without padding.
        r_peaks: sample numbers.
        present: leads to be read; all by default.
    """
    present = np.ones(12, dtype=bool) if present is None else present
    signal = np.where(present[:, None], signal_mv, 0).astype(np.float32)
    typical = typical_peaks(signal, r_peaks, SOURCE_HZ, BEFORE_S, AFTER_S)
    if typical.size < FEWEST_BEATS:
        return None
    slow = dsp.fftconvolve(signal, _taps()[None], mode="same", axes=1).astype(np.float32)
    offsets = _STEP * (np.arange(BEAT_SAMPLES) - R_SAMPLE)
    beats = slow[:, typical[:, None] + offsets]
    beat = beats.mean(axis=1)
    spread = np.sort(beats.std(axis=1, ddof=1), axis=1)
    kinds = beat_kinds(signal, r_peaks, SOURCE_HZ)
    expected = expected_peaks(r_peaks, typical, np.isin(kinds, kinds[np.isin(r_peaks, typical)]))
    laid_at = lay(_with_cut_beats(expected, signal.shape[1]) / _STEP)
    overlay = np.where(laid_at >= 0, beat[:, np.maximum(laid_at, 0)], 0)
    ecg = np.zeros((12, SAMPLES), np.float32)
    moved = slow[:, ::_STEP][:, :SAMPLES]
    ecg[:, : moved.shape[1]] = moved
    return EcgViews(
        ecg_mv=ecg,
        beat_mv=beat.astype(np.float32),
        laid_mv=overlay.astype(np.float32),
        laid_at=laid_at,
        present=present,
        valid=moved.shape[1],
        unsure=(
            _unsure(r_peaks[0] / SOURCE_HZ),
            _unsure((signal.shape[1] - r_peaks[-1]) / SOURCE_HZ),
        ),
        rr_s=float(np.median(np.diff(r_peaks))) / SOURCE_HZ,
        beats=len(typical),
        noise_mv=spread[:, : BEAT_SAMPLES // 3].mean(axis=1).astype(np.float32),
    )


def expected_peaks(
    r_peaks: Int[np.ndarray, " peaks"],
    typical: Int[np.ndarray, " typical"],
    usual_shape: Bool[np.ndarray, " peaks"] | None = None,
) -> Int[np.ndarray, " expected"]:
    """Return where the regular beats are expected: where they are, and in place of premature ones.

    A beat whose QRS has the usual shape is expected where it is, even if it is not typical, since
    the next one follows early or an electrode moves. The place of a beat of another shape is where
    the next regular beat would have been. A pause without any beat is left as it is. Other beats at
    the ends of the recording, too near to be whole, are chosen if they keep the rhythm.

    Args:
        r_peaks: all R peaks.
        typical: those of the beats like the mean beat.
        usual_shape: of each R peak, whether its QRS has the shape of typical beats; by default
            only the typical ones have.

    Example:
        >>> r_peaks = np.array([0, 400, 650, 1200, 1600])
        >>> expected_peaks(r_peaks, np.array([0, 400, 1200, 1600])).tolist()
        [0, 400, 800, 1200, 1600]
    """
    steps = np.diff(typical)
    usual = float(np.median(steps)) if steps.size else np.inf
    regular = typical if usual_shape is None else np.union1d(typical, r_peaks[usual_shape])
    expected = list(regular)
    for start, gap in zip(regular[:-1], np.diff(regular), strict=True):
        inside = ((r_peaks > start) & (r_peaks < start + gap)).any()
        count = round(gap / usual) if inside and gap > _LATE * usual else 1
        expected += [int(start + gap * k / count) for k in range(1, count)]
    outside = r_peaks[(r_peaks < regular[0]) | (r_peaks > regular[-1])]
    near = np.minimum(np.abs(outside - regular[0]), np.abs(outside - regular[-1]))
    expected += outside[np.abs(near / usual - np.rint(near / usual)) < 0.2].tolist()
    return np.unique(np.asarray(expected, dtype=np.int64))


def _with_cut_beats(
    expected: Int[np.ndarray, " expected"], samples: int
) -> Int[np.ndarray, " more"]:
    """Add the beats of a regular rhythm whose R peak is outside the recording, T or P inside."""
    steps = np.diff(expected)
    if not steps.size or np.ptp(steps) > _REGULAR * np.median(steps):
        return expected
    usual = round(float(np.median(steps)))
    return np.concatenate([
        expected[:1] - usual if expected[0] < usual else expected[:0],
        expected,
        expected[-1:] + usual if expected[-1] + usual >= samples else expected[:0],
    ])  # fmt: skip


def _unsure(r_peak_s: float) -> int:
    """Return the samples at an end that are not judged, by the time to the nearest R peak."""
    return round((_CUT_EDGE_S if r_peak_s < _EDGE_S else _EDGE_S) * RATE_HZ)


def lay(peaks: Float[np.ndarray, " peaks"]) -> Int[np.ndarray, " samples=1250"]:
    """Return the sample of a beat at each sample of ten seconds, −1 between the beats.

    Args:
        peaks: R peaks in samples at 125 Hz.
    """
    overlay = np.full(SAMPLES, -1, dtype=np.int64)
    rounded = np.rint(peaks).astype(np.int64)
    gaps = np.diff(rounded)
    before = np.append(gaps[:1], gaps) if gaps.size else np.full(len(rounded), SAMPLES)
    for r_peak, gap in zip(rounded, before, strict=True):
        first = r_peak - min(R_SAMPLE, int(_P_SHARE * gap))
        last = r_peak + BEAT_SAMPLES - R_SAMPLE
        later = rounded[rounded > r_peak]
        if later.size:
            last = min(last, int(later[0]) - round(_NEXT_S * RATE_HZ))
        at = np.arange(max(first, 0), min(max(last, first), SAMPLES))
        overlay[at] = at - r_peak + R_SAMPLE
    return overlay


def beat_start(rr_s: float) -> int:
    """Return the sample of a beat before which the former one, its T wave, has not ended."""
    return max(0, R_SAMPLE - round(_P_SHARE * rr_s * RATE_HZ))


def beat_end(rr_s: float) -> int:
    """Return the sample of a beat after which the next one begins."""
    return min(BEAT_SAMPLES, R_SAMPLE + round((1 - _P_SHARE) * rr_s * RATE_HZ))


@cache
def _taps() -> Float[np.ndarray, " taps"]:
    return dsp.firwin(65, HIGHEST_HZ, fs=SOURCE_HZ)
