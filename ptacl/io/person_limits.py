"""Plausible covariates of a person, and their comparison with the range of the training data.

Limits: age 0 to 120 years (the oldest verified age is 122 years, Jeanne Calment, and no living
person is above 120); height 50 to 250 cm (from a newborn to the tallest adults on record except
one of 272 cm); weight 2 to 400 kg (from a newborn to all but a few people on record). They detect
wrong units, not rare values: for these see `outside_training_caveats`.
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
TrainingRanges = Mapping[str, tuple[float, float]]
"""Minimum and maximum of each covariate in the data that regression heads were fitted on."""
SIZES = (*LIMITS, "area_m2")
OUTSIDE_TRAINING = "person_beyond_training"
FAR = 0.5
"""Largest distance outside the training range, in widths of the range, at which heads extrapolate.
For uniformly distributed covariates the standard error of a linear fit is 2 times its central value
at the edge of the range and 3.6 times half a width further out (the root of 1 + 12 times the
squared distance from the centre in widths)."""


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
_LIKELY_MISTAKES: dict[str, tuple[tuple[float, float, float | None, str], ...]] = {
    "age_years": (
        (1880.0, 2100.0, None, "a year of birth"),
        (300.0, 300.0, None, "PTB-XL's code for an age above 89"),
    ),
    "height_cm": (
        (0.5, 2.5, 100.0, "metres"), (3.0, 8.0, 30.48, "feet"), (20.0, 50.0, 2.54, "inches"),
        (500.0, 2500.0, 0.1, "millimetres"),
    ),
    "weight_kg": ((2000.0, 400_000.0, 0.001, "grams"),),
}  # fmt: skip
"""Ranges outside the limits: from, to, factor to the right unit, and name of the mistake."""


def check_person(person: Person) -> Person:
    """Check that sex, age, height and weight are possible.

    Args:
        person: the covariates; None is always accepted.

    Returns:
        The same person.

    Raises:
        BadInput: a value is outside `LIMITS` or not a number, or the sex is unknown; the message
            names the likely mistake, such as metres.

    Example:
        >>> check_person(Person("male", height_cm=1.65))
        Traceback (most recent call last):
        ptacl.errors.BadInput: height_cm: it is 1.65, not between 50 and 250 cm; that looks like \
metres. Give 165.
    """
    if person.sex is not None and person.sex not in get_args(Sex):
        sexes = " or ".join(get_args(Sex))
        raise BadInput(
            "sex",
            f"it is {repr(person.sex)[:20]}",
            f"give {sexes}, or leave it out",
            code="person.sex",
        )
    for key in LIMITS:
        value = getattr(person, key)
        if value is not None:
            check_number(key, value)
    return person


def check_number(key: str, value: Any) -> None:
    """Check one covariate of `LIMITS`.

    Args:
        key: ``age_years``, ``height_cm`` or ``weight_kg``.
        value: the value, of any type.

    Raises:
        BadInput: see `check_person`.
    """
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not math.isfinite(value):
        raise BadInput(
            key,
            f"it is {repr(value)[:20]}, not a number",
            "give a number, or leave it out",
            code="person.not_a_number",
        )
    if fault := outside(key, float(value)):
        raise BadInput(key, *fault, code="person.out_of_range")


def outside(key: str, value: float) -> tuple[str, str] | None:
    """Describe the error of a value and its remedy; None if it is within the limits."""
    low, high = LIMITS[key]
    if low <= value <= high:
        return None
    title, unit = _UNITS[key].title, _UNITS[key].unit
    message = f"it is {value:g}, not between {low:g} and {high:g} {unit}"
    mistake, corrected = likely_mistake(key, value)
    remedy = (
        f"give {corrected:.4g}" if corrected else f"give the {title} in {unit}, or leave it out"
    )
    return f"{message}; that looks like {mistake}" if mistake else message, remedy


def likely_mistake(key: str, value: float) -> tuple[str, float | None]:
    """Return the likely mistake behind a value outside the limits, and the corrected value.

    The name is empty and the value None if no likely mistake is known.

    Example:
        >>> likely_mistake("height_cm", 1.65), likely_mistake("age_years", 1961)
        (('metres', 165.0), ('a year of birth', None))
        >>> likely_mistake("weight_kg", -3)
        ('', None)
    """
    for lowest, highest, factor, name in _LIKELY_MISTAKES.get(key, ()):
        if lowest <= value <= highest:
            return name, value * factor if factor else None
    return "", None


def known_covariates(person: Person) -> dict[str, float]:
    """Return the known covariates of a person, with the body surface area where it follows."""
    values = {key: getattr(person, key) for key in LIMITS}
    if values["height_cm"] is not None and values["weight_kg"] is not None:
        values["area_m2"] = body_surface_area_m2(values["height_cm"], values["weight_kg"])
    return {key: float(value) for key, value in values.items() if value is not None}


def overshoot(person: Person, ranges: TrainingRanges) -> float:
    """Return the distance of a person outside the training ranges, in widths of the range."""
    shares = [0.0]
    for key, value in known_covariates(person).items():
        low, high = ranges.get(key, (-math.inf, math.inf))
        shares.append(max(low - value, value - high, 0.0) / max(high - low, 1e-9))
    return max(shares)


def is_far(person: Person, ranges: TrainingRanges) -> bool:
    """Return whether a person is too far outside the training ranges to extrapolate (`FAR`)."""
    return overshoot(person, ranges) > FAR


def outside_training_caveats(person: Person, ranges: TrainingRanges) -> tuple[Caveat, ...]:
    """Return a caveat if a person is outside the training ranges, none otherwise."""
    descriptions = [
        f"{_UNITS[key].title} {value:.3g} {_UNITS[key].unit} "
        f"(training range: {low:.3g} to {high:.3g})"
        for key, value in known_covariates(person).items()
        for low, high in [ranges.get(key, (-math.inf, math.inf))]
        if not low <= value <= high
    ]
    if not descriptions:
        return ()
    consequence = (
        "At this distance, age, height and weight were not used for the predictions."
        if is_far(person, ranges)
        else "The predictions extrapolate: interpret them with caution."
    )
    hint = (
        " Is the height in inches or the weight in pounds?" if _has_impossible_bmi(person) else ""
    )
    text = f"This person is outside the range of the training data: {', '.join(descriptions)}."
    return (Caveat(OUTSIDE_TRAINING, f"{text} {consequence}{hint}", "check"),)


def _has_impossible_bmi(person: Person) -> bool:
    """Return whether the body mass index is impossible in adults: below 10 or above 70 kg/m²."""
    if person.height_cm is None or person.weight_kg is None:
        return False
    bmi = person.weight_kg / (person.height_cm / 100) ** 2
    return not 10 <= bmi <= 70
