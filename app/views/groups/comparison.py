"""Comparison of the first group with each of the others, as text and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.config.exported_cells import safe_csv
from ptacl.stats.effect_size import FEWEST
from ptacl.stats.group_comparison import Difference, compare_groups, disjoint
from ptacl.stats.matching import Matched, Rows, match
from ptacl.wording import signed

from ...session import galleries
from ...text.labels import listed, literal, name_and_unit
from .group_picker import Group

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

COVARIATES = ("age_years", "height_cm", "weight_kg")
CERTAIN = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class GroupComparison:
    """Comparison of a group with the first, the reference."""

    first: Group
    other: Group
    shared: int
    """Subjects in both groups, who are excluded."""
    plain: tuple[Difference, ...]
    """Differences among all other subjects."""
    matched: tuple[Difference, ...]
    """Differences among the matched pairs."""
    pairs: Matched


def compare_with_first(gallery: Gallery, groups: Sequence[Group]) -> list[GroupComparison]:
    """Compare the first group, the reference, with each of the others.

    Subjects in both groups are excluded; a group without other subjects gets a message instead.
    """
    first, *others = groups
    comparisons = []
    for other in others:
        first_rows, other_rows, shared = disjoint(first.rows, other.rows)
        if not len(first_rows) or not len(other_rows):
            within, whole = (first, other) if not len(first_rows) else (other, first)
            st.info(
                f"All subjects of {literal(within.title)} are in {literal(whole.title)} too: none "
                "remain to compare. Choose another group.",
                icon=":material/info:",
            )
            continue
        of, columns = galleries.key_of(gallery), _columns(gallery)
        names = (first.fingerprint, other.fingerprint)
        plain, matched, pairs = _comparison(
            of, names, columns, gallery.table, first_rows, other_rows
        )
        comparisons.append(GroupComparison(first, other, shared, plain, matched, pairs))
    return comparisons


def comparison_sentence(comparison: GroupComparison) -> str:
    """Return the largest difference, and how many differences remain among matched pairs."""
    n_first, n_other = (
        f"{len(g.rows) - comparison.shared:,}" for g in (comparison.first, comparison.other)
    )
    text = (
        f"**{literal(comparison.other.title)}** ({n_other}) against "
        f"**{literal(comparison.first.title)}** ({n_first}). "
    )
    if comparison.shared:
        text += f"{comparison.shared:,} subjects in both groups are excluded. "
    if all(np.isnan(d.p) for d in comparison.plain):
        return f"{text}Fewer than {FEWEST} in a group: means only, no intervals."
    made_from = (*comparison.first.made_from, *comparison.other.made_from)
    tested = [d for d in comparison.plain if d.column not in made_from]
    certain = [d for d in tested if d.p_holm < CERTAIN]
    if not certain:
        return f"{text}No measurement differs beyond chance."
    most = max(certain, key=lambda d: abs(d.effect.value))
    name, unit = name_and_unit(most.column)
    return (
        f"{text}{len(certain)} of {len(tested)} measurements differ beyond chance, most "
        f"{name}: {signed(most.difference.value, 0)} {unit} "
        f"(g {signed(most.effect.value, 2)}). {_survival(comparison, {d.column for d in certain})}"
    )


def _survival(comparison: GroupComparison, certain: set[str]) -> str:
    pairs, matched_for = len(comparison.pairs.first), _matched_for(comparison.pairs)
    # n pairs have 2ⁿ sign flips: with few pairs no p value can be small enough.
    if 2.0 ** (1 - pairs) * len(comparison.matched) > CERTAIN:
        return f"Too few pairs matched for {matched_for} for a test ({pairs})."
    left = certain & {d.column for d in comparison.matched if d.p_holm < CERTAIN}
    return f"Among {pairs:,} pairs matched for {matched_for}, {len(left)} of them remain."


def _matched_for(pairs: Matched) -> str:
    return listed([*(["sex"] if pairs.same_sex else []), "age", "body surface area"])


def comparison_csv(comparisons: Sequence[GroupComparison]) -> str:
    """Return the comparisons as CSV: a row per measurement, group and way (all, matched)."""
    rows = [
        {
            "column": d.column, "way": way,
            "first": comparison.first.title, "other": comparison.other.title,
            "n_first": d.first.n, "mean_first": d.first.mean, "sd_first": d.first.sd,
            "n_other": d.other.n, "mean_other": d.other.mean, "sd_other": d.other.sd,
            "difference": d.difference.value, "difference_low": d.difference.low,
            "difference_high": d.difference.high, "hedges_g": d.effect.value,
            "hedges_g_low": d.effect.low, "hedges_g_high": d.effect.high,
            "p": d.p, "p_holm": d.p_holm,
        }
        for comparison in comparisons
        for way, differences in (("all", comparison.plain), ("matched", comparison.matched))
        for d in differences
    ]  # fmt: skip
    return str(safe_csv(pd.DataFrame(rows), index=False))


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
    measured = [entry.key for entry in gallery.measurements if "groups" in entry.sections]
    wanted = (*phenotypes, *COVARIATES, *measured)
    return [column for column in wanted if column in table and table[column].nunique() > 1]
