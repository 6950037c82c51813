"""Converter scale in the lines around a table of numbers, in its various spellings.

Raw converter counts look like microvolts. A line about a resolution, a gain or a range is therefore
either understood, or integers have no unit.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.io.ecg.units import STEPS, is_voltage, millivolts_per, step_unit
from ptacl.types import Caveat

Rows = Float64[np.ndarray, "leads samples"]

LONGEST_LINE = 256
"""Longest line in characters; longer ones are not about a converter and would be slow to match."""

_N = r"(?P<n>\d+(?:\.\d+)?(?:e[-+]?\d+)?)"
_V = r"(?<![a-z])(?P<v>[mun]v|v|(?:milli|micro|nano)?volts?|[mu]volts?)"
_COUNT = (
    r"(?:bits?|lsbs?|adus?|adc|ad[cu]?[ _]?(?:units?|counts?|steps?)|a/d[ _]?(?:units?|counts?)|"
    r"counts?|(?:digital )?units?|steps?|digits?|codes?|levels?|quant(?:um|a)|ticks?|points?)"
)
_PER = r"\s*(?:/|\s?per\s?|\spro\s)\s*"
_STEP_WORD = (
    r"(?:resolution|lsb|bit ?(?:value|weight)|steps?|step ?(?:size|width|value)|increments?|"
    r"quant\w*|precision|(?:scal\w*|conversion|calibration) ?factor|multiplier)"
)
_SIZES = [
    re.compile(pattern)
    for pattern in (
        rf"{_N}\s?(?P<v>[mun]v|v|(?:milli|micro|nano)?volts?|[mu]volts?){_PER}{_COUNT}(?![a-z])",
        rf"{_V}{_PER}{_COUNT}(?![a-z])[^\d]*{_N}",
        rf"(?:(?:^|\b1 ?|\bone ){_COUNT}|\bunits?) (?:is |of )?{_N}\s?(?P<v>[mun]?v|[a-z]*volts?)"
        r"(?![a-z/])",
        rf"\b{_STEP_WORD}\b[^\d]*{_N}\s?(?P<v>[mun]v|v|[a-z]*volts?)(?![a-z/])",
        rf"\b{_STEP_WORD}\b[^\d]*?{_V}(?![a-z/])[^\d]*{_N}$",
    )
]
"""Size of one step: ``4.88 uV/bit``, ``uV per LSB: 4.88``, ``LSB = 4.88 uV``, ``Resolution: 5 uV``.
"""
_GAINS = [
    re.compile(pattern)
    for pattern in (
        rf"{_N}\s?{_COUNT}?{_PER}(?P<v>[mun]v|v|(?:milli|micro|nano)?volts?)(?![a-z])",
        rf"{_COUNT}{_PER}(?P<v>[mun]v|v|(?:milli|micro|nano)?volts?)(?![a-z])[^\d]*{_N}",
    )
]
"""Steps per unit: ``200 adu/mV``, ``units per mV: 200``."""
_OF_UNIT = re.compile(rf"units? ?per ?(?:bit|lsb|step|count)s?(?![a-z])[^\d]*{_N}")
"""``AmplitudeUnitsPerBit: 4.88``, with the unit stated elsewhere."""
_ZERO = re.compile(r"\b(?:adc ?zero|baseline|offset|zero ?(?:level|value|offset))\b[^\d-]*(-?\d+)$")
_KEYWORDS = re.compile(
    r"\b(?:resolution|lsb|adc|a/d|adu|gain|amplification|scal(?:e|ing)|multipl\w+|quanti\w*|"
    r"divi(?:de|ded|sor)|convert\w*|vref|reference voltage|steps? of|"
    r"(?:scal\w*|conversion|calibration) ?factor|full.?scale|sensitivity|units? ?per|"
    r"\d+.?bits?|bits|bit depth|(?:digital|physical) ?(?:min|max)\w*|"
    r"(?:input|voltage|signal|amplitude|dynamic) range)\b|\brange\b.*\d\s?[mun]?v\b"
)
_ELSEWHERE = re.compile(r"\d\s?(?:mm|cm|k?hz|ms|s|sec|seconds|dpi|px|pixels?|bpm)\b|mm/|\bpaper\b")
"""Scales of the paper, the screen, the time or the filters."""
_UNIT_FACTOR = re.compile(r"[^\d]*1(?:\.0*)?\s*x?")


@dataclass(frozen=True, slots=True)
class Converter:
    """What is known about the converter."""

    step: str | None = None
    """Voltage of one step as a unit (`units.step_unit`)."""
    zero: float = 0.0
    """The number of zero voltage."""
    unclear: bool = False
    """Whether a line about the converter is not understood, or lines contradict each other."""


def parse_converter(lines: Iterable[str], unit: str | None) -> Converter:
    """Parse the lines about the converter.

    Args:
        lines: the lines around the table.
        unit: the voltage unit that they name, for "units per bit".

    Example:
        >>> parse_converter(["Resolution: 4.88 uV/bit"], "uV").step
        '4.88 µV'
        >>> parse_converter(["Gain = 200 adu/mV"], None).step
        '0.005 mV'
        >>> parse_converter(["ADC range +-5 mV, 12 bit"], "uV").unclear
        True
    """
    steps: list[str] = []
    zeros: list[float] = []
    unclear = False
    for line in map(_plain, lines):
        if step := _step(line, unit):
            steps.append(step)
        elif zero := _ZERO.search(line):
            zeros.append(float(zero[1]))
        elif _is_about_converter(line):
            unclear = True
    sizes = {round(millivolts_per(step, ""), 12) for step in steps}
    if len(sizes) > 1 or len(set(zeros)) > 1 or (unclear and not steps):
        return Converter(unclear=True)
    return Converter(steps[0], zeros[0] if zeros else 0.0) if steps else Converter()


def _is_about_converter(line: str) -> bool:
    match = _KEYWORDS.search(line)
    if not match or not any(character.isdigit() for character in line):
        return False
    return not _ELSEWHERE.search(line) and not _UNIT_FACTOR.fullmatch(line)


def _step(line: str, unit: str | None) -> str | None:
    for pattern in _SIZES:
        if (match := pattern.search(line)) and float(match["n"]) > 0:
            return step_unit(float(match["n"]), match["v"])
    for pattern in _GAINS:
        if (match := pattern.search(line)) and float(match["n"]) > 0:
            return step_unit(1 / float(match["n"]), match["v"])
    if unit and (match := _OF_UNIT.search(line)) and float(match["n"]) > 0:
        return step_unit(float(match["n"]), unit)
    return None


def _plain(line: str) -> str:
    """Normalise a line: lower case, one spelling of µ, decimal points, blanks as separators."""
    low = line[:LONGEST_LINE].lower().replace("\u00b5", "u").replace("\u03bc", "u")
    low = re.sub(r"(?<=\d),(?=\d)", ".", low)
    return " ".join(re.sub(r"[,;\t:=|_\"'()\[\]#]+", " ", low).split())


def calibrated(
    rows: Rows, units: list[str | None], converter: Converter
) -> tuple[Rows, list[str | None], tuple[Caveat, ...]]:
    """Return the rows of a table and the unit of each, given the converter.

    Fractions are voltages already. Integers count steps, unless they are rounded multiples of the
    step's voltage: then the table holds voltages and the resolution is informative.
    """
    known = rows[np.isfinite(rows)]
    if (converter.step is None and not converter.unclear) or bool((known % 1).any()):
        return rows, units, ()
    if converter.step is None:
        return rows, [STEPS] * len(units), ()
    if all(unit and is_voltage(unit) for unit in units) and _on_steps(rows, units, converter.step):
        text = (
            f"The file states a resolution of {converter.step}; its numbers are voltages already."
        )
        return rows, units, (Caveat("resolution_stated", text, "info"),)
    text = (
        f"The file states that one step of its numbers is {converter.step}; they were scaled by it."
    )
    return (
        rows - converter.zero,
        [converter.step] * len(units),
        (Caveat("steps_scaled", text, "info"),),
    )


def _on_steps(rows: Rows, units: list[str | None], step: str) -> bool:
    """Return whether integers are rounded multiples of a step larger than one of them."""
    for row, unit in zip(rows, units, strict=True):
        size = millivolts_per(step, "") / millivolts_per(unit or "", "")
        values = row[np.isfinite(row)]
        if size <= 1 or (np.abs(values - size * np.rint(values / size)) > 0.5).any():
            return False
    return bool(np.nan_to_num(rows).any())
