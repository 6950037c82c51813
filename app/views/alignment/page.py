"""Alignment page: matching of ECG segments to cine frames, with controls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.metrics.alignment import (
    ROLLED_FRAMES,
    Control,
    ErrorsByPhase,
    best_path,
    chance_error_in_frames,
    errors_in_frames,
    frame_order,
)
from ptacl.types import LEADS

from ... import charts
from ...components.cine_player import cine_player
from ...components.clock_curves import ClockCurves
from ...components.contour_layer import ContourLayer
from ...components.heat_tiles import HeatTile, heat_tiles
from ...components.strain_ring import StrainRing
from ...layout import page, rebuilding
from ...layout.saved_chart import chart
from ...panels import contours, gallery_strain, strain
from ...panels.cine_tiles import footnote, spacing_mm
from ...session import galleries, selection
from ...session.heart_contours import HeartContours
from ...text.labels import literal
from ...text.rhythm_sentences import BLURRED

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.motion.records import SliceMotion

OWN = "its own cine"
CINE_OF, ORDER = "cine_of", "frames"
# Labels for the order of the frames, on the page and in links.
ORDERS: dict[str, Control] = {"as recorded": "none", "rolled": "rolled", "shuffled": "shuffled"}


@dataclass(frozen=True, slots=True)
class Pair:
    """ECG and cine in the player, the frames as recorded or as a control."""

    ecg: str
    cine: str
    control: Control

    @property
    def title(self) -> str:
        """Title of the player."""
        order = "" if self.control == "none" else f", frames {self.control}"
        return f"ECG {self.ecg} · cine {self.cine}{order}"

    def similarity(self, gallery: Gallery) -> np.ndarray:
        """Return the cosine similarity, shape (segments, frames)."""
        return gallery.similarity(self.ecg, self.cine, self.control)


@dataclass(frozen=True, slots=True, eq=False)
class _Layers:
    """What was measured on the cine of the player, as far as it is ready."""

    heart: HeartContours | None
    motion: SliceMotion | None

    def curves(self, order: np.ndarray) -> list[ClockCurves]:
        """Return area and strain over the beat, in the order of the frames."""
        area = [] if self.heart is None else [contours.area_curve(self.heart, order)]
        return area if self.motion is None else [*area, strain.circumferential(self.motion, order)]

    def contours(self, order: np.ndarray) -> ContourLayer | None:
        """Return the contours in the order of the frames."""
        return None if self.heart is None else contours.layer(self.heart, order)

    def ring(self, order: np.ndarray) -> StrainRing | None:
        """Return the wall coloured by strain in the order of the frames."""
        return None if self.motion is None else strain.ring(self.motion, order)


def draw(gallery: Gallery) -> None:
    """Draw the panels."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        pair = _choose(gallery)
        with_contours = contours.choose(with_strain=True)
        progress = st.container(width=240)
    similarity = pair.similarity(gallery)
    _sentence(gallery, pair, similarity)
    rhythm = galleries.inspection(gallery, pair.ecg).rhythm
    if rhythm is not None and rhythm.name == "atrial_fibrillation":
        st.warning(BLURRED, icon=":material/warning:")
    wanted = (pair.cine,) if with_contours else ()
    hearts = contours.contours_of(gallery, wanted)
    motions = gallery_strain.motions_of(gallery, list(hearts))
    with progress:
        contours.show_progress(gallery, wanted, hearts)
        gallery_strain.show_progress(gallery, list(hearts))
    _player(gallery, pair, similarity, _Layers(hearts.get(pair.cine), motions.get(pair.cine)))
    contours.show_note(gallery, wanted, hearts)
    gallery_strain.show_note(gallery, list(hearts), motions)
    with st.container(key="stack_alignment"):
        left, right = st.columns([2, 3], gap="large")
    with left:
        _by_phase(gallery, pair, similarity)
    with right:
        _controls(gallery, pair)


def _choose(gallery: Gallery) -> Pair:
    with st.container(width=240):
        subject_id = selection.choose_subject(gallery)
    with st.container(width=240):
        other = st.selectbox(
            "Against the cine of",
            [OWN, *gallery.table.index],
            key=CINE_OF,
            bind="query-params",
        )
    order = st.segmented_control(
        "Its frames",
        list(ORDERS),
        default="as recorded",
        required=True,
        key=ORDER,
        bind="query-params",
    )
    cine = subject_id if other == OWN else other
    return Pair(subject_id, cine, ORDERS[order or "as recorded"])


def _sentence(gallery: Gallery, pair: Pair, similarity: np.ndarray) -> None:
    error = float(np.mean(errors_in_frames(similarity)))
    frames = similarity.shape[1]
    frame_ms = float(gallery.table.loc[pair.cine, "rr_ms"]) / frames
    cohort = float(gallery.table["alignment_error_frames"].mean())
    cine = "its own cine" if pair.cine == pair.ecg else f"the cine of {literal(pair.cine)}"
    if pair.control != "none":
        cine += f", its frames {pair.control},"
    st.markdown(
        f"The ECG of {literal(pair.ecg)} is aligned with {cine} with a mean error of "
        f"**{error:.1f} of {frames} frames** ({error * frame_ms:.0f} ms). "
        f"Chance: {chance_error_in_frames(frames):.1f} frames; mean of this gallery: {cohort:.1f}."
    )


