"""FHIR resources, opened from JSON or XML as the same nested records.

Standard: HL7 FHIR R4 and R5, JSON and XML formats. In XML a plain value is the attribute ``value``,
and a nested resource is an element named after its type.
"""

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from ptacl.io.containers.json_document import json_head, open_json
from ptacl.io.containers.xml_document import open_xml, root_name

Resource = Mapping[str, object]

_HEAD_BYTES = 64 * 1024
_LONGEST_TAG = 1024 * 1024
"""Longest XML tag: the samples of a lead are an attribute."""
_DEEPEST = 6
_ROOTS = ("Observation", "Bundle", "DiagnosticReport")


def is_fhir(content: bytes) -> bool:
    """Return whether content is a FHIR resource that can hold ECG samples."""
    head = json_head(content)
    if head is None:
        marked = b"hl7.org/fhir" in content[:_HEAD_BYTES].replace(b"\x00", b"")
        return marked and root_name(content) in _ROOTS
    if '"valueSampledData"' in head:
        return True
    return '"resourceType"' in head and any(f'"{root}"' in head for root in _ROOTS)


def resources(where: str, content: bytes) -> Iterator[Resource]:
    """Return every resource of a file: alone, in a Bundle, contained, or one per line."""
    if json_head(content) is None:
        root = open_xml(where, content, longest_tag=_LONGEST_TAG)
        yield from _resources(_typed(root), 0)
    else:
        yield from _resources(open_json(where, content), 0)


def parts(record: Resource, key: str) -> list[Resource]:
    """Return the records under a key, whether several, one or none."""
    value = record.get(key)
    every = value if isinstance(value, list) else [value]
    return [item for item in every if isinstance(item, dict)]


def part(record: Resource, key: str) -> Resource:
    """Return the first record under a key; an empty one if there is none."""
    return next(iter(parts(record, key)), {})


def text(record: Resource, key: str) -> str:
    """Return the text or number under a key as text; empty if there is none."""
    value = record.get(key)
    return "" if value is None or isinstance(value, dict | list | bool) else str(value).strip()


def _resources(document: object, depth: int) -> Iterator[Resource]:
    if depth > _DEEPEST:
        return
    if isinstance(document, list):
        for item in document:
            yield from _resources(item, depth + 1)
    elif isinstance(document, dict):
        if "resourceType" in document:
            yield document
        for entry in parts(document, "entry"):
            yield from _resources(entry.get("resource"), depth + 1)
        yield from _resources(parts(document, "contained"), depth + 1)


def _typed(element: Element) -> dict[str, object]:
    return _record(element) | {"resourceType": element.tag}


def _record(element: Element) -> dict[str, object]:
    record: dict[str, object] = {}
    for child in element:
        value = _value(child)
        former = record.get(child.tag)
        if former is None:
            record[child.tag] = value
        elif isinstance(former, list):
            former.append(value)
        else:
            record[child.tag] = [former, value]
    return record


def _value(element: Element) -> object:
    if element.tag in ("resource", "contained") and len(element):
        return _typed(element[0])
    return element.get("value", "") if not len(element) else _record(element)
