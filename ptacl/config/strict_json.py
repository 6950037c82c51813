"""Strict conversion between dataclasses and JSON.

An unknown key is an error; a missing key takes the default of its field.
"""

import dataclasses
import functools
import hashlib
import json
import types
import typing
from collections.abc import Hashable
from typing import Any, TypeVar

from ptacl.errors import PtaclError

T = TypeVar("T")


def to_dict(config: Any) -> dict[str, Any]:
    """Convert a dataclass, including nested ones, to plain JSON values."""
    return json.loads(json.dumps(dataclasses.asdict(config)))


def from_dict(cls: type[T], values: dict[str, Any], where: str = "") -> T:
    """Build a dataclass from JSON values.

    Args:
        cls: a dataclass type; fields may be dataclasses, tuples, literals, optionals, scalars,
            or a union of dataclasses, distinguished by their field `kind` (the first, if the
            values have none).
        values: as read from JSON.
        where: dotted path of the values, for error messages; default: the name of `cls`.

    Raises:
        PtaclError: unknown key, value of the wrong type, or missing required key.

    Example:
        >>> @dataclasses.dataclass(frozen=True)
        ... class Filter:
        ...     highpass_hz: float = 0.5
        >>> from_dict(Filter, {"highpass_hz": 1.0})
        Filter(highpass_hz=1.0)
    """
    hints = _hints(typing.cast(Hashable, cls))
    fields = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    path = where or cls.__name__
    unknown = sorted(set(values) - set(fields))
    if unknown:
        raise PtaclError(
            f"{path}: unknown key {unknown[0]!r}. Known: {', '.join(fields)}.",
            code="record.unknown_key",
        )
    given = {name: _coerce(hints[name], value, f"{path}.{name}") for name, value in values.items()}
    try:
        return cls(**given)
    except TypeError as error:
        raise PtaclError(f"{path}: {error}.", code="record.invalid_value") from error


@functools.cache
def _hints(cls: Hashable) -> dict[str, Any]:
    # Cached: a report holds hundreds of records of few types.
    return typing.get_type_hints(typing.cast(type, cls))


def fingerprint(config: Any) -> str:
    """Hash a config to twelve hexadecimal digits that change when any of its values changes."""
    text = json.dumps(to_dict(config), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _coerce(hint: Any, value: Any, where: str) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _coerce_union(hint, value, where)
    if dataclasses.is_dataclass(hint):
        _expect(isinstance(value, dict), where, "an object", value)
        return from_dict(hint, value, where)  # type: ignore[arg-type]
    if origin is typing.Literal:
        choices = typing.get_args(hint)
        _expect(value in choices, where, f"one of {', '.join(map(str, choices))}", value)
        return value
    if origin is tuple:
        _expect(isinstance(value, list | tuple), where, "a list", value)
        item = typing.get_args(hint)
        kinds = [item[0]] * len(value) if item[-1] is Ellipsis else list(item)
        _expect(len(kinds) == len(value), where, f"{len(kinds)} values", value)
        return tuple(_coerce(k, v, where) for k, v in zip(kinds, value, strict=True))
    if origin is dict:
        _expect(isinstance(value, dict), where, "an object", value)
        kind = typing.get_args(hint)[1]
        return {k: _coerce(kind, v, f"{where}.{k}") for k, v in value.items()}
    return _coerce_scalar(hint, value, where)


def _coerce_union(hint: Any, value: Any, where: str) -> Any:
    options = typing.get_args(hint)
    if value is None and type(None) in options:
        return None
    kinds = {_kind(option): option for option in options}
    if "" not in kinds:
        _expect(isinstance(value, dict), where, "an object", value)
        kind = value.get("kind", _kind(options[0]))
        _expect(kind in kinds, f"{where}.kind", f"one of {', '.join(kinds)}", kind)
        return from_dict(kinds[kind], value, where)
    problems = []
    for option in options:
        if option is type(None):
            continue
        try:
            return _coerce(option, value, where)
        except PtaclError as error:
            problems.append(error)
    raise problems[0]


def _kind(option: Any) -> str:
    """Return the default of the field `kind`, which names a dataclass in a union; else empty."""
    fields = dataclasses.fields(option) if dataclasses.is_dataclass(option) else ()
    return next((str(field.default) for field in fields if field.name == "kind"), "")


def _coerce_scalar(hint: Any, value: Any, where: str) -> Any:
    if hint is Any:
        return value
    if hint is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        _expect(number, where, "a number", value)
        return float(value)
    if hint is int:
        _expect(isinstance(value, int) and not isinstance(value, bool), where, "an integer", value)
        return value
    _expect(isinstance(value, hint), where, hint.__name__, value)
    return value


def _expect(condition: bool, where: str, wanted: str, got: Any) -> None:
    if not condition:
        raise PtaclError(f"{where}: expected {wanted}, got {got!r}.", code="record.invalid_value")
