"""Records of many subjects at once, cut and joined along their first axis.

A batch, what is drawn for it and what the encoders make of it are cut in the same way, between
machines and into chunks: so it is written once.
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, ClassVar, TypeVar, cast

import torch

Record = TypeVar("Record", bound="BySubject")


class BySubject:
    """A dataclass of tensors, arrays or such records, each with the subjects as its first axis.

    Attributes:
        shared: names of the fields that all subjects have in common; they are never cut.
    """

    shared: ClassVar[frozenset[str]] = frozenset()

    def part(self: Record, subjects: slice) -> Record:
        """The same record of some of its subjects."""
        values = self._values()
        cut = {n: _cut(value, subjects) for n, value in values.items() if n not in self.shared}
        return type(self)(**{**values, **cut})

    @classmethod
    def join(cls: type[Record], parts: Sequence[Record]) -> Record:
        """One record of the subjects of all parts, in order; tensors only, nothing shared."""
        columns = [part._values() for part in parts]
        return cls(**{name: _joined([one[name] for one in columns]) for name in columns[0]})

    def tensors(self) -> list[torch.Tensor]:
        """All tensors in the order of the fields, those of inner records included."""
        found: list[torch.Tensor] = []
        for value in self._values().values():
            if isinstance(value, BySubject):
                found += value.tensors()
            elif isinstance(value, torch.Tensor):
                found.append(value)
        return found

    def _values(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(cast(Any, self))}


def _cut(value: Any, subjects: slice) -> Any:
    """A field of some subjects; None stays None."""
    if value is None:
        return None
    return value.part(subjects) if isinstance(value, BySubject) else value[subjects]


def _joined(values: list[Any]) -> Any:
    """A field of the subjects of all parts; None where they have none."""
    if values[0] is None:
        return None
    if isinstance(values[0], BySubject):
        return type(values[0]).join(values)
    return torch.cat(values)
