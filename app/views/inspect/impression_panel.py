"""Draft impression: sentences with their evidence, to strike or edit before they are saved."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from ptacl.impression.lead_table import MEANING, lead_table
from ptacl.types import NO_IMPRESSION, Impression, Statement

from ...layout import page
from ...panels.impression_html import impression_html
from ...text.impression_sentences import (
    EXPLAINED,
    NEIGHBOURS,
    TITLE,
    WITHHELD,
    device_sentence,
)
from ...text.labels import literal


def show(impression: Impression, token: str, device: tuple[str, ...] = ()) -> Impression:
    """Show an impression and return it as the reader leaves it.

    Args:
        impression: of the ECG.
        token: of the subject or upload; edits are kept for each of them.
        device: statements of the device.
    """
    if impression == NO_IMPRESSION:
        return impression
    page.section(TITLE)
    if device:
        st.markdown(literal(device_sentence(device)))
    if impression.withheld:
        st.info(literal(f"{WITHHELD}: {impression.withheld}"), icon=":material/block:")
        return impression
    shown = st.container()
    with st.expander("Strike or edit before saving"):
        edited = [_edit(statement, token) for statement in impression.statements]
    struck = {statement.code for statement, kept in edited if not kept}
    with shown:
        st.html(impression_html([statement for statement, _ in edited], struck))
    others = any(statement.source == "neighbours" for statement in impression.statements)
    page.note(f"{EXPLAINED} {NEIGHBOURS}" if others else EXPLAINED)
    if impression.leads:
        with st.expander("Waves of each lead"):
            page.table(lead_table(impression), "small")
            page.note(MEANING)
    return replace(impression, statements=tuple(each for each, kept in edited if kept))


def _edit(statement: Statement, token: str) -> tuple[Statement, bool]:
    """Show the controls of one statement; return it as edited, and whether it is kept."""
    key = f"impression-{token}-{statement.code}"
    with st.container(horizontal=True, vertical_alignment="center"):
        kept = st.checkbox("Keep", value=True, key=f"{key}-kept")
        text = st.text_input(
            statement.code,
            value=statement.text,
            key=f"{key}-text",
            max_chars=300,
            label_visibility="collapsed",
            disabled=not kept,
        )
    wording = text.strip() or statement.text
    return replace(statement, text=wording, edited=wording != statement.text), kept
