"""Strict dataclass <-> JSON: an unknown key is an error, a missing one takes its default."""

import dataclasses
import functools
import hashlib
import json
import types
import typing
from typing import Any, TypeVar

from ptacl.errors import PtaclError

T = TypeVar("T")


def to_dict(config: Any) -> dict[str, Any]:
    """A dataclass as plain JSON values, nested dataclasses included."""
    return json.loads(json.dumps(dataclasses.asdict(config)))


def from_dict(cls: type[T], values: dict[str, Any], where: str = "") -> T:
    """Build a dataclass from JSON values.

    Args:
        cls: a dataclass type; fields may be dataclasses, tuples, literals, optionals, scalars,
            or one of several dataclasses, told apart by their `kind` (the first, where none is
            given).
        values: as read from JSON.
        where: dotted place, for messages.

    Raises:
        PtaclError: an unknown key, a value of the wrong kind, or a required key that is absent.

    Example:
        >>> @dataclasses.dataclass(frozen=True)
        ... class Filter:
        ...     highpass_hz: float = 0.5
        >>> from_dict(Filter, {"highpass_hz": 1.0})
        Filter(highpass_hz=1.0)
    """
    hints = _hints(cls)  # type: ignore[arg-type]
    fields = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    place = where or cls.__name__
    unknown = sorted(set(values) - set(fields))
    if unknown:
        raise PtaclError(f"{place}: unknown key {unknown[0]!r}. Known: {', '.join(fields)}.")
    given = {name: _coerce(hints[name], value, f"{place}.{name}") for name, value in values.items()}
    try:
        return cls(**given)
    except TypeError as error:
        raise PtaclError(f"{place}: {error}.") from error


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    # Cached: a report holds hundreds of records of few types.
    return typing.get_type_hints(cls)


def fingerprint(config: Any) -> str:
    """Twelve hexadecimal digits that change when any value of the config changes."""
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
    """What a dataclass calls itself among others: the default of its field `kind`, if any."""
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
        raise PtaclError(f"{where}: expected {wanted}, got {got!r}.")
