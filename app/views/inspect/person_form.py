"""What is known about the person of an uploaded ECG: it belongs to that ECG, all of it optional."""

from __future__ import annotations

import streamlit as st

from ptacl.io.person_limits import LIMITS
from ptacl.types import SEXES, Ecg, Person

from ...session import uploads
from ...text.sentences import listed, literal

_SEXES = ["—", *SEXES]
_NUMBERS = (
    ("age_years", "Age (years)"),
    ("height_cm", "Height (cm)"),
    ("weight_kg", "Weight (kg)"),
)
_FIELDS = ("sex", *(field for field, _ in _NUMBERS))


def stated(ecg: Ecg) -> Person:
    """What the file states of the person; the form takes whole years."""
    age = ecg.stated.age_years
    return Person(ecg.stated.sex, None if age is None else float(int(age)))


def form(upload: uploads.Upload) -> None:
    """What is told makes the volumes surer; the reference interval needs the sex."""
    st.caption(
        f"About the person of {literal(upload.title)}, optional. The sex makes the volumes surer "
        "and chooses their reference; all four make them surer still"
    )
    # Widgets of the ECG's own: what is typed for one can never be sent for another.
    keys = {field: f"person_{field}-{upload.token}" for field in _FIELDS}
    for field, key in keys.items():
        if key not in st.session_state:
            st.session_state[key] = _shown(field, upload.person)
    with st.container(horizontal=True, gap="small"):
        with st.container(width=110):
            st.selectbox("Sex", _SEXES, key=keys["sex"], on_change=_tell, args=(upload.token,))
        for field, title in _NUMBERS:
            low, high = map(int, LIMITS[field])
            with st.container(width=110):
                st.number_input(
                    title,
                    low,
                    high,
                    None,
                    key=keys[field],
                    on_change=_tell,
                    args=(upload.token,),
                    help=f"{low} to {high}",
                )
    if said := _from_file(upload):
        st.caption(said)


def _shown(field: str, person: Person) -> str | int | None:
    value = getattr(person, field)
    if field == "sex":
        return value or _SEXES[0]
    return None if value is None else int(value)


def _tell(token: str) -> None:
    told = [st.session_state[f"person_{field}-{token}"] for field in _FIELDS]
    sex, *numbers = told
    age, height, weight = (None if value is None else float(value) for value in numbers)
    uploads.tell(token, Person(None if sex == _SEXES[0] else sex, age, height, weight))


def _from_file(upload: uploads.Upload) -> str:
    """Which fields the file filled and nobody changed since."""
    filled = stated(upload.ecg)
    marked = [
        word
        for word, field in (("sex", "sex"), ("age", "age_years"))
        if (value := getattr(filled, field)) is not None and value == getattr(upload.person, field)
    ]
    if not marked:
        return ""
    verb = "are" if len(marked) > 1 else "is"
    return f":material/description: {listed(marked).capitalize()} {verb} from the file."
