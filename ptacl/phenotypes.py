"""The table of phenotypes: name, unit, UK Biobank field, reference interval, indexing by BSA.

A new phenotype is a row of `PHENOTYPES`. Galleries, heads and reports carry the keys that they hold
and are read by those, so that the ones made before stay as they are.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from ptacl.errors import PtaclError
from ptacl.types import Person, Sex

Number = TypeVar("Number", float, np.ndarray)


@dataclass(frozen=True, slots=True)
class Phenotype:
    """A number that is measured on a cardiac MRI."""

    key: str
    """Column name in every table, unit at the end: ``lvedv_ml``."""
    name: str
    """Abbreviation: ``LVEDV``."""
    title: str
    unit: str
    ukb_field: int
    """Field of UK Biobank's category 157."""
    reference: dict[Sex, tuple[float, float]]
    """Mean and standard deviation in healthy people, by sex."""
    indexed_reference: dict[Sex, tuple[float, float]] | None
    """The same per m² of body surface area; None where indexing is not meaningful."""
    plausible: tuple[float, float] = (2.0, 1000.0)
    """Smallest and largest value of any heart, from a child's on, in the unit. Litres, kilograms
    and ejection fractions as shares of 1 lie below."""

    @property
    def indexed_unit(self) -> str:
        """Unit of the indexed value."""
        return f"{self.unit}/m²"

    def interval(self, sex: Sex, *, indexed: bool = False) -> tuple[float, float]:
        """Return the reference interval, mean ± 1.96 SD.

        Args:
            sex: of the person.
            indexed: per m² of body surface area.

        Raises:
            PtaclError: `indexed` is set and the phenotype is not indexed.

        Source: Petersen et al., J Cardiovasc Magn Reson 2017;19:18 (UK Biobank, 1.5 T, healthy,
        45–74 years, papillary muscles counted in the cavity).
        """
        table = self.indexed_reference if indexed else self.reference
        if table is None:
            raise PtaclError(
                f"{self.name} is not indexed by body surface area.", code="phenotype.not_indexed"
            )
        mean, sd = table[sex]
        return mean - 1.96 * sd, mean + 1.96 * sd


def _by_sex(
    male: tuple[float, float], female: tuple[float, float]
) -> dict[Sex, tuple[float, float]]:
    return {"male": male, "female": female}


_PERCENT = (2.0, 100.0)

PHENOTYPES: tuple[Phenotype, ...] = (
    Phenotype(
        "lvedv_ml", "LVEDV", "Left ventricular end-diastolic volume", "mL", 24100,
        _by_sex((166, 32), (124, 21)), _by_sex((85, 15), (74, 12)),
    ),
    Phenotype(
        "lvesv_ml", "LVESV", "Left ventricular end-systolic volume", "mL", 24101,
        _by_sex((69, 16), (49, 11)), _by_sex((36, 8), (29, 6)),
    ),
    Phenotype(
        "lvsv_ml", "LVSV", "Left ventricular stroke volume", "mL", 24102,
        _by_sex((96, 20), (75, 14)), _by_sex((49, 10), (45, 8)),
    ),
    Phenotype(
        "lvef_pct", "LVEF", "Left ventricular ejection fraction", "%", 24103,
        _by_sex((58, 5), (61, 5)), None, _PERCENT,
    ),
    Phenotype(
        "lvm_g", "LVM", "Left ventricular myocardial mass", "g", 24105,
        _by_sex((103, 21), (70, 13)), _by_sex((53, 9), (42, 7)),
    ),
    Phenotype(
        "rvedv_ml", "RVEDV", "Right ventricular end-diastolic volume", "mL", 24106,
        _by_sex((182, 36), (130, 24)), _by_sex((93, 17), (77, 13)),
    ),
    Phenotype(
        "rvesv_ml", "RVESV", "Right ventricular end-systolic volume", "mL", 24107,
        _by_sex((85, 22), (55, 15)), _by_sex((43, 10), (33, 8)),
    ),
    Phenotype(
        "rvsv_ml", "RVSV", "Right ventricular stroke volume", "mL", 24108,
        _by_sex((97, 20), (75, 14)), _by_sex((50, 9), (45, 8)),
    ),
    Phenotype(
        "rvef_pct", "RVEF", "Right ventricular ejection fraction", "%", 24109,
        _by_sex((54, 6), (58, 6)), None, _PERCENT,
    ),
)  # fmt: skip
"""All phenotypes, in the order in which every table lists them."""

