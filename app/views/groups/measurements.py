"""Measurements of groups: effect sizes with and without matching, distributions, table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.stats.group_comparison import Difference
from ptacl.stats.matching import Matched, described
from ptacl.stats.permutation import PERMUTATIONS
from ptacl.wording import MISSING, signed

from ... import charts
from ...charts.palette import GROUPS
from ...layout import page
from ...layout.saved_chart import chart
from ...text.labels import label, literal
from .comparison import GroupComparison, comparison_csv, comparison_sentence
from .group_picker import Group

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.stats.interval import Interval

_BALANCE = {
    "women_pct": ("Women (%)", 0),
    "age_years": ("Age (years)", 0),
    "bsa_m2": ("Body surface area (m²)", 2),
}
"""Title and decimals of the matching covariates."""


def details(gallery: Gallery, groups: Sequence[Group]) -> None:
    """Show size, sex, age and body surface area of each group."""
    people = described(gallery.table)
    rows = {
        group.title: {
            "Subjects": f"{len(group.rows):,}",
            **{_BALANCE[key][0]: _mean_sd(people[key].iloc[group.rows], key) for key in _BALANCE},
        }
        for group in groups
    }
    page.table(pd.DataFrame.from_dict(rows, orient="index").rename_axis("Group"))


def show(gallery: Gallery, groups: Sequence[Group], comparisons: Sequence[GroupComparison]) -> None:
    """Show the panel.

    Args:
        gallery: of the groups.
        groups: the groups, the reference first.
        comparisons: comparison of each other group with the reference.
    """
    for comparison in comparisons:
        st.markdown(comparison_sentence(comparison))
    with st.container(key="stack_measured"):
        left, right = st.columns([3, 2], gap="large")
    with left:
        page.section("Differences")
        with_matched = st.toggle(
            "Also matched for sex, age and body surface area",
            value=True, key="matched", bind="query-params",
            help="Pairs of the same sex and similar age and body surface area: remaining "
            "differences are not due to these.",
        )  # fmt: skip
        _forest(comparisons, with_matched=with_matched)
    with right:
        _distribution(gallery, groups, [d.column for d in comparisons[0].plain])
        _matching(comparisons)
    _table(gallery, comparisons)


def _forest(comparisons: Sequence[GroupComparison], *, with_matched: bool) -> None:
    series = []
    for number, comparison in enumerate(comparisons, start=1):
        colour = GROUPS[number]
        series.append(
            charts.Effects(comparison.other.title, colour, False, _effects(comparison.plain))
        )
        if with_matched:
            matched = charts.Effects(
                f"{comparison.other.title}, matched", colour, True, _effects(comparison.matched)
            )
            series.append(matched)
    names = [label(d.column) for d in comparisons[0].plain]
    first = comparisons[0].first.title
    chart(
        charts.forest(names, series, f"lower than in {first}  ←  Hedges' g  →  higher"),
        key="forest",
        alt="Effect sizes; the numbers are in the table below",
    )
    page.note(
        "Difference of the means in standard deviations (Hedges' g) with its 95 % bootstrap "
        "interval; 0.2 is small, 0.5 medium, 0.8 large (Cohen). ● all · ◇ matched pairs. A group "
        "that is defined by a measurement differs in it by construction."
    )


def _effects(differences: Sequence[Difference]) -> list[tuple[float, float, float]]:
    return [(d.effect.value, d.effect.low, d.effect.high) for d in differences]


def _distribution(gallery: Gallery, groups: Sequence[Group], columns: list[str]) -> None:
    column = st.selectbox(
        "Distribution of", columns, format_func=label, key="distribution", bind="query-params"
    )
    values = gallery.table[column].to_numpy(dtype=np.float64)
    chart(
        charts.group_distributions({g.title: values[g.rows] for g in groups}, label(column)),
        key="group_distribution",
        alt=f"Distribution of {label(column)} in each group; means are in the table below",
    )


def _matching(comparisons: Sequence[GroupComparison]) -> None:
    panel = page.fold("Matching", "matching")
    if panel is None:
        return
    with panel:
        for comparison in comparisons:
            pairs, (years, area) = comparison.pairs, comparison.pairs.within
            sex = "of the same sex and " if pairs.same_sex else ""
            text = (
                f"**{literal(comparison.other.title)}**: {len(pairs.first):,} pairs {sex}within "
                f"{years:.1f} years and {area:.2f} m², the closest first, without replacement."
            )
            if pairs.undescribed:
                text += f" {pairs.undescribed:,} subjects lack sex, age, height or weight."
            st.markdown(text)
            page.table(_balance(pairs))
        page.note(
            "Means of both groups, and their standardised mean difference (SMD): below 0.1 is "
            "balanced."
        )


def _balance(pairs: Matched) -> pd.DataFrame:
    rows = {}
    for before, after in zip(pairs.before, pairs.after, strict=True):
        title, digits = _BALANCE[before.covariate]
        rows[title] = {
            "all": f"{before.first:.{digits}f} / {before.other:.{digits}f}",
            "SMD": signed(before.smd, 2),
            "matched": f"{after.first:.{digits}f} / {after.other:.{digits}f}",
            "SMD matched": signed(after.smd, 2),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _mean_sd(values: pd.Series, key: str) -> str:
    digits = _BALANCE[key][1]
    share = key == "women_pct"  # the deviation of a share has no meaning
    return _spread(values.mean(), math.nan if share else values.std(), digits)


def _spread(mean: float, deviation: float, digits: int) -> str:
    """Format mean and standard deviation, as far as the number of subjects allows."""
    if math.isnan(mean):
        return MISSING
    return f"{mean:.{digits}f}" + ("" if math.isnan(deviation) else f" ± {deviation:.{digits}f}")


def _table(gallery: Gallery, comparisons: Sequence[GroupComparison]) -> None:
    page.section("Table")
    for comparison in comparisons:
        page.table(_numbers(comparison), "small")
    st.download_button(
        "Download as CSV",
        lambda: comparison_csv(comparisons),
        file_name="ptacl-groups-synthetic.csv" if gallery.synthetic else "ptacl-groups.csv",
        mime="text/csv",
        on_click="ignore",
    )
    page.note(
        f"p from {PERMUTATIONS:,} permutations of the groups (sign flips for pairs), corrected for "
        "the number of measurements (Holm); the smallest possible value is "
        f"{len(comparisons[0].plain) / (1 + PERMUTATIONS):.3f}. Matched differences are means "
        "within pairs."
    )


def _numbers(comparison: GroupComparison) -> pd.DataFrame:
    """Return a row per measurement: both groups, their differences, and those of the pairs."""
    rows = {
        label(plain.column): {
            comparison.first.title: _spread(plain.first.mean, plain.first.sd, 1),
            comparison.other.title: _spread(plain.other.mean, plain.other.sd, 1),
            "Difference (95 %)": _with_interval(plain.difference, 1),
            "g (95 %)": _with_interval(plain.effect, 2),
            "p (Holm)": _p_value(plain.p_holm),
            "Matched difference (95 %)": _with_interval(matched.difference, 1),
            "Matched g (95 %)": _with_interval(matched.effect, 2),
            "Matched p (Holm)": _p_value(matched.p_holm),
        }
        for plain, matched in zip(comparison.plain, comparison.matched, strict=True)
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("Mean ± SD")


def _p_value(p: float) -> str:
    return "–" if np.isnan(p) else f"{p:.3f}"


def _with_interval(interval: Interval, digits: int) -> str:
    if np.isnan(interval.low):
        return "–" if np.isnan(interval.value) else signed(interval.value, digits)
    low, high = signed(interval.low, digits), signed(interval.high, digits)
    return f"{signed(interval.value, digits)} ({low} to {high})"
