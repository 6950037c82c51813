"""ECG measurements by their codes in ISO/IEEE 11073-10102, as in aECG and DICOM.

A term has a name (``MDC_ECG_TIME_PD_QT``, with ``_GL`` for the global value; other prefixes occur)
and a number in partition 2 (``2:16160``; DICOM PS3.16, CID 3227 to 3229 and 3689).
"""

import re
from collections.abc import Mapping

_TERMS: tuple[tuple[str, tuple[str, ...], tuple[int, ...]], ...] = (
    ("heart_rate_bpm", ("HEART_RATE", "VENT_RATE"), (16770,)),
    ("rr_ms", ("TIME_PD_RR",), (16168, 16000)),
    ("pr_ms", ("TIME_PD_PR", "TIME_PD_PQ"), (15872, 16144)),
    ("qrs_ms", ("TIME_PD_QRS",), (16156,)),
    ("qt_ms", ("TIME_PD_QT",), (16160,)),
    ("qtc_ms", ("TIME_PD_QTC", "TIME_PD_QTCB", "TIME_PD_QTCF"), (15876, 15880, 15892)),
    ("p_axis_deg", ("ANGLE_P_FRONT",), (16128,)),
    ("qrs_axis_deg", ("ANGLE_QRS_FRONT",), (16132,)),
    ("t_axis_deg", ("ANGLE_T_FRONT",), (16136,)),
)
"""Measurement key (those of `Ecg.measurements`, and ``rr_ms``), its names after ``MDC_ECG_`` and
its numbers, in order of preference."""

_RANKS = {name: (key, rank) for key, names, _ in _TERMS for rank, name in enumerate(names)} | {
    str(number): (key, rank) for key, _, numbers in _TERMS for rank, number in enumerate(numbers)
}


def measurement_of(code: str) -> tuple[str, int] | None:
    """Return the measurement of a code and its rank: QTc before QTc of Fridericia.

    Example:
        >>> measurement_of("MDC_ECG_TIME_PD_QTcF"), measurement_of("2:15872")
        (('qtc_ms', 2), ('pr_ms', 0))
        >>> measurement_of("NOM_ECG_TIME_PD_QRS_GL"), measurement_of("MDC_ECG_LEAD_II")
        (('qrs_ms', 0), None)
    """
    plain = code.strip().upper()
    number = re.fullmatch(r"(?:2:\s*)?(\d{5,6})", plain)
    if number:
        return _RANKS.get(str(int(number[1]) % 2**16))
    return _RANKS.get(plain.rpartition("ECG_")[2].removesuffix("_GL"))


def first_of_each(values: Mapping[tuple[str, int], float]) -> dict[str, float | None]:
    """Return the value of the lowest rank for each measurement key."""
    result: dict[str, float | None] = {}
    for key, rank in sorted(values, key=lambda entry: entry[1]):
        result.setdefault(key, values[key, rank])
    return result
