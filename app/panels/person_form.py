"""Form for sex, age, height and weight of the person of an upload, all optional."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ptacl.io.person_limits import LIMITS
from ptacl.types import SEXES, UNKNOWN_PERSON, Ecg, Person

from ..text.labels import listed, literal

_SEXES = ["—", *SEXES]
_NUMBERS = (
    ("age_years", "Age (years)"),
    ("height_cm", "Height (cm)"),
    ("weight_kg", "Weight (kg)"),
)
_FIELDS = ("sex", *(field for field, _ in _NUMBERS))


def stated(ecg: Ecg) -> Person:
    """Return the person as stated in the file; the form takes whole years."""
    age = ecg.stated.age_years
    return Person(ecg.stated.sex, None if age is None else float(int(age)))


def form(
    token: str,
    title: str,
    person: Person,
    store: Callable[[str, Person], None],
    *,
    purpose: str,
    from_file: Person = UNKNOWN_PERSON,
) -> None:
    """Show the form of an upload.

    Args:
        token: of the upload.
        title: name of its file.
        person: as known so far.
        store: called with the token and the person when something was entered.
        purpose: what the values are used for, as a sentence.
        from_file: what the file states.
    """
    st.caption(f"Person of {literal(title)}. Optional. {purpose}")
    # Keys with the token: a value typed for one upload can never be sent for another.
    keys = {field: f"person_{field}-{token}" for field in _FIELDS}
    for field, key in keys.items():
        if key not in st.session_state:
            st.session_state[key] = _shown(field, person)

    def entered() -> None:
        store(token, _entered(token))

    with st.container(horizontal=True, gap="small"):
        with st.container(width=110):
            st.selectbox("Sex", _SEXES, key=keys["sex"], on_change=entered)
        for field, title in _NUMBERS:
            low, high = map(int, LIMITS[field])
            with st.container(width=110):
                st.number_input(
                    title,
                    low,
                    high,
                    None,
                    key=keys[field],
                    on_change=entered,
                    help=f"{low} to {high}",
                )
    if text := _from_file(from_file, person):
        st.caption(text)


def _shown(field: str, person: Person) -> str | int | None:
    value = getattr(person, field)
    if field == "sex":
        return value or _SEXES[0]
    return None if value is None else int(value)


def _entered(token: str) -> Person:
    values = [st.session_state[f"person_{field}-{token}"] for field in _FIELDS]
    sex, *numbers = values
    age, height, weight = (None if value is None else float(value) for value in numbers)
    return Person(None if sex == _SEXES[0] else sex, age, height, weight)


def _from_file(filled: Person, person: Person) -> str:
    """Return which values are from the file."""
    marked = [
        word
        for word, field in (("sex", "sex"), ("age", "age_years"))
        if (value := getattr(filled, field)) is not None and value == getattr(person, field)
    ]
    if not marked:
        return ""
    verb = "are" if len(marked) > 1 else "is"
    return f":material/description: {listed(marked).capitalize()} {verb} from the file."
