"""Stretches of an ECG that deviate from a normal heart."""

from collections.abc import Iterator, Mapping

import numpy as np
from jaxtyping import Bool, Float

from ptacl.restoration.calibration import percentile, wave_rms
from ptacl.restoration.config import Calibration
from ptacl.restoration.deviation import Deviation
from ptacl.restoration.grid import BEAT_MS, RATE_HZ
from ptacl.restoration.hidden import WAVE_WINDOWS
from ptacl.types import LEADS, Finding

LEAST_Z = 2.5
"""Deviation from which a stretch is listed."""
UNUSUAL_WAVE = 95.0
"""Percentile of its wave in its lead from which it is listed."""
MOST_FINDINGS = 12
LEAST_RHYTHM_Z = 6.0
"""Deviation from which a stretch is unlike the other beats: a beat varies a little."""
_LEAST_MS, _LEAST_RHYTHM_MS = 16.0, 80.0
_BRIDGE_MS = 24.0
"""Gap within a stretch that is passed over."""
_STEP_MS = 1000 / RATE_HZ


def find_deviating(
    result: Deviation,
    calibration: Calibration,
    score_percentile: float,
    doubtful: Bool[np.ndarray, " leads=12"],
) -> tuple[Finding, ...]:
    """Return the most deviating stretches, the largest deviation first.

    Args:
        result: of one ECG.
        calibration: of the restorer.
        score_percentile: of the whole ECG, which stretches of the rhythm get.
        doubtful: leads with a deviation of the recording.
    """
    percentiles: dict[tuple[str, str], float] = {
        (lead, wave): percentile(rms, calibration.waves[f"{lead} {wave}"])
        for lead, wave, rms in wave_rms(result)
    }
    findings = [*_in_beat(result, percentiles, doubtful)]
    findings += _in_rhythm(result, score_percentile, doubtful)
    return tuple(sorted(findings, key=lambda finding: -abs(finding.z))[:MOST_FINDINGS])


def _in_beat(
    result: Deviation,
    percentiles: Mapping[tuple[str, str], float],
    doubtful: Bool[np.ndarray, " leads=12"],
) -> Iterator[Finding]:
    z = result.beat_z
    for number, lead in enumerate(LEADS):
        for wave, window in WAVE_WINDOWS.items():
            rank = percentiles.get((lead, wave), 0.0)
            if rank < UNUSUAL_WAVE:
                continue
            inside = np.where(window, z[number], 0)
            for first, last, size in runs(inside, LEAST_Z, _LEAST_MS):
                yield Finding(
                    lead, wave, BEAT_MS[first], BEAT_MS[last - 1] + _STEP_MS, size, rank,
                    "recording" if doubtful[number] else "heart",
                )  # fmt: skip


def _in_rhythm(
    result: Deviation, rank: float, doubtful: Bool[np.ndarray, " leads=12"]
) -> Iterator[Finding]:
    """Yield of each time the lead in which it deviates most."""
    z = result.ecg_z
    strongest: list[tuple[int, int, float, int]] = []
    for number in range(len(LEADS)):
        for first, last, size in runs(z[number], LEAST_RHYTHM_Z, _LEAST_RHYTHM_MS):
            strongest.append((first, last, size, number))
    strongest.sort(key=lambda run: -abs(run[2]))
    chosen: list[tuple[int, int]] = []
    margin = round(0.3 * RATE_HZ)
    for first, last, size, number in strongest:
        if all(last + margin < a or b + margin < first for a, b in chosen):
            chosen.append((first, last))
            yield Finding(
                LEADS[number], "rhythm", first * _STEP_MS, last * _STEP_MS, size, rank,
                "recording" if doubtful[number] else "heart",
            )  # fmt: skip


def runs(
    z: Float[np.ndarray, " samples"], least: float, least_ms: float
) -> Iterator[tuple[int, int, float]]:
    """Yield first sample, the one after the last, and the largest deviation of stretches.

    Args:
        z: deviations.
        least: absolute value that belongs to a stretch; gaps of 24 ms are passed over.
        least_ms: shortest stretch.

    Example:
        >>> list(runs(np.array([0, 3, 0, 5, 0, 0, 0, 0, 0, -4.0, -4]), 2.5, 16))
        [(1, 4, 5.0), (9, 11, -4.0)]
    """
    for sign in (1, -1):
        high = np.flatnonzero(sign * z >= least)
        if not high.size:
            continue
        for part in np.split(high, np.flatnonzero(np.diff(high) > _BRIDGE_MS / _STEP_MS) + 1):
            first, last = int(part[0]), int(part[-1]) + 1
            if (last - first) * _STEP_MS >= least_ms:
                yield first, last, float(sign * (sign * z[first:last]).max())
