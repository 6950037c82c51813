"""Strain of groups: mean curves with bands, of the gallery's file or measured on drawn hearts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.cohort_analysis.group_averages import sample
from ptacl.errors import PtaclError
from ptacl.motion.many import MOTION_FILE, PHASES, read_cohort_motion
from ptacl.motion.records import MID_LEVEL
from ptacl.stats.mean_curve import FEWEST, mean_curve
from ptacl.wording import signed

from ... import charts
from ...layout import page
from ...layout.saved_chart import chart
from ...panels import gallery_strain
from ...session import galleries, url_state
from ...text.labels import literal
from ...text.progress_steps import CONTOUR_STEP, MOTION_STEP, lasting
from .group_picker import Group

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.motion.many import CohortMotion
    from ptacl.motion.records import SliceMotion

MOST = 20
"""Hearts of a group that are measured where the gallery carries no strain."""
AXIS = "Global circumferential strain (%)"

Curves = Mapping[str, np.ndarray]
"""Subject → global circumferential strain in the middle of the wall at even phases, in percent."""


def show(gallery: Gallery, groups: Sequence[Group]) -> None:
    """Show the panel."""
    page.section("Strain")
    try:
        carried = _carried(galleries.key_of(gallery), gallery)
    except PtaclError as error:
        st.warning(literal(str(error)), icon=":material/warning:")
        carried = None
    if carried is not None:
        _show_curves(groups, _members(gallery, groups), _curves_of(carried))
        st.caption(f"Measured by `ptacl motion`; labels of {literal(carried.segmenter)}.")
        return
    members = _members(gallery, groups, MOST)
    if _choose(members):
        _measure(gallery, groups, members)


def _choose(members: Sequence[Sequence[str]]) -> bool:
    """Show the control; return whether drawn hearts are to be measured."""
    address = url_state.switch("group_strain", "strain")
    address.read()
    count = len({subject for own in members for subject in own})
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle(
            f"Measure {count} hearts", key=address.key, on_change=address.write,
            help=f"At most {MOST} of each group, drawn at random; about "
            f"{lasting(count * (CONTOUR_STEP.seconds + MOTION_STEP.seconds))} in the background.",
        )  # fmt: skip
        st.caption(
            "This gallery carries no strain. `ptacl motion STORE OUT.csv` measures a whole store; "
            f"its OUT.npz is shown here as {MOTION_FILE} in the gallery's folder."
        )
    return address.chosen()


def _measure(gallery: Gallery, groups: Sequence[Group], members: Sequence[Sequence[str]]) -> None:
    # Alternating, so that all groups have their first hearts early.
    rounds = range(max(map(len, members)))
    wanted = [own[number] for number in rounds for own in members if number < len(own)]
    wanted = list(dict.fromkeys(wanted))
    motions = gallery_strain.motions_of(gallery, wanted)
    gallery_strain.show_progress(gallery, wanted)
    _show_curves(groups, members, _resampled(gallery, motions))
    drawn = any(len(own) < len(group.rows) for own, group in zip(members, groups, strict=True))
    if drawn:
        st.caption(f"Larger groups: random sample of {MOST}.")
    if reason := gallery_strain.failed(gallery, wanted):
        st.info(literal(reason), icon=":material/block:")


def _members(gallery: Gallery, groups: Sequence[Group], most: int | None = None) -> list[list[str]]:
    """Return the subjects of each group, a random sample of larger ones."""
    rows = [group.rows if most is None else sample(group.rows, most) for group in groups]
    return [[str(subject) for subject in gallery.table.index[own]] for own in rows]


def _show_curves(groups: Sequence[Group], members: Sequence[Sequence[str]], curves: Curves) -> None:
    drawn, rows = [], {}
    for number, (group, own) in enumerate(zip(groups, members, strict=True)):
        known = [curves[subject] for subject in own if subject in curves]
        if known and (curve := mean_curve(np.stack(known))) is not None:
            drawn.append(charts.GroupCurve(group.title, number, curve))
            rows[group.title] = _numbers(np.stack(known))
    if not drawn:
        st.caption("No heart of these groups is measured.")
        return
    chart(
        charts.strain_by_group(drawn, AXIS),
        key="group_strain_curves",
        alt="Mean strain of each group over the beat; peaks are in the table below",
    )
    page.note(
        "Mean of the subjects' global circumferential strain in the middle of the wall, in one "
        "slice; the band is the 95 % bootstrap interval of the mean, from "
        f"{FEWEST} subjects on. In brackets: subjects measured. Shortening is negative. "
        "Table: mean ± SD."
    )
    page.table(pd.DataFrame.from_dict(rows, orient="index").rename_axis("Group"), "small")


def _numbers(curves: np.ndarray) -> dict[str, str]:
    """Return the peaks of a group's curves as text."""
    known = curves[np.isfinite(curves).all(axis=1)]
    peaks, phases = known.min(axis=1), 100 * known.argmin(axis=1) / known.shape[1]
    return {
        "Subjects": f"{len(known):,}",
        "Peak strain (%)": _mean_sd(peaks, 1),
        "Time to peak (% of the beat)": _mean_sd(phases, 0),
    }


def _mean_sd(values: np.ndarray, decimals: int) -> str:
    mean = signed(float(values.mean()), decimals).removeprefix("+")
    return mean if len(values) < 2 else f"{mean} ± {values.std(ddof=1):.{decimals}f}"


def _curves_of(motion: CohortMotion) -> Curves:
    rows = motion.global_circumferential_percent[:, MID_LEVEL].astype(np.float64)
    return dict(zip(motion.subject_ids, rows, strict=True))


def _resampled(gallery: Gallery, motions: Mapping[str, SliceMotion]) -> Curves:
    """Return the curves of hearts at even phases of their beats."""
    wanted = np.arange(PHASES) / PHASES
    curves = {}
    for subject, motion in motions.items():
        phases = motion.strain.frame_times_ms / float(gallery.table.loc[subject, "rr_ms"])
        curves[subject] = np.interp(wanted, phases, motion.strain.gcs_percent, period=1.0)
    return curves


@st.cache_resource(show_spinner=False, max_entries=4)
def _carried(of: galleries.Key, _gallery: Gallery) -> CohortMotion | None:
    path = _gallery.path / MOTION_FILE
    return read_cohort_motion(path) if path.is_file() else None
