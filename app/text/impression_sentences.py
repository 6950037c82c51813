"""Texts about the draft impression."""

from ptacl.types import Statement

TITLE = "Draft impression"
EXPLAINED = (
    "Made by rules of the AHA/ACCF/HRS recommendations on the measured waves. A draft for a reader "
    "to correct, not a diagnosis: see docs/impression.md for its limits and its error rates. A "
    "click on a sentence keeps its leads and waves lit on the paper (Escape ends it); a wave under "
    "the pointer on the paper marks the sentences that rest on it."
)
NEIGHBOURS = "These sentences say what similar ECGs have, not what this ECG shows."
SOURCES = {"measured": "measured", "model": "model", "neighbours": "similar ECGs"}
WITHHELD = "Nothing is stated"


def device_sentence(statements: tuple[str, ...]) -> str:
    """Return the statements of the device as a sentence; empty where the file has none."""
    return f"The device states: {', '.join(statements)}." if statements else ""


def as_line(statement: Statement) -> str:
    """Return a statement with its certainty and evidence, for a report."""
    edited = "; edited by the reader" if statement.edited else ""
    return (
        f"{statement.text} [{SOURCES[statement.source]}, {statement.certainty}{edited}] "
        f"({statement.evidence})"
    )
