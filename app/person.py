"""What is known about the person whose ECG was uploaded; all of it optional."""

import state
import streamlit as st

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
        for title, key, low, high in (
            ("Age (years)", "person_age", 18, 110),
            ("Height (cm)", "person_height", 100, 230),
            ("Weight (kg)", "person_weight", 25, 300),
        ):
            with st.container(width=110):
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
