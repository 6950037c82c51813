"""What groups measure: effects with intervals, matched or not, their spread, the table."""

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
from ...text.sentences import label, literal
from .comparison import Compared, comparison_csv, told
from .group_picker import Group

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.stats.interval import Interval

_BALANCE = {
    "women_pct": ("Women (%)", 0),
    "age_years": ("Age (years)", 0),
    "bsa_m2": ("Body surface (m²)", 2),
}
"""Title and decimals of what is matched for."""


def details(gallery: Gallery, groups: Sequence[Group]) -> None:
    """Who is in each group."""
    people = described(gallery.table)
    rows = {
        group.title: {
            "Subjects": f"{len(group.rows):,}",
            **{_BALANCE[key][0]: _mean_sd(people[key].iloc[group.rows], key) for key in _BALANCE},
        }
        for group in groups
    }
    page.table(pd.DataFrame.from_dict(rows, orient="index").rename_axis("Group"))


def show(gallery: Gallery, groups: Sequence[Group], compared: Sequence[Compared]) -> None:
    """The panel."""
    for one in compared:
        st.markdown(told(one))
    with st.container(key="stack_measured"):
        left, right = st.columns([3, 2], gap="large")
    with left:
        page.section("What differs")
        with_matched = st.toggle(
            "Also matched for sex, age and body surface",
            value=True, key="matched", bind="query-params",
            help="Pairs of one sex and nearly the same age and body surface area: what still "
            "differs among them is not due to these.",
        )  # fmt: skip
        _forest(compared, with_matched=with_matched)
    with right:
        _distribution(gallery, groups, [d.column for d in compared[0].plain])
        _matching(compared)
    _table(gallery, compared)


def _forest(compared: Sequence[Compared], *, with_matched: bool) -> None:
    series = []
    for number, one in enumerate(compared, start=1):
        colour = GROUPS[number]
        series.append(charts.Effects(one.other.title, colour, False, _effects(one.plain)))
        if with_matched:
            matched = charts.Effects(
                f"{one.other.title}, matched", colour, True, _effects(one.matched)
            )
            series.append(matched)
    names = [label(d.column) for d in compared[0].plain]
    first = compared[0].first.title
    st.plotly_chart(
        charts.forest(names, series, f"lower than in {first}  ←  Hedges' g  →  higher"),
        key="forest",
        alt="Effect sizes of what differs; the numbers are in the table below",
        config={"displayModeBar": False},
    )
    page.note(
        "Difference of the means in standard deviations (Hedges' g) with its 95 % bootstrap "
        "interval; 0.2 is called small, 0.5 medium, 0.8 large. ● all · ◇ matched pairs. A group "
        "that was made by a number differs in it by construction."
    )


def _effects(differences: Sequence[Difference]) -> list[tuple[float, float, float]]:
    return [(d.effect.value, d.effect.low, d.effect.high) for d in differences]


def _distribution(gallery: Gallery, groups: Sequence[Group], columns: list[str]) -> None:
    column = st.selectbox(
        "Distribution of", columns, format_func=label, key="distribution", bind="query-params"
    )
    values = gallery.table[column].to_numpy(dtype=np.float64)
    st.plotly_chart(
        charts.group_distributions({g.title: values[g.rows] for g in groups}, label(column)),
        key="group_distribution",
        alt=f"Distribution of {label(column)} in each group; means are in the table below",
        config={"displayModeBar": False},
    )


def _matching(compared: Sequence[Compared]) -> None:
    panel = page.fold("How the pairs were matched", "matching")
    if panel is None:
        return
    with panel:
        for one in compared:
            pairs, (years, area) = one.pairs, one.pairs.within
            sex = "of one sex and " if pairs.same_sex else ""
            words = (
                f"**{literal(one.other.title)}**: {len(pairs.first):,} pairs {sex}not more than "
                f"{years:.1f} years and {area:.2f} m² apart, the closest first, nobody twice."
            )
            if pairs.undescribed:
                words += f" {pairs.undescribed:,} subjects lack sex, age, height or weight."
            st.markdown(words)
            page.table(_balance(pairs))
        page.note(
            "Means of both groups, and their difference in standard deviations (SMD): below 0.1 "
            "counts as balanced."
        )


def _balance(pairs: Matched) -> pd.DataFrame:
    rows = {}
    for before, after in zip(pairs.before, pairs.after, strict=True):
        title, digits = _BALANCE[before.covariate]
        rows[title] = {
            "all": f"{before.first:.{digits}f} / {before.other:.{digits}f}",
            "SMD": signed(before.smd, 2),
            "matched": f"{after.first:.{digits}f} / {after.other:.{digits}f}",
            "SMD left": signed(after.smd, 2),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _mean_sd(values: pd.Series, key: str) -> str:
    digits = _BALANCE[key][1]
    share = key == "women_pct"  # a share has no deviation worth reading
    return _spread(values.mean(), math.nan if share else values.std(), digits)


def _spread(mean: float, deviation: float, digits: int) -> str:
    """A mean and its standard deviation; one subject has none of that, and nobody has a mean."""
    if math.isnan(mean):
        return MISSING
    return f"{mean:.{digits}f}" + ("" if math.isnan(deviation) else f" ± {deviation:.{digits}f}")


def _table(gallery: Gallery, compared: Sequence[Compared]) -> None:
    page.section("Table")
    for one in compared:
        page.table(_numbers(one), "small")
    st.download_button(
        "Download as CSV",
        lambda: comparison_csv(compared),
        file_name="ptacl-groups-synthetic.csv" if gallery.synthetic else "ptacl-groups.csv",
        mime="text/csv",
        on_click="ignore",
    )
    page.note(
        f"p by {PERMUTATIONS:,} permutations of the groups, of pairs by flips of sign, corrected "
        "for the number of measurements (Holm): the smallest that can be found is "
        f"{len(compared[0].plain) / (1 + PERMUTATIONS):.3f}. Of matched pairs the difference is "
        "taken pair by pair."
    )


def _numbers(one: Compared) -> pd.DataFrame:
    """A row a measurement: both groups, and their differences with and without matching."""
    rows = {
        label(plain.column): {
            one.first.title: _spread(plain.first.mean, plain.first.sd, 1),
            one.other.title: _spread(plain.other.mean, plain.other.sd, 1),
            "Difference (95 %)": _with_interval(plain.difference, 1),
            "g (95 %)": _with_interval(plain.effect, 2),
            "p (Holm)": _certainty(plain.p_holm),
            "Matched difference (95 %)": _with_interval(matched.difference, 1),
            "Matched g (95 %)": _with_interval(matched.effect, 2),
            "Matched p (Holm)": _certainty(matched.p_holm),
        }
        for plain, matched in zip(one.plain, one.matched, strict=True)
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("Mean ± SD")


def _certainty(p: float) -> str:
    return "–" if np.isnan(p) else f"{p:.3f}"


def _with_interval(found: Interval, digits: int) -> str:
    if np.isnan(found.low):
        return "–" if np.isnan(found.value) else signed(found.value, digits)
    low, high = signed(found.low, digits), signed(found.high, digits)
    return f"{signed(found.value, digits)} ({low} to {high})"
