"""Targets of an open store: those that its cohort brought, and the built-in phenotypes."""

from dataclasses import dataclass, replace
from typing import cast, get_args

import numpy as np
import pandas as pd
from jaxtyping import Float64

from ptacl.errors import PtaclError
from ptacl.io.cohort.targets import KINDS, TARGETS, Kind, Target, read_targets
from ptacl.phenotypes import PHENOTYPES
from ptacl.store.reader import Store
from ptacl.store.target_files import VALUES

Numbers = Float64[np.ndarray, " subjects"]


@dataclass(frozen=True)
class TargetValues:
    """A target with the values of all subjects of a store, in the order of its table."""

    target: Target
    values: Numbers
    """NaN where unknown."""
    times: Numbers | None = None
    """Of an event."""


def targets_of(store: Store) -> tuple[Target, ...]:
    """Return the targets that the cohort brought, and the built-in phenotypes that it has."""
    return own_targets(store) + tuple(
        Target(entry.key, entry.title, entry.unit, entry.ukb_field)
        for entry in PHENOTYPES
        if entry.key in store.table and store.table[entry.key].notna().any()
    )


def own_targets(store: Store) -> tuple[Target, ...]:
    """Return the targets that the cohort brought."""
    path = store.path / TARGETS
    return read_targets(path) if path.is_file() else ()


def target_values(store: Store, asked: str) -> TargetValues:
    """Return a target of a store with its values.

    Args:
        store: the cohort.
        asked: its key, or ``KEY:KIND`` to read it as another kind than ``targets.json`` states.

    Raises:
        PtaclError: the store has no such target, or its values are not of that kind.
    """
    key, _, kind = asked.partition(":")
    target = next((target for target in targets_of(store) if target.key == key), None)
    if target is None:
        known = ", ".join(target.key for target in targets_of(store)) or "none"
        raise PtaclError(
            f"{store.path} has no target {key!r}. Known: {known}. Name it in {TARGETS} beside the "
            "cohort's table and run the same import again.",
            code="target.unknown",
        )
    target = _as_kind(target, kind or target.kind)
    values = _column(store, target.key)
    times = None if target.time is None else _column(store, target.time)
    if target.kind != "continuous" and not np.isin(values[np.isfinite(values)], (0, 1)).all():
        raise PtaclError(
            f"Target {key!r} has other values than 0 and 1. Read it as {key}:continuous.",
            code="target.invalid",
        )
    return TargetValues(target, values, times)


def _as_kind(target: Target, kind: str) -> Target:
    if kind not in get_args(Kind):
        raise PtaclError(
            f"Target {target.key!r}: there is no kind {kind!r}. Choose one of {', '.join(KINDS)}.",
            code="target.invalid",
        )
    if kind == target.kind:
        return target
    time = target.time if kind == "event" else None  # an event without its time is an outcome
    return replace(target, kind=cast(Kind, kind), time=time)


def _column(store: Store, name: str) -> Numbers:
    if name in store.table:
        return store.table[name].to_numpy(dtype=np.float64)
    values = pd.read_parquet(store.path / VALUES, columns=["subject_id", name])
    by_subject = values.set_index("subject_id")[name]
    return by_subject.reindex(store.table["subject_id"]).to_numpy(dtype=np.float64)