PHENOTYPE_KEYS = tuple(phenotype.key for phenotype in PHENOTYPES)
POSSIBLE = {phenotype.key: phenotype.plausible for phenotype in PHENOTYPES}
HEADLINE = ("lvef_pct", "lvedv_ml", "lvm_g")
"""The phenotypes that are shown where there is room for three, the first where for one."""
COVARIATE_KEYS = ("sex", "age_years", "height_cm", "weight_kg")


def phenotype(key: str) -> Phenotype:
    """Return the phenotype of a key such as ``lvef_pct``.

    Raises:
        PtaclError: there is no such phenotype.
    """
    for entry in PHENOTYPES:
        if entry.key == key:
            return entry
    raise PtaclError(
        f"No phenotype {key!r}. Known: {', '.join(PHENOTYPE_KEYS)}.", code="phenotype.unknown"
    )


def phenotypes_in(columns: Collection[str]) -> tuple[Phenotype, ...]:
    """Return the phenotypes that a table or record holds, in the order of the table.

    Args:
        columns: its columns or keys.
    """
    return tuple(entry for entry in PHENOTYPES if entry.key in columns)


def against_reference(value: float, low: float, high: float, reference: tuple[float, float]) -> str:
    """Return how a prediction compares with the reference interval.

    Args:
        value: the prediction.
        low: lower end of its interval.
        high: upper end of its interval.
        reference: the reference interval.

    Returns:
        ``within``, ``above``, ``below``, or ``possibly above`` and ``possibly below`` where the
        value is outside but its interval overlaps the reference interval.

    Example:
        >>> against_reference(190, 150, 230, (103, 229))
        'within'
        >>> against_reference(240, 200, 280, (103, 229))
        'possibly above'
    """
    lowest, highest = reference
    if lowest <= value <= highest:
        return "within"
    side, certain = ("above", low > highest) if value > highest else ("below", high < lowest)
    return side if certain else f"possibly {side}"


def against_references(
    value: float,
    low: float,
    high: float,
    reference: Mapping[Sex, tuple[float, float]],
    sex: Sex | None,
) -> str:
    """Return `against_reference` for a sex; for an unknown one both results if they differ.

    Args:
        value: a prediction or measurement.
        low: lower end of its interval.
        high: upper end of its interval.
        reference: the reference interval of each sex.
        sex: of the person; None if unknown.

    Example:
        >>> against_references(110, 90, 115, {"female": (60, 80), "male": (80, 120)}, None)
        'above for women, within for men'
    """
    if sex is not None:
        return against_reference(value, low, high, reference[sex])
    women, men = (against_reference(value, low, high, reference[s]) for s in ("female", "male"))
    return women if women == men else f"{women} for women, {men} for men"


def interval_against_reference(low: float, high: float, reference: tuple[float, float]) -> str:
    """Return what the interval of a prediction leaves open about the reference interval.

    Args:
        low: lower end of its interval.
        high: upper end of its interval.
        reference: the reference interval.

    Returns:
        ``within``, ``below`` or ``above`` where the whole interval is there; otherwise ``may be
        below``, ``may be above`` or ``may be below or above``.

    Example:
        >>> interval_against_reference(45, 61, (48, 68))
        'may be below'
        >>> interval_against_reference(30, 40, (48, 68))
        'below'
    """
    lowest, highest = reference
    if high < lowest or low > highest:
        return "below" if high < lowest else "above"
    open_sides = [side for side, out in (("below", low < lowest), ("above", high > highest)) if out]
    return f"may be {' or '.join(open_sides)}" if open_sides else "within"


def interval_against_references(
    low: float, high: float, reference: Mapping[Sex, tuple[float, float]], sex: Sex | None
) -> str:
    """Return `interval_against_reference` for a sex; for an unknown one both if they differ.

    Example:
        >>> interval_against_references(90, 115, {"female": (60, 80), "male": (80, 120)}, None)
        'above for women, within for men'
    """
    if sex is not None:
        return interval_against_reference(low, high, reference[sex])
    women, men = (interval_against_reference(low, high, reference[s]) for s in ("female", "male"))
    return women if women == men else f"{women} for women, {men} for men"


def body_surface_area_m2(height_cm: Number, weight_kg: Number) -> Number:
    """Return the body surface area in m²: 0.007184 · W^0.425 · H^0.725.

    Source: Du Bois and Du Bois, Arch Intern Med 1916;17:863.

    Example:
        >>> round(body_surface_area_m2(180, 80), 2)
        2.0
    """
    return 0.007184 * weight_kg**0.425 * height_cm**0.725


def surface_of(person: Person) -> float | None:
    """Return the body surface area of a person in m²; None if height or weight is unknown."""
    if person.height_cm and person.weight_kg:
        return body_surface_area_m2(person.height_cm, person.weight_kg)
    return None
