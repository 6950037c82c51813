"""What is known about the person whose ECG was uploaded; all of it optional."""

import state
import streamlit as st

from ptacl.person import LIMITS
from ptacl.types import Person


def form() -> None:
    """What is told makes the volumes surer; the reference interval needs the sex."""
    st.caption(
        "About the person, optional. The sex makes the volumes surer and chooses their reference; "
        "all four make them surer still"
    )
    with st.container(horizontal=True, gap="small"):
        with st.container(width=110):
            st.selectbox("Sex", ["—", "female", "male"], key="person_sex", on_change=_describe)
        for title, key, limits in (
            ("Age (years)", "person_age", LIMITS["age_years"]),
            ("Height (cm)", "person_height", LIMITS["height_cm"]),
            ("Weight (kg)", "person_weight", LIMITS["weight_kg"]),
        ):
            low, high = map(int, limits)
            with st.container(width=110):
                # The browser says what lies outside, such as a height in metres.
                st.number_input(title, low, high, None, key=key, on_change=_describe)


def described() -> Person:
    """What was filled in."""
    sex = st.session_state.get("person_sex")
    age, height, weight = (
        None if (value := st.session_state.get(key)) is None else float(value)
        for key in ("person_age", "person_height", "person_weight")
    )
    return Person(sex if sex in ("female", "male") else None, age, height, weight)


def _describe() -> None:
    state.describe_upload(described())
