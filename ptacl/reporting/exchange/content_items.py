"""Content items of a DICOM structured report (PS3.3, C.17.3), as pydicom data sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ptacl.reporting.exchange.codes import UCUM_VERSION, Code

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MOST_NUMBER_LETTERS = 16
"""Of a decimal string in DICOM."""
MOST_MEANING_LETTERS = 64


def dataset_of(**values: Any) -> Dataset:
    """Return a data set of keywords and values."""
    from pydicom.dataset import Dataset  # imported here: slow, and only exports need it

    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def coded(code: Code) -> Dataset:
    """Return a code as an item of a code sequence; its meaning is cut to 64 letters."""
    version = {"CodingSchemeVersion": UCUM_VERSION} if code.scheme == "UCUM" else {}
    return dataset_of(
        CodeValue=code.value,
        CodingSchemeDesignator=code.scheme,
        **version,
        CodeMeaning=code.meaning[:MOST_MEANING_LETTERS],
    )


def container(relation: str | None, name: Code, items: Sequence[Dataset]) -> Dataset:
    """Return a container; the root has no relation."""
    item = _item(relation, "CONTAINER", name)
    item.ContinuityOfContent = "SEPARATE"
    if items:
        item.ContentSequence = list(items)
    return item


def text_item(relation: str, name: Code, text: str) -> Dataset:
    """Return a text."""
    item = _item(relation, "TEXT", name)
    item.TextValue = text
    return item


def code_item(relation: str, name: Code, value: Code) -> Dataset:
    """Return a coded value."""
    item = _item(relation, "CODE", name)
    item.ConceptCodeSequence = [coded(value)]
    return item


def uid_item(relation: str, name: Code, uid: str) -> Dataset:
    """Return a UID."""
    item = _item(relation, "UIDREF", name)
    item.UID = uid
    return item


def number_item(
    relation: str, name: Code, value: float, unit: str, properties: Sequence[Dataset] = ()
) -> Dataset:
    """Return a number with its unit.

    Args:
        relation: to the parent.
        name: what was measured.
        value: the number.
        unit: in UCUM.
        properties: items below it.
    """
    item = _item(relation, "NUM", name)
    item.MeasuredValueSequence = [
        dataset_of(
            MeasurementUnitsCodeSequence=[coded(Code(unit, "UCUM", unit))],
            NumericValue=f"{value:g}"[:MOST_NUMBER_LETTERS],
        )
    ]
    if properties:
        item.ContentSequence = list(properties)
    return item


def _item(relation: str | None, kind: str, name: Code) -> Dataset:
    related = {"RelationshipType": relation} if relation else {}
    return dataset_of(**related, ValueType=kind, ConceptNameCodeSequence=[coded(name)])
