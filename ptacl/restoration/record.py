"""What does not fit an ECG, as JSON, as columns of a table, and as lines of text."""

from typing import Any

import numpy as np
from jaxtyping import Float32, Float64

from ptacl.restoration.grid import RATE_HZ
from ptacl.types import Anomaly, EcgSignal, Finding

_HIGH = 95.0
"""Percentile from which it is said why an ECG is not unusual: the limit is of real normal ECGs, of
which 5 % are beyond it (`ptacl anomaly --set-limit`); they deviate more than simulated ones."""
SYNTHETIC_HEARTS = "simulated hearts without disease"


def finding_text(finding: Finding) -> str:
    """Return a place as words, with its cause where that is the recording.

    Example:
        >>> finding_text(Finding("V5", "ST–T", 120, 260, -6.2, 99.0))
        'V5, ST–T, 120–260 ms after R: 6 SD below'
        >>> finding_text(Finding("II", "rhythm", 3210, 3700, 9.0, 100.0))
        'II, 3.2–3.7 s, unlike the other beats: 9 SD above'
        >>> finding_text(Finding("V2", "QRS", -24, 0.0, -7.4, 99.0))
        'V2, QRS, 24–0 ms before R: 7 SD below'
    """
    size = f"{abs(finding.z):.0f} SD {'below' if finding.z < 0 else 'above'}"
    if finding.wave == "rhythm":
        span = (
            f"{finding.start_ms / 1000:.1f}–{finding.end_ms / 1000:.1f} s, unlike the other beats"
        )
    elif finding.end_ms <= 0:
        span = f"{finding.wave}, {-finding.start_ms:.0f}–{abs(finding.end_ms):.0f} ms before R"
    elif finding.start_ms < 0:
        span = (
            f"{finding.wave}, {-finding.start_ms:.0f} ms before to {finding.end_ms:.0f} ms after R"
        )
    else:
        span = f"{finding.wave}, {finding.start_ms:.0f}–{finding.end_ms:.0f} ms after R"
    doubt = " (the recording: a noisy or doubtful lead)" if finding.cause == "recording" else ""
    return f"{finding.lead}, {span}: {size}{doubt}"


def anomaly_record(anomaly: Anomaly | None) -> dict[str, Any] | None:
    """Return an anomaly as JSON values; None if there is no restorer."""
    if anomaly is None:
        return None
    if anomaly.withheld:
        return {"withheld": anomaly.withheld}
    return {
        "withheld": None,
        "score": anomaly.score,
        "percentile": anomaly.percentile,
        "unusual": anomaly.unusual,
        "normal_hearts": SYNTHETIC_HEARTS if anomaly.synthetic else "normal subjects of a cohort",
        "findings": [
            {
                "lead": finding.lead,
                "wave": finding.wave,
                "start_ms": finding.start_ms,
                "end_ms": finding.end_ms,
                "sd": finding.z,
                "percentile": finding.percentile,
                "cause": finding.cause,
                "text": finding_text(finding),
            }
            for finding in anomaly.findings
        ],
        "strip_sd": None if anomaly.z is None else anomaly.z.tolist(),
        "strip_step_ms": 50,
    }


def anomaly_row(anomaly: Anomaly | None) -> dict[str, str | float | bool | None]:
    """Return the columns of an anomaly in the batch table."""
    if anomaly is None:
        return {}
    if anomaly.withheld:
        return {"anomaly_withheld": anomaly.withheld}
    return {
        "anomaly_percentile": anomaly.percentile,
        "anomaly_unusual": anomaly.unusual,
        "anomaly_findings": "; ".join(finding_text(finding) for finding in anomaly.findings),
    }


def anomaly_sentence(anomaly: Anomaly) -> str:
    """Return the verdict as sentences.

    Example:
        >>> anomaly_sentence(Anomaly("Only 2 heartbeats were found."))
        'No judgement of what does not fit. Only 2 heartbeats were found.'
    """
    if anomaly.withheld:
        return f"No judgement of what does not fit. {anomaly.withheld}"
    hearts = f"held-out {SYNTHETIC_HEARTS}" if anomaly.synthetic else "held-out normal subjects"
    rank = f"Deviates more than {_share(anomaly.percentile)} {hearts}"
    if anomaly.unusual:
        return f"{rank}: unusual, which is not the same as ill."
    if anomaly.percentile > _HIGH:
        rank += ", as one in twenty real normal ECGs or more also does"
    return f"{rank}: not unusual, which is not the same as healthy."


def anomaly_lines(anomaly: Anomaly | None) -> list[str]:
    """Return an anomaly as lines for a terminal; none without a restorer."""
    if anomaly is None:
        return []
    lines = [f"does not fit  {anomaly_sentence(anomaly)}"]
    return lines + [f"{'':14}{finding_text(finding)}" for finding in anomaly.findings]


def _share(percentile: float) -> str:
    """Return a percentile as words.

    >>> _share(93.6), _share(100.0)
    ('93 % of', 'all')
    """
    return "all" if percentile >= 100 else f"{int(percentile)} % of"


def shown_restored(
    anomaly: Anomaly, signal_mv: EcgSignal, sample_rate_hz: float, start_s: float
) -> Float32[np.ndarray, "leads=12 samples"]:
    """Return the restored trace on the samples of a recording, each lead about its own median.

    The recording's own baseline is added: what is slower than the restored band, as a running
    median of the difference over a second.

    Args:
        anomaly: not withheld.
        signal_mv: the recording as shown.
        sample_rate_hz: of the recording.
        start_s: start of the prepared ECG in it.
    """
    assert anomaly.restored_mv is not None
    times = np.arange(anomaly.restored_mv.shape[1]) / RATE_HZ + start_s
    samples = np.arange(signal_mv.shape[1]) / sample_rate_hz
    shown = np.full(signal_mv.shape, np.nan, np.float32)
    for lead, restored in enumerate(anomaly.restored_mv):
        known = np.isfinite(restored)
        recorded = np.isfinite(signal_mv[lead])
        if not known.any() or not recorded.any():
            continue
        raw = np.interp(times[known], samples[recorded], signal_mv[lead, recorded])
        baseline = _running_median(raw - restored[known])
        inside = recorded & (samples >= times[known][0]) & (samples <= times[known][-1])
        trace = restored[known] + baseline - np.median(signal_mv[lead, recorded])
        shown[lead, inside] = np.interp(samples[inside], times[known], trace)
    return shown


def _running_median(values: Float64[np.ndarray, " samples"]) -> Float64[np.ndarray, " samples"]:
    """Return the median of each second, every quarter of a second, joined by lines."""
    step = RATE_HZ // 4
    centres = np.arange(0, len(values) + step, step)
    medians = [
        np.median(values[max(centre - 2 * step, 0) : centre + 2 * step])
        for centre in np.minimum(centres, len(values) - 1)
    ]
    return np.interp(np.arange(len(values)), centres, medians)
