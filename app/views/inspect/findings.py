"""Probabilities of findings of one ECG, with the operating points that decide them."""

import streamlit as st

from ptacl.reporting.probabilities import finding_sentence
from ptacl.types import Inspection

from ...layout import page
from ...panels.findings_table import findings_table
from ...text.finding_sentences import FINDINGS_HELP, counted

TITLE = "May be abnormal"


def show(inspection: Inspection) -> None:
    """Show what is flagged, then all findings; nothing where there are no probabilities."""
    if not inspection.findings:
        return
    synthetic = inspection.model.synthetic
    flagged = [each for each in inspection.findings if each.state == "flagged"]
    if flagged:
        sentences = [f"- {finding_sentence(each, synthetic=synthetic)}" for each in flagged]
        st.warning("\n".join([f"{TITLE}:", "", *sentences]), icon=":material/priority_high:")
    page.table(findings_table(inspection.findings), "small")
    page.note(f"{FINDINGS_HELP} {counted(inspection.findings, synthetic=synthetic)}")
