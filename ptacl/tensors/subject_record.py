"""Dataclass of per-subject tensors that can be sliced and concatenated by subject.

A batch, its augmentation parameters and its encoder outputs are divided in the same way, between
processes and into chunks.
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, ClassVar, TypeVar, cast

import torch

Record = TypeVar("Record", bound="SubjectRecord")
Subjects = slice
"""The built-in type, under a name that the method `SubjectRecord.slice` does not hide."""


class SubjectRecord:
    """Dataclass of tensors, arrays or other records, each with the subjects as its first axis.

    Attributes:
        shared: names of the fields that all subjects have in common; they are never sliced.
    """

    shared: ClassVar[frozenset[str]] = frozenset()

    def slice(self: Record, subjects: Subjects) -> Record:
        """Return the record of some of the subjects."""
        values = self._values()
        sliced = {
            name: _slice(value, subjects)
            for name, value in values.items()
            if name not in self.shared
        }
        return type(self)(**{**values, **sliced})

    @classmethod
    def concat(cls: type[Record], parts: Sequence[Record]) -> Record:
        """Concatenate records along the subjects; tensors only, without shared fields."""
        columns = [part._values() for part in parts]
        return cls(**{name: _concat([values[name] for values in columns]) for name in columns[0]})

    def tensors(self) -> list[torch.Tensor]:
        """Return all tensors in the order of the fields, including those of nested records."""
        tensors: list[torch.Tensor] = []
        for value in self._values().values():
            if isinstance(value, SubjectRecord):
                tensors += value.tensors()
            elif isinstance(value, torch.Tensor):
                tensors.append(value)
        return tensors

    def _values(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(cast(Any, self))}


def _slice(value: Any, subjects: Subjects) -> Any:
    """Slice one field; None stays None."""
    if value is None:
        return None
    return value.slice(subjects) if isinstance(value, SubjectRecord) else value[subjects]


def _concat(values: list[Any]) -> Any:
    """Concatenate one field of all parts; None stays None."""
    if values[0] is None:
        return None
    if isinstance(values[0], SubjectRecord):
        return type(values[0]).concat(values)
    return torch.cat(values)
