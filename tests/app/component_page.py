"""A Streamlit page that shows one component with made-up data: `?show=NAME&choice=SIZE`."""

import time
from functools import partial

import numpy as np
import streamlit as st

from app.components.cine_grid import CineTile, cine_grid
from app.components.cine_player import cine_player
from app.components.clock_curves import ClockCurves, ClockLine
from app.components.contour_layer import ContourLayer, ContourStyle, Correction
from app.components.ecg_paper import Marks, Overlay, ecg_paper
from app.components.embedding_map import embedding_map
from app.components.histogram_bars import Bars, histogram_bars
from app.components.hovered_heart import hovered_heart
from app.components.lead_beats import Beats, lead_beats
from app.components.map_records import NOTHING_DRAWN, Colouring, Note
from app.components.panel_records import ScatterPanel
from app.components.scatter_panels import scatter_panels
from ptacl.cohort_analysis.group_averages import GroupBeat
from ptacl.stats.histogram import Histogram
from ptacl.types import Attribution, Waves

SAMPLE_RATE_HZ = 500.0
RR_S = 0.85
FRAMES = 50


def bump(time_s: np.ndarray, centre_s: float, width_s: float, height: float) -> np.ndarray:
    return height * np.exp(-0.5 * ((time_s - centre_s) / width_s) ** 2)


def lead_ii(seconds: float = 10.0) -> tuple[np.ndarray, np.ndarray]:
    """P, Q, R, S and T as Gaussian bumps around R peaks every 850 ms."""
    time_s = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    peaks_s = np.arange(0.4, seconds, RR_S)
    waves = [(-0.16, 0.022, 0.14), (-0.03, 0.008, -0.08), (0.0, 0.011, 1.1)]
    waves += [(0.03, 0.009, -0.22), (0.27, 0.045, 0.3)]
    signal = sum(
        bump(time_s, peak + at, width, height) for peak in peaks_s for at, width, height in waves
    )
    return signal, np.round(peaks_s * SAMPLE_RATE_HZ).astype(np.int32)


def twelve_leads(seconds: float = 10.0) -> tuple[np.ndarray, np.ndarray]:
    signal, peaks = lead_ii(seconds)
    factors = [0.6, 1.0, 0.45, -0.8, 0.2, 0.7, -0.5, -0.3, 0.5, 1.3, 1.2, 0.9]
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.012, (12, len(signal)))
    noise[8] *= 10
    return (np.outer(factors, signal) + noise).astype(np.float32), peaks


def square_wave() -> np.ndarray:
    """2 mV high, 1 s wide, from 1 s to 2 s and so on, in every lead."""
    time_s = np.arange(5000) / SAMPLE_RATE_HZ
    return np.tile(np.where(time_s % 2 >= 1, 2.0, 0.0), (12, 1)).astype(np.float32)


def contraction(phase: np.ndarray) -> np.ndarray:
    """0 at the R wave, 1 at end of systole (0.36), quick filling, atrial kick."""
    systole = np.sin(np.pi / 2 * np.clip(phase / 0.36, 0, 1)) ** 2
    filling = 1 / (1 + np.exp(-(phase - 0.5) / 0.035))
    kick = 1 / (1 + np.exp(-(phase - 0.88) / 0.03))
    return systole * (1 - 0.8 * filling - 0.2 * kick)


def volumes() -> np.ndarray:
    return 150 - 92 * contraction(np.arange(FRAMES) / FRAMES)


def beating_heart(size: int, seed: int = 0) -> np.ndarray:
    """A bright cavity in a grey ring on a speckled ground, in the size of a real crop."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:size, :size] * (153.6 / size)
    ground = (
        60 + 25 * np.sin(rows / 17 + seed) * np.cos(columns / 13) + rng.normal(0, 5, rows.shape)
    )
    edge_mm = 153.6 / size / 2

    def inside(distance: np.ndarray) -> np.ndarray:
        """1 inside, 0 outside, soft over about a pixel, as a scanner's own blur makes it."""
        return 1 / (1 + np.exp(distance / edge_mm))

    frames = []
    for squeeze in contraction(np.arange(FRAMES) / FRAMES):
        left = np.hypot(rows - 78, columns - 84)
        right = np.hypot((rows - 76) / 1.25, columns - 48 - 5 * squeeze)
        picture = ground
        for distance, grey in (
            (right - 24 + 6 * squeeze, 205),
            (left - 34 + 4.5 * squeeze, 30),
            (left - 25 + 9 * squeeze, 225),
        ):
            share = inside(distance)
            picture = picture * (1 - share) + grey * share
        frames.append(picture + rng.normal(0, 4, rows.shape))
    return np.clip(frames, 0, 255).astype(np.uint8)


def similarity() -> tuple[np.ndarray, np.ndarray]:
    phase = np.arange(FRAMES) / FRAMES
    apart = np.abs(phase[:, None] - phase[None, :] - 0.03 * np.sin(6.28 * phase)[:, None])
    near = np.exp(-((np.minimum(apart, 1 - apart) / 0.09) ** 2))
    matrix = 0.9 * near - 0.25 + 0.12 * np.cos(12 * phase)[:, None] * np.sin(9 * phase)
    return matrix.astype(np.float32), matrix.argmax(1)


