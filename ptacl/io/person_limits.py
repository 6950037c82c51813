"""What can be true of a person: one check for every door, and what the heads have not seen.

Limits. Age 0 to 120 years: the oldest person with a verified age reached 122 (Jeanne Calment), and
nobody above 120 lives. Height 50 to 250 cm: from a newborn to the tallest adults on record but one
(272 cm). Weight 2 to 400 kg: from a newborn to all but a handful of people on record. They part
slips of unit from people, not the usual from the rare: `beyond_seen` tells the rare.
"""

import math
import numbers
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from ptacl.errors import BadInput
from ptacl.phenotypes import body_surface_area_m2
from ptacl.types import Caveat, Person, Sex

LIMITS: dict[str, tuple[float, float]] = {
    "age_years": (0.0, 120.0),
    "height_cm": (50.0, 250.0),
    "weight_kg": (2.0, 400.0),
}
Seen = Mapping[str, tuple[float, float]]
"""Lowest and highest value of each covariate among the people that heads were fitted on."""
SIZES = (*LIMITS, "area_m2")
BEYOND = "person_beyond_training"
FAR = 0.5
"""How far outside what was seen, in its widths, heads still extrapolate. At the edge of evenly
spread people the standard error of a straight line is 2 times that in the middle, half a width
further out 3.6 times (the root of 1 + 12 times the squared distance from the middle in widths)."""


@dataclass(frozen=True, slots=True)
class _Unit:
    title: str
    unit: str


_UNITS = {
    "age_years": _Unit("age", "years"),
    "height_cm": _Unit("height", "cm"),
    "weight_kg": _Unit("weight", "kg"),
    "area_m2": _Unit("body surface area", "m²"),
}
_SLIPS: dict[str, tuple[tuple[float, float, float | None, str], ...]] = {
    "age_years": (
        (1880.0, 2100.0, None, "a year of birth"),
        (300.0, 300.0, None, "PTB-XL's mark of an age above 89"),
    ),
    "height_cm": (
        (0.5, 2.5, 100.0, "metres"), (3.0, 8.0, 30.48, "feet"), (20.0, 50.0, 2.54, "inches"),
        (500.0, 2500.0, 0.1, "millimetres"),
    ),
    "weight_kg": ((2000.0, 400_000.0, 0.001, "grams"),),
}  # fmt: skip
"""Of values outside the limits: from, to, factor to the right unit, and what they look like."""


def check_person(person: Person) -> Person:
    """The person, if it can be one.

    Raises:
        BadInput: a value that no person has, is no number, or a sex that is neither; the message
            names the likely mistake, such as metres.

    Example:
        >>> check_person(Person("male", height_cm=1.65))
        Traceback (most recent call last):
        ptacl.errors.BadInput: height_cm: it is 1.65, not between 50 and 250 cm; that looks like \
metres. Give 165.
    """
    if person.sex is not None and person.sex not in get_args(Sex):
        said = repr(person.sex)[:20]
        raise BadInput(
            "sex",
            f"it is {said}",
            f"give {' or '.join(get_args(Sex))}, or leave it out",
            code="person.sex",
        )
    for key in LIMITS:
        value = getattr(person, key)
        if value is not None:
            check_number(key, value)
    return person


def check_number(key: str, value: Any) -> None:
    """Check one covariate of `LIMITS`.

    Raises:
        BadInput: as `check_person`.
    """
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not math.isfinite(value):
        raise BadInput(
            key,
            f"it is {repr(value)[:20]}, no number",
            "give a number, or leave it out",
            code="person.not_a_number",
        )
    if fault := outside(key, float(value)):
        raise BadInput(key, *fault, code="person.out_of_range")


def outside(key: str, value: float) -> tuple[str, str] | None:
    """What is wrong with a value and what to do; None within the limits."""
    low, high = LIMITS[key]
    if low <= value <= high:
        return None
    title, unit = _UNITS[key].title, _UNITS[key].unit
    found = f"it is {value:g}, not between {low:g} and {high:g} {unit}"
    like, right = slip(key, value)
    do = f"give {right:.4g}" if right else f"give the {title} in {unit}, or leave it out"
    return f"{found}; that looks like {like}" if like else found, do


def slip(key: str, value: float) -> tuple[str, float | None]:
    """What a value outside the limits looks like, and the right one; nothing where it is unclear.

    Example:
        >>> slip("height_cm", 1.65), slip("age_years", 1961), slip("weight_kg", -3)
        (('metres', 165.0), ('a year of birth', None), ('', None))
    """
    for lowest, highest, factor, name in _SLIPS.get(key, ()):
        if lowest <= value <= highest:
            return name, value * factor if factor else None
    return "", None


def sizes(person: Person) -> dict[str, float]:
    """The numbers of a person that are told, the body surface area among them."""
    told = {key: getattr(person, key) for key in LIMITS}
    if told["height_cm"] is not None and told["weight_kg"] is not None:
        told["area_m2"] = body_surface_area_m2(told["height_cm"], told["weight_kg"])
    return {key: float(value) for key, value in told.items() if value is not None}


def overshoot(person: Person, seen: Seen) -> float:
    """How far a person lies outside, in widths of what was seen: 0 within."""
    shares = [0.0]
    for key, value in sizes(person).items():
        low, high = seen.get(key, (-math.inf, math.inf))
        shares.append(max(low - value, value - high, 0.0) / max(high - low, 1e-9))
    return max(shares)


def is_far(person: Person, seen: Seen) -> bool:
    """Whether a person lies so far outside what heads have seen that they must not extrapolate."""
    return overshoot(person, seen) > FAR


def beyond_seen(person: Person, seen: Seen) -> tuple[Caveat, ...]:
    """A caveat where a person lies outside what the heads have seen; none within."""
    outside = [
        f"{_UNITS[key].title} {value:.3g} {_UNITS[key].unit} (seen: {low:.3g} to {high:.3g})"
        for key, value in sizes(person).items()
        for low, high in [seen.get(key, (-math.inf, math.inf))]
        if not low <= value <= high
    ]
    if not outside:
        return ()
    used = (
        "So far outside, age, height and weight were not used for the predictions."
        if is_far(person, seen)
        else "The predictions extrapolate: read them with reserve."
    )
    hint = " Is the height in inches or the weight in pounds?" if _small_or_heavy(person) else ""
    text = f"This person lies outside those the model has learned from: {', '.join(outside)}."
    return (Caveat(BEYOND, f"{text} {used}{hint}", "check"),)


def _small_or_heavy(person: Person) -> bool:
    """Whether the body mass index is none of an adult's: below 10 or above 70 kg/m²."""
    if person.height_cm is None or person.weight_kg is None:
        return False
    index = person.weight_kg / (person.height_cm / 100) ** 2
    return not 10 <= index <= 70
