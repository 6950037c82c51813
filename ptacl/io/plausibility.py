"""Plausibility checks of recordings: rate, duration and amplitude of ECGs, geometry of cines."""

from statistics import median

import numpy as np
from jaxtyping import Float32

from ptacl.errors import BadInput
from ptacl.types import Cine, EcgSignal

SAMPLE_RATE_HZ = (100.0, 2000.0)
SHORTEST_ECG_S = 5.0
PEAK_TO_PEAK_MV = (0.05, 20.0)
"""Range of the median lead. A QRS complex spans 0.5–5 mV; a wrong unit is off by a factor of
1,000."""
RR_MS = (250.0, 3000.0)
"""20 to 240 beats per minute."""
PIXEL_MM = (0.2, 10.0)
SMALLEST_SIDE = 16


def check_sample_rate(where: str, sample_rate_hz: float) -> None:
    """Check that a sample rate is between 100 and 2000 Hz.

    Args:
        where: name of the file, for messages.
        sample_rate_hz: the rate.

    Raises:
        BadInput: it is not.
    """
    low, high = SAMPLE_RATE_HZ
    if not low <= sample_rate_hz <= high:
        raise BadInput(
            where,
            f"a sample rate of {sample_rate_hz:g} Hz is outside {low:g} to {high:g} Hz",
            "check the rate, or export the ECG at 500 Hz",
            code="ecg.implausible_rate",
        )


def check_ecg(where: str, signal_mv: EcgSignal, sample_rate_hz: float) -> None:
    """Check duration and amplitude of an ECG.

    Args:
        where: name of the file, for messages.
        signal_mv: (12, samples) in mV.
        sample_rate_hz: the rate.

    Raises:
        BadInput: the signal is too short, missing, constant, or its unit is off by a factor of
            1,000.
    """
    duration_s = signal_mv.shape[1] / sample_rate_hz
    if duration_s < SHORTEST_ECG_S:
        raise BadInput(
            where,
            f"it holds {duration_s:.2g} s of signal, less than {SHORTEST_ECG_S:g} s",
            "export the whole rhythm recording, usually 10 s",
            code="ecg.too_short",
        )
    spans = _spans(signal_mv)
    if not spans.any() and np.isnan(signal_mv).all():
        raise BadInput(where, "every sample is missing", "export it again", code="ecg.all_missing")
    if not spans.any():
        raise BadInput(
            where, "every lead is constant", "record or export it again", code="ecg.constant"
        )
    _check_amplitude(where, median(spans[spans > 0].tolist()))


def _spans(signal_mv: EcgSignal) -> Float32[np.ndarray, " leads"]:
    """Return the peak-to-peak amplitude of each lead; 0 if it has no sample."""
    spans = signal_mv.max(axis=1) - signal_mv.min(axis=1)
    for row in np.flatnonzero(np.isnan(spans)):
        samples = signal_mv[row][~np.isnan(signal_mv[row])]
        spans[row] = np.ptp(samples) if samples.size else 0.0
    return spans


def _check_amplitude(where: str, span_mv: float) -> None:
    low, high = PEAK_TO_PEAK_MV
    if span_mv > high:
        suspect = "as if its unit were smaller than stated (microvolts read as millivolts?)"
        remedy = "check the unit and give it: --unit uV"
    elif span_mv < low:
        suspect = "as if its unit were larger than stated (millivolts read as microvolts?)"
        remedy = "check the unit and give it: --unit mV"
    else:
        return
    raise BadInput(
        where,
        f"its median lead spans {span_mv:.3g} mV, {suspect}",
        remedy,
        code="ecg.implausible_amplitude",
    )


def check_cine(where: str, cine: Cine) -> None:
    """Check that a cine moves and that its geometry and times are possible.

    Args:
        where: name of the file, for messages.
        cine: the cine as read.

    Raises:
        BadInput: a still or blank image, or impossible pixels, pixel spacing, frame times or R–R
            interval.
    """
    count, rows, columns = cine.frames.shape
    if count < 2:
        raise BadInput(
            where,
            "it is a still image, one frame",
            "export the whole cine series",
            code="cine.still_image",
        )
    if min(rows, columns) < SMALLEST_SIDE:
        raise BadInput(
            where,
            f"its frames are {rows} × {columns} pixels",
            "export the full images",
            code="cine.too_small",
        )
    if not np.isfinite(cine.frames).all():
        raise BadInput(
            where, "some pixels are not numbers", "export it again", code="cine.not_finite"
        )
    if np.ptp(cine.frames) == 0:
        raise BadInput(where, "its frames are blank", "export it again", code="cine.blank")
    if (cine.frames == cine.frames[0]).all():
        raise BadInput(
            where,
            "its frames are all the same: nothing moves",
            "export it again",
            code="cine.no_motion",
        )
    if not all(PIXEL_MM[0] <= side <= PIXEL_MM[1] for side in cine.spacing_mm):
        sides = " × ".join(f"{side:g}" for side in cine.spacing_mm)
        raise BadInput(
            where,
            f"its pixels measure {sides} mm",
            "export it with its pixel spacing",
            code="cine.implausible_spacing",
        )
    _check_times(where, cine)


def _check_times(where: str, cine: Cine) -> None:
    low, high = RR_MS
    if cine.two_phases and np.isnan(cine.rr_ms):
        return
    if not low <= cine.rr_ms <= high:
        raise BadInput(
            where,
            f"its frames span {cine.rr_ms:g} ms, not an R–R interval ({low:g} to {high:g} ms)",
            "export a cine of one heartbeat, or give its R–R interval",
            code="cine.implausible_times",
        )
    if cine.frame_times_ms[-1] >= cine.rr_ms:
        raise BadInput(
            where,
            f"its last frame is {cine.frame_times_ms[-1]:g} ms after the R wave, beyond the R–R "
            f"interval of {cine.rr_ms:g} ms",
            "check the R–R interval that was given",
            code="cine.implausible_times",
        )
    if (np.diff(cine.frame_times_ms) <= 0).any():
        raise BadInput(
            where,
            "its frame times do not increase",
            "export it with its trigger times",
            code="cine.implausible_times",
        )
