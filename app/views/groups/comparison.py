"""The first of several groups against each of the others, in words and as a table to save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.stats.effect_size import FEWEST
from ptacl.stats.group_comparison import Difference, compare_groups, disjoint
from ptacl.stats.matching import Matched, Rows, match
from ptacl.wording import signed

from ...session import galleries
from ...text.sentences import listed, literal, name_and_unit
from .group_picker import Group

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

COVARIATES = ("age_years", "height_cm", "weight_kg")
CERTAIN = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Another group against the first."""

    first: Group
    other: Group
    shared: int
    plain: tuple[Difference, ...]
    matched: tuple[Difference, ...]
    """The same among the pairs."""
    pairs: Matched


def against_first(gallery: Gallery, groups: Sequence[Group]) -> list[Compared]:
    """The first group against each of the others, as far as anybody is in one of them alone."""
    first, *others = groups
    found = []
    for other in others:
        one, two, shared = disjoint(first.rows, other.rows)
        if not len(one) or not len(two):
            within, whole = (first, other) if not len(one) else (other, first)
            st.info(
                f"Everybody in {literal(within.title)} is in {literal(whole.title)} too: nobody "
                "is left to compare. Choose another group.",
                icon=":material/info:",
            )
            continue
        of, columns = galleries.key_of(gallery), _columns(gallery)
        names = (first.fingerprint, other.fingerprint)
        plain, matched, pairs = _comparison(of, names, columns, gallery.table, one, two)
        found.append(Compared(first, other, shared, plain, matched, pairs))
    return found


def told(one: Compared) -> str:
    """What differs most, and how much of it is left among matched pairs."""
    n_first, n_other = (f"{len(g.rows) - one.shared:,}" for g in (one.first, one.other))
    words = (
        f"**{literal(one.other.title)}** ({n_other}) against **{literal(one.first.title)}** "
        f"({n_first}). "
    )
    if one.shared:
        words += f"{one.shared:,} are in both and count in neither. "
    if all(np.isnan(d.p) for d in one.plain):
        return f"{words}Fewer than {FEWEST} in a group: means only, no intervals."
    made_from = (one.first.made_from, one.other.made_from)
    told = [d for d in one.plain if d.column not in made_from]
    certain = [d for d in told if d.p_holm < CERTAIN]
    if not certain:
        return f"{words}Nothing measured differs beyond chance."
    most = max(certain, key=lambda d: abs(d.effect.value))
    name, unit = name_and_unit(most.column)
    return (
        f"{words}{len(certain)} of {len(told)} measurements differ beyond chance, most "
        f"{name}: {signed(most.difference.value, 0)} {unit} "
        f"(g {signed(most.effect.value, 2)}). {_survival(one, {d.column for d in certain})}"
    )


def _survival(one: Compared, certain: set[str]) -> str:
    pairs, whom = len(one.pairs.first), _matched_for(one.pairs)
    # n pairs can be flipped in 2ⁿ ways: with few, no difference is rare enough to be certain.
    if 2.0 ** (1 - pairs) * len(one.matched) > CERTAIN:
        return f"Matched for {whom}, too few pairs are left to tell ({pairs})."
    left = certain & {d.column for d in one.matched if d.p_holm < CERTAIN}
    return f"Among {pairs:,} pairs matched for {whom}, {len(left)} of them still do."


def _matched_for(pairs: Matched) -> str:
    return listed([*(["sex"] if pairs.same_sex else []), "age", "body surface"])


def comparison_csv(compared: Sequence[Compared]) -> str:
    """The comparison as CSV: a row a measurement, a group and a way (all, matched)."""
    rows = [
        {
            "column": d.column, "way": way, "first": one.first.title, "other": one.other.title,
            "n_first": d.first.n, "mean_first": d.first.mean, "sd_first": d.first.sd,
            "n_other": d.other.n, "mean_other": d.other.mean, "sd_other": d.other.sd,
            "difference": d.difference.value, "difference_low": d.difference.low,
            "difference_high": d.difference.high, "hedges_g": d.effect.value,
            "hedges_g_low": d.effect.low, "hedges_g_high": d.effect.high,
            "p": d.p, "p_holm": d.p_holm,
        }
        for one in compared
        for way, differences in (("all", one.plain), ("matched", one.matched))
        for d in differences
    ]  # fmt: skip
    return pd.DataFrame(rows).to_csv(index=False)


@st.cache_data(show_spinner="Comparing the groups …", max_entries=32)
def _comparison(
    of: galleries.Key,
    names: tuple[str, str],
    columns: list[str],
    _table: pd.DataFrame,
    _first: Rows,
    _other: Rows,
) -> tuple[tuple[Difference, ...], tuple[Difference, ...], Matched]:
    pairs = match(_table, _first, _other)
    return (
        compare_groups(_table, _first, _other, columns),
        compare_groups(_table, pairs.first, pairs.other, columns, paired=True),
        pairs,
    )


def _columns(gallery: Gallery) -> list[str]:
    table, phenotypes = gallery.table, [entry.key for entry in gallery.phenotypes]
    measured = [entry.key for entry in gallery.measurements if "groups" in entry.places]
    wanted = (*phenotypes, *COVARIATES, *measured)
    return [column for column in wanted if column in table and table[column].nunique() > 1]