def _player(gallery: Gallery, pair: Pair, similarity: np.ndarray, layers: _Layers) -> None:
    ecg, cine = gallery.ecg(pair.ecg), gallery.cine(pair.cine)
    order = frame_order(len(cine.frames), pair.control)
    volume_ml = gallery.volume_curve(pair.cine)
    enough_beats = len(ecg.r_peaks) >= 2
    cine_player(
        cine.frames[order],
        cine.rr_ms,
        spacing_mm(gallery),
        similarity=similarity,
        path=_path(galleries.key_of(gallery), pair.ecg, pair.cine, pair.control, similarity),
        ecg_lead_mv=ecg.signal_mv[LEADS.index("II")] if enough_beats else None,
        ecg_sample_rate_hz=gallery.manifest.recipe.ecg.sample_rate_hz,
        r_peaks=ecg.r_peaks if enough_beats else None,
        volume_ml=None if volume_ml is None else volume_ml[order],
        ed_frame=int(np.argmin(order)),
        in_order=pair.control != "shuffled",
        curves=layers.curves(order),
        contours=layers.contours(order),
        ring=layers.ring(order),
        title=pair.title,
        footnote=footnote(gallery),
        key="player",
    )


@st.cache_data(show_spinner=False, max_entries=64)
def _path(
    of: galleries.Key, ecg: str, cine: str, control: str, _similarity: np.ndarray
) -> np.ndarray:
    return best_path(_similarity)


def _by_phase(gallery: Gallery, pair: Pair, similarity: np.ndarray) -> None:
    page.section(
        "Error by phase of the beat",
        f"The pair in the player, ECG {literal(pair.ecg)}, in red. Diastasis, in which the heart "
        "hardly moves, has larger errors.",
    )
    if rebuilding.waits_for_all(gallery, "The comparison with the whole gallery"):
        return
    errors = np.asarray(errors_in_frames(similarity), dtype=np.float64)
    cohort = cohort_errors(gallery)
    chart(
        charts.error_by_phase(errors, cohort, chance_error_in_frames(similarity.shape[1])),
        key="by_phase",
        alt="Alignment error of this pair and of the cohort against the phase of the beat",
    )
    if panel := page.fold("As a table", "by_phase_table"):
        panel.dataframe(
            pd.DataFrame(
                {
                    "phase": np.arange(len(errors)) / len(errors),
                    "this pair": errors,
                    "cohort median": cohort.median,
                    "cohort 10 %": cohort.low,
                    "cohort 90 %": cohort.high,
                }
            ),
            hide_index=True,
        )


def cohort_errors(gallery: Gallery) -> ErrorsByPhase:
    """Return the errors of all subjects of a gallery by phase of the beat, computed once."""
    return _cohort_errors(galleries.key_of(gallery), gallery)


@st.cache_data(show_spinner="Measuring the whole gallery …", max_entries=8)
def _cohort_errors(of: galleries.Key, _gallery: Gallery) -> ErrorsByPhase:
    return _gallery.errors_by_phase()


def _controls(gallery: Gallery, pair: Pair) -> None:
    page.section("Controls", "Click one to play it. Dotted: a perfect match.")
    ids = list(gallery.table.index)
    another = ids[(ids.index(pair.ecg) + 1) % len(ids)]
    # Tile → title, pair and explanation.
    controls = {
        "own": ("Own cine", Pair(pair.ecg, pair.ecg, "none"), "The diagonal is correct."),
        "shuffled": (
            "Shuffled",
            Pair(pair.ecg, pair.ecg, "shuffled"),
            "Frames in random order: near chance level.",
        ),
        "rolled": (
            "Rolled",
            Pair(pair.ecg, pair.ecg, "rolled"),
            "The cine begins later: the path is shifted.",
        ),
        "other": ("Another heart", Pair(pair.ecg, another, "none"), "Same beat, other anatomy."),
    }

    def put_into_player(tile_id: str) -> None:
        chosen = controls[tile_id][1]
        st.session_state[CINE_OF] = OWN if chosen.cine == chosen.ecg else chosen.cine
        st.session_state[ORDER] = next(k for k, v in ORDERS.items() if v == chosen.control)

    tiles = []
    for tile_id, (title, shown, note) in controls.items():
        similarity = shown.similarity(gallery)
        caption = f"Error {_error(similarity):.1f} frames. {note}"
        if shown.control == "rolled":
            moved = _error(similarity, ROLLED_FRAMES)
            caption = f"Error {_error(similarity):.1f} frames, {moved:.1f} after the shift. {note}"
        tiles.append(HeatTile(tile_id, title, caption, similarity, chosen=shown == pair))
    heat_tiles(tiles, on_choose=put_into_player, key="controls")


def _error(similarity: np.ndarray, shift: int = 0) -> float:
    return float(np.mean(errors_in_frames(similarity, shift)))


def main() -> None:
    """Draw the page."""
    page.show("Does the ECG know the beat?", draw)
