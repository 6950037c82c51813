"""What groups measure: effects with intervals, matched or not, their spread, the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import charts
import frame
import numpy as np
import pandas as pd
import state
import streamlit as st
from palette import GROUPS
from words import label, listed, literal

from ptacl.groups.compared import FEWEST, PERMUTATIONS, Difference, apart, compare_groups
from ptacl.groups.matching import Matched, described, match
from ptacl.groups.rules import Rows
from ptacl.phenotypes import PHENOTYPE_KEYS
from side_by_side.choice import Group

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.metrics import Interval

COVARIATES = ("age_years", "height_cm", "weight_kg")
ECG = ("heart_rate_bpm", "pr_ms", "qrs_ms", "qtc_ms", "qrs_axis_deg")
CERTAIN = 0.05
_BALANCE = {
    "women_pct": ("Women (%)", 0),
    "age_years": ("Age (years)", 0),
    "bsa_m2": ("Body surface (m²)", 2),
}
"""Title and decimals of what is matched for."""


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
    st.table(pd.DataFrame.from_dict(rows, orient="index").rename_axis("Group"))


def against_first(gallery: Gallery, groups: Sequence[Group]) -> list[Compared]:
    """The first group against each of the others, as far as anybody is in one of them alone."""
    first, *others = groups
    found = []
    for other in others:
        one, two, shared = apart(first.rows, other.rows)
        if not len(one) or not len(two):
            within, whole = (first, other) if not len(one) else (other, first)
            st.info(
                f"Everybody in {literal(within.title)} is in {literal(whole.title)} too: nobody "
                "is left to compare. Choose another group.",
                icon=":material/info:",
            )
            continue
        of, columns = state.key_of(gallery), _columns(gallery.table)
        names = (first.fingerprint, other.fingerprint)
        plain, matched, pairs = _comparison(of, names, columns, gallery.table, one, two)
        found.append(Compared(first, other, shared, plain, matched, pairs))
    return found


def show(gallery: Gallery, groups: Sequence[Group], compared: Sequence[Compared]) -> None:
    """The panel."""
    for one in compared:
        st.markdown(told(one))
    with st.container(key="stack_measured"):
        left, right = st.columns([3, 2], gap="large")
    with left:
        frame.section("What differs")
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


@st.cache_data(show_spinner="Comparing the groups …", max_entries=32)
def _comparison(
    of: state.Key,
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


def _columns(table: pd.DataFrame) -> list[str]:
    wanted = (*PHENOTYPE_KEYS, *COVARIATES, *ECG)
    return [c for c in wanted if c in table and table[c].nunique() > 1]


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
    return (
        f"{words}{len(certain)} of {len(told)} measurements differ beyond chance, most "
        f"{label(most.column)}: {_signed(most.difference.value, 0)} "
        f"(g {_signed(most.effect.value, 2)}). {_survival(one, {d.column for d in certain})}"
    )


def _survival(one: Compared, certain: set[str]) -> str:
    pairs, whom = len(one.pairs.first), _matched_for(one.pairs)
    if pairs < FEWEST:
        return f"Matched for {whom}, too few pairs are left ({pairs})."
    left = certain & {d.column for d in one.matched if d.p_holm < CERTAIN}
    return f"Among {pairs:,} pairs matched for {whom}, {len(left)} of them still do."


def _matched_for(pairs: Matched) -> str:
    return listed([*(["sex"] if pairs.same_sex else []), "age", "body surface"])


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
    st.caption(
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
    with st.expander("How the pairs were matched"):
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
            st.table(_balance(pairs))
        st.caption(
            "Means of both groups, and their difference in standard deviations (SMD): below 0.1 "
            "counts as balanced."
        )


def _balance(pairs: Matched) -> pd.DataFrame:
    rows = {}
    for before, after in zip(pairs.before, pairs.after, strict=True):
        title, digits = _BALANCE[before.covariate]
        rows[title] = {
            "all": f"{before.first:.{digits}f} / {before.other:.{digits}f}",
            "SMD": _signed(before.smd, 2),
            "matched": f"{after.first:.{digits}f} / {after.other:.{digits}f}",
            "SMD left": _signed(after.smd, 2),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _mean_sd(values: pd.Series, key: str) -> str:
    digits = _BALANCE[key][1]
    share = key == "women_pct"  # a share has no deviation worth reading
    return f"{values.mean():.{digits}f}" + ("" if share else f" ± {values.std():.{digits}f}")


def _table(gallery: Gallery, compared: Sequence[Compared]) -> None:
    rows = [
        {
            "Measured": label(plain.column),
            one.first.title: f"{plain.first.mean:.1f} ± {plain.first.sd:.1f}",
            "Against it": one.other.title,
            "Mean ± SD": f"{plain.other.mean:.1f} ± {plain.other.sd:.1f}",
            "Difference (95 %)": _with_interval(plain.difference, 1),
            "g (95 %)": _with_interval(plain.effect, 2),
            "p (Holm)": plain.p_holm,
            "Matched difference (95 %)": _with_interval(matched.difference, 1),
            "Matched g (95 %)": _with_interval(matched.effect, 2),
            "Matched p (Holm)": matched.p_holm,
        }
        for one in compared
        for plain, matched in zip(one.plain, one.matched, strict=True)
    ]
    frame.section("Table")
    certainty = st.column_config.NumberColumn(format="%.3f")
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=280,
        column_config={"p (Holm)": certainty, "Matched p (Holm)": certainty},
        alt="Means, differences and effect sizes of the groups",
    )
    st.download_button(
        "Download as CSV",
        lambda: comparison_csv(compared),
        file_name="ptacl-groups-synthetic.csv" if gallery.synthetic else "ptacl-groups.csv",
        mime="text/csv",
        on_click="ignore",
    )
    st.caption(
        f"p by {PERMUTATIONS:,} permutations of the groups, of pairs by flips of sign, corrected "
        "for the number of measurements (Holm): the smallest that can be found is "
        f"{len(compared[0].plain) / (1 + PERMUTATIONS):.3f}. Of matched pairs the difference is "
        "taken pair by pair."
    )


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


def _with_interval(found: Interval, digits: int) -> str:
    if np.isnan(found.low):
        return "–" if np.isnan(found.value) else _signed(found.value, digits)
    low, high = _signed(found.low, digits), _signed(found.high, digits)
    return f"{_signed(found.value, digits)} ({low} to {high})"


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "−")