def show_paper(seconds: str = "10") -> None:
    signal, peaks = twelve_leads(float(seconds))
    marks = st.pills("Marks", ["waves", "drove", "other"], selection_mode="multi")
    waves = Waves(-200.0, -120.0, -45.0, 45.0, 180.0, 360.0)
    found = Attribution("lvef_pct", "LVEF", "%", 50.0, 60.0, np.zeros((12, 200)), 0.05)
    # The first QRS of lead II lowers, its T raises.
    found.segments[1, 7:9], found.segments[1, 12:14] = -1.0, 1.0
    ecg_paper(
        signal,
        SAMPLE_RATE_HZ,
        read_from_s=max(float(seconds) - 60.0, 0.0),
        r_peaks=peaks,
        marks=Marks(waves, peaks) if "waves" in marks else None,
        attribution=found if "drove" in marks else None,
        other=Overlay(0.5 * signal, "half as high", "this ECG") if "other" in marks else None,
        filter_label="0.5–40 Hz",
        flagged_leads={"V3": "noisy (0.12 mV)"},
        heart_rate_bpm=60 / RR_S,
        key="paper",
    )


def show_square() -> None:
    ecg_paper(square_wave(), SAMPLE_RATE_HZ, key="paper")


def show_player(size: str = "64") -> None:
    signal, peaks = lead_ii()
    matrix, path = similarity()
    seed = st.number_input("seed", 0, 9, 0)
    cine_player(
        beating_heart(int(size), int(seed)),
        800.0,
        (153.6 / int(size), 153.6 / int(size)),
        similarity=matrix,
        path=path,
        ecg_lead_mv=signal,
        ecg_sample_rate_hz=SAMPLE_RATE_HZ,
        r_peaks=peaks,
        volume_ml=volumes(),
        title="S7-00012 · simulated <b>heart</b>",
        footnote="synthetic · research use only",
        key="player",
    )


def show_bare() -> None:
    """A cine alone: its recording has too few beats for a strip."""
    signal, _ = lead_ii()
    peaks = np.array([200])
    cine_player(beating_heart(64), 800.0, (2.4, 2.4), ecg_lead_mv=signal, r_peaks=peaks, key="bare")


def show_contours() -> None:
    """Two circles over frames that begin at row 10 and column 20 of their slice."""
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)], 1)
    rings = {
        name: [[(np.array([20 + 35, 10 + 32.5]) + radius * circle).astype(np.float32)]] * FRAMES
        for name, radius in (("inner", 10.0), ("outer", 14.0))
    }

    def corrected(correction: Correction) -> None:
        reach = np.hypot(*(correction.points - [55, 42.5]).T)
        st.session_state["said"] = (
            f"{correction.target} frame {correction.frame} {correction.key} {correction.ring}: "
            f"{reach.min():.1f}–{reach.max():.1f}"
        )

    cine_player(
        beating_heart(64),
        800.0,
        (2.4, 2.4),
        volume_ml=volumes(),
        right_volume_ml=1.1 * volumes() + 10,
        contours=ContourLayer(
            (
                ContourStyle("inner", "LV inner", "#E69F00"),
                ContourStyle("outer", "LV outer", "#56B4E9"),
            ),
            rings,
            "slice 3",
            offset=(10, 20),
            corrected_frames=(1,),
        ),
        on_correct=corrected,
        key="contours",
    )
    st.write(f"said: {st.session_state.get('said')}")


def circles(radius: float) -> ContourLayer:
    """A circle about the left ventricle of every frame of `beating_heart(64)`."""
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    ring = np.array([84 / 2.4, 78 / 2.4]) + radius * np.stack([np.cos(turn), np.sin(turn)], 1)
    rings = {"inner": [[ring.astype(np.float32)]] * FRAMES}
    return ContourLayer((ContourStyle("inner", "LV inner", "#E69F00"),), rings, "", editable=False)


def show_curves() -> None:
    """The player with and without contours and curves of its own clock."""
    on = st.checkbox("on", value=True)
    phase = np.arange(FRAMES) / FRAMES
    lines = [
        ClockLine("all", -20 * contraction(phase), "#009E73"),
        ClockLine("septum", np.where(phase < 0.5, -10 * phase, np.nan), "#CC79A7", dash=(5, 4)),
    ]
    cine_player(
        beating_heart(64),
        800.0,
        (2.4, 2.4),
        curves=[ClockCurves("Strain", "%", lines, marks=[("peak", 18)])] if on else [],
        contours=circles(10.0) if on else None,
        key="curves",
    )


def show_contour_grid() -> None:
    """Two hearts with contours and one without."""
    tiles = [
        CineTile(
            f"S7-{seed:05d}",
            beating_heart(64, seed),
            800.0,
            (2.4, 2.4),
            (f"S7-{seed:05d}",),
            contours=circles(10.0) if seed < 2 else None,
        )
        for seed in range(3)
    ]
    cine_grid(tiles, key="contour_grid")


