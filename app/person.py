"""What is known about the person whose ECG was uploaded; all of it optional."""

import state
import streamlit as st


def form() -> None:
    """The reference interval needs the sex, indexing needs height and weight."""
    st.caption("About the person, optional: chooses the reference interval, allows values per m²")
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


def described() -> dict[str, object]:
    """What was filled in, as `Model.inspect` takes it."""
    sex = st.session_state.get("person_sex")
    return {
        "sex": sex if sex in ("female", "male") else None,
        "height_cm": st.session_state.get("person_height"),
        "weight_kg": st.session_state.get("person_weight"),
    }


def age_years() -> float | None:
    """The person's age, where it was filled in."""
    age = st.session_state.get("person_age")
    return None if age is None else float(age)


def _describe() -> None:
    state.describe_upload(**described())
