"""The person of a report as values, with the formula of the body surface area."""

from ptacl.phenotypes import surface_of
from ptacl.types import Person
from ptacl.wording import MISSING

DU_BOIS = "Du Bois and Du Bois 1916: 0.007184 · kg^0.425 · cm^0.725"


def person_lines(person: Person, stated: Person) -> list[tuple[str, str]]:
    """Return label and value of age, sex, height, weight and body surface area.

    Args:
        person: of the inspection.
        stated: as the file states it; values that agree with it are marked.

    Example:
        >>> person_lines(Person("female", 61.0, 165.0, 60.0), Person("female"))[0]
        ('Sex', 'female (from the file)')
        >>> person_lines(Person("female", 61.0, 165.0, 60.0), Person())[-1][1][:7]
        '1.66 m²'
    """
    surface = surface_of(person)
    return [
        ("Sex", _marked(person.sex or MISSING, person.sex, stated.sex)),
        ("Age", _marked(_with_unit(person.age_years, "years"), person.age_years, stated.age_years)),
        ("Height", _with_unit(person.height_cm, "cm")),
        ("Weight", _with_unit(person.weight_kg, "kg")),
        ("Body surface area", f"{surface:.2f} m² ({DU_BOIS})" if surface else MISSING),
    ]


def _with_unit(value: float | None, unit: str) -> str:
    return MISSING if value is None else f"{value:.0f} {unit}"


def _marked(text: str, value: object, stated: object) -> str:
    """Return a value, marked where the file states the same; the form takes whole years."""
    if isinstance(value, float) and isinstance(stated, float):
        value, stated = int(value), int(stated)
    return f"{text} (from the file)" if value is not None and value == stated else text
