"""Units of voltage and time as spelled in files."""

import re

from ptacl.errors import BadInput

_QUOTABLE = re.compile(r"[A-Za-z\u00b5\u03bc/%]{1,6}")
_STEP = re.compile(r"(\d*\.?\d+(?:[eE][-+]?\d+)?) ([^\W\d]+)")
"""``4.88 uV``: the numbers of the file count steps of this size."""

_MILLIVOLTS = {
    "mv": 1.0, "millivolt": 1.0, "millivolts": 1.0,
    "uv": 1e-3, "microvolt": 1e-3, "microvolts": 1e-3,
    "v": 1e3, "volt": 1e3, "volts": 1e3,
    "nv": 1e-6, "nanovolt": 1e-6, "nanovolts": 1e-6,
    "mvolt": 1.0, "mvolts": 1.0, "uvolt": 1e-3, "uvolts": 1e-3,
}  # fmt: skip
_SHOWN = {"mv": "mV", "uv": "µV", "v": "V", "nv": "nV"}
_SECONDS = {
    "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0,
    "ms": 1e-3, "msec": 1e-3, "millisecond": 1e-3, "milliseconds": 1e-3,
    "us": 1e-6, "usec": 1e-6, "microsecond": 1e-6, "microseconds": 1e-6,
}  # fmt: skip


STEPS = "steps"
"""Unit of numbers that count converter steps of unknown size."""
_COUNTS = re.compile(
    r"adu?|adc?( ?(units?|counts?|values?))?|a/d( units?)?|lsbs?|bits?|counts?|steps?|digits?|"
    r"raw|codes?|levels?|digital( units?)?|int(16|24|32)?"
)


def counts_steps(unit: str) -> bool:
    """Return whether a unit means converter counts: ``adu``, ``LSB``, ``raw``."""
    return bool(_COUNTS.fullmatch(_plain(unit)))


def is_voltage(unit: str) -> bool:
    """Return whether a text is a unit of voltage."""
    return _plain(unit) in _MILLIVOLTS


def step_unit(size: float, unit: str) -> str:
    """Return the unit of numbers that count converter steps, each ``size`` of ``unit``.

    Example:
        >>> step_unit(4.88, "uV"), millivolts_per(step_unit(4.88, "uV"), "a.csv")
        ('4.88 µV', 0.00488)
    """
    plain = _plain(unit)
    return f"{size!r} {_SHOWN.get(plain, plain)}"


def is_step(unit: str) -> bool:
    """Return whether a unit is a converter step, from `step_unit`."""
    return _STEP.fullmatch(unit) is not None


def millivolts_per(unit: str, where: str) -> float:
    """Return the millivolts in one ``unit``; case is ignored (some files write ``MV``).

    Raises:
        BadInput: it is no unit of voltage, or counts steps of unknown size.

    Example:
        >>> millivolts_per("µV", "a.csv")
        0.001
    """
    if (factor := _MILLIVOLTS.get(_plain(unit))) is not None:
        return factor
    step = _STEP.fullmatch(unit)
    if step and is_voltage(step[2]):
        return float(step[1]) * _MILLIVOLTS[_plain(step[2])]
    if counts_steps(unit):
        message = "its numbers are converter counts, and the size of one step is missing"
        raise BadInput(
            where,
            message,
            "export it in mV or µV, or give --unit if a step is one",
            code="ecg.no_scale",
        )
    # A longer text may be a person's name.
    named = repr(unit) if _QUOTABLE.fullmatch(unit) else "the stated unit"
    raise BadInput(
        where,
        f"{named} is no unit of voltage",
        "give --unit mV or --unit uV",
        code="ecg.unknown_unit",
    )


def seconds_per(unit: str) -> float | None:
    """Return the seconds in one ``unit``; None if it is no unit of time."""
    return _SECONDS.get(_plain(unit))


def _plain(unit: str) -> str:
    # Two code points look like µ: the micro sign and the Greek letter.
    return unit.strip().lower().replace("\u00b5", "u").replace("\u03bc", "u")