def show_grid() -> None:
    tiles = [
        CineTile(
            f"S7-{seed:05d}",
            beating_heart(64, seed),
            780.0 + 40 * seed,
            (2.4, 2.4),
            (f"S7-{seed:05d}", f"similarity 0.{91 - seed}", "LVEF 61 %"),
            beat_mv=lead_ii()[0][200:625],
            is_query=seed == 0,
        )
        for seed in range(6)
    ]
    never_imaged = ("heart <i>1</i>.dcm", "your ECG")
    beat_mv = lead_ii()[0][200:625]
    tiles.append(CineTile("ECG", None, 850.0, (2.4, 2.4), never_imaged, beat_mv, opens=False))
    opened = cine_grid(tiles, key="grid")
    st.write(f"opened: {opened}")


def show_map(subjects: str = "100000", *, far: bool = False, takes_s: float = 0.0) -> None:
    """A cross of clusters; the first subject alone in the middle of the map, or far away.

    The page's run takes as long as one of the app does, or ends at once.
    """
    rng = np.random.default_rng(0)
    count = int(subjects)
    centres = np.array([[0, 4], [4, 0], [0, -4], [-4, 0]])[np.arange(count) % 4]
    ecg, cmr = (centres + rng.normal(0, 0.6, (count, 2)) for _ in range(2))
    ecg[0] = cmr[0] = 30 if far else 0
    layers = {"ECG": ecg, "CMR": cmr}
    ids = [f"S9-{row:06d}" for row in range(count)]
    embedding_map(
        layers,
        ids,
        colouring=Colouring("LVEF (%)", rng.normal(58, 6, count)),
        match_rank=rng.integers(1, 300, count) if count < 5000 else None,
        notes=(Note("Age", "years", rng.normal(64, 8, count)),),
        description=f"{count} subjects",
        on_open=lambda subject: st.session_state.update(opened=subject),
        on_select=lambda drawn: st.session_state.update(drawn=drawn),
        key="map",
    )
    grey = np.arange(64, dtype=np.uint8).reshape(1, 8, 8)
    hovered_heart(lambda wanted: np.repeat(grey, len(wanted), 0), ids, source="", key="hearts")
    time.sleep(takes_s)
    chosen = st.session_state.get("drawn", NOTHING_DRAWN).subjects(layers)
    st.write(f"opened: {st.session_state.get('opened')}; selected: {chosen.sum()}")


def show_scatter(subjects: str = "3") -> None:
    """Points on the diagonal of two panels; the last subject is not measured in the second."""
    values = np.arange(int(subjects), dtype=float)
    partly = np.append(values[:-1], np.nan)
    panels = [
        ScatterPanel(
            f"Panel {number} mL",
            "",
            "across (mL)",
            "up (mL)",
            10 * x,
            10 * values,
            ("measured", "from the ECG"),
            "mL",
            identity=True,
        )
        for number, x in enumerate([values, partly])
    ]
    scatter_panels(
        panels,
        [f"S9-{row:06d}" for row in range(int(subjects))],
        columns=2,
        description="two panels",
        on_open=lambda subject: st.session_state.update(opened=subject),
        key="scatter",
    )
    st.write(f"opened: {st.session_state.get('opened')}")


def show_beats() -> None:
    """Two groups whose beats are steps: 1 and 2 mV before the R wave, 0 after it."""
    step = np.where(np.arange(100) < 50, 1.0, 0.0)
    beats = [
        Beats(title, colour, dash, GroupBeat(*(np.tile(f * step, (12, 1)) for f in factors), 9))
        for title, colour, dash, factors in (
            ("low", "#C8403A", (), (1.0, 0.8, 1.2)),
            ("high", "#2B6CB0", (6, 4), (2.0, 1.8, 2.2)),
        )
    ]
    lead_beats(beats, 100.0, 0.5, unit="mV", description="Two groups", key="beats")


def show_bars() -> None:
    edges = np.array([40.0, 50, 60, 70, 80])
    shares = Histogram(edges, np.array([10.0, 20, 30, 40]), np.array([40.0, 30, 20, 10]))
    histogram_bars(
        [Bars("lvef_pct", "LVEF (%)", shares, narrowed=True)],
        on_narrow=lambda column, ends: st.session_state.update(narrowed=f"{column} {ends}"),
        key="bars",
    )
    st.write(f"narrowed: {st.session_state.get('narrowed')}")


# The benchmark imports the made-up heart from here and shows nothing.
if __name__ == "__main__":
    st.set_page_config(layout="wide")
    shows = {
        "paper": show_paper,
        "square": show_square,
        "player": show_player,
        "bare": show_bare,
        "contours": show_contours,
        "curves": show_curves,
        "contour grid": show_contour_grid,
        "grid": show_grid,
        "map": show_map,
        "island": partial(show_map, far=True),
        "slow map": partial(show_map, takes_s=0.3),
        "scatter": show_scatter,
        "beats": show_beats,
        "bars": show_bars,
    }
    choice = st.query_params.get("choice")
    shows[st.query_params["show"]](*([choice] if choice else []))
