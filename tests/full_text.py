"""All that a record holds as text, for tests that something is not in it; `repr` is shortened."""

import dataclasses
from collections.abc import Mapping


def full_text(value: object) -> str:
    """The fields of a record with the records, mappings and tuples in them, except hidden ones."""
    if dataclasses.is_dataclass(value):
        fields = [field for field in dataclasses.fields(value) if field.repr]
        return " ".join(f"{f.name}={full_text(getattr(value, f.name))}" for f in fields)
    if isinstance(value, Mapping):
        return " ".join(f"{full_text(key)}: {full_text(entry)}" for key, entry in value.items())
    if isinstance(value, tuple | list):
        return " ".join(map(full_text, value))
    return repr(value)
