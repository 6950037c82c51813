"""Strain against the simulator's exact motion, beside peers, with a control and a real study.

    python -m tests.benchmarks.motion [--tables noise scars control study segmenter flow terms]
        [--hearts 20] [--scarred 12] [--terms 8] [--noise .5 1 2] [--data ../shared/data]

Hearts: cohort seed 20261201, family "adults" (18 to 90 years), subjects 0 to --hearts − 1, one
slice of 64 × 64 pixels each, with the wall's texture (SD .03 of blood). Twist of each heart: the
means of healthy volunteers (base −4.4°, apex +6.8°) times a factor from .5 to 1.5, at a level drawn
between base and apex, with NumPy's default generator of the same seed and the subject's number.
Scarred hearts: the first --scarred subjects of that cohort from number 100 on whose scar is larger
than 5 % of the muscle; a segment is scarred if the mean stillness of its wall is above .3. Settings
were chosen on hearts of seed 5, none of which is used here.

Labels are the exact ones, so that errors are those of the motion; the table "segmenter" has those
of the shipped segmenter. Errors are estimate minus truth at the peak, in points of
strain; frames are 1/50 of the beat. The true curve is flat while the volume is constant, so that
its lowest frame is the first of several alike: the peak's time is also judged by its distance from
the frames within .25 points of the true peak. Three noise levels: SD relative to that of the
shipped cines.

Peers on the same hearts: contours alone (the borders of the labels at equal angles), and TV-L1
optical flow (scikit-image, from the first frame to each other one; left out where the package is
not installed) sampled at the same rings. Control: shuffled frames.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from scipy.stats import rankdata

from ptacl.io.cine.read import read_cine_slices
from ptacl.motion.config import MotionConfig
from ptacl.motion.estimate import measure_slice_motion
from ptacl.motion.records import SliceMotion, StrainCurves
from ptacl.reporting.markdown import markdown_table
from ptacl.segmentation.areas import measure_slice
from ptacl.segmentation.segmenter import load_segmenter
from ptacl.signal.heart_labels import Labels
from ptacl.synthetic.middle_slice import slice_geometry
from ptacl.synthetic.wall.material import Twist
from ptacl.synthetic.wall.strain import MovingHeart, simulate_strain
from tests.benchmarks.motion_peers import contour_strain, flow_strain
from tests.real_files import SHARED

SEED, FIRST_SCARRED = 20261201, 100
NOISE = (0.5, 1.0, 2.0)
LEAST_SCAR, SCARRED_SEGMENT = 0.05, 0.3
PLATEAU_POINTS = 0.25
TERMS = {
    "all terms": MotionConfig(),
    "without labels": MotionConfig(labels=0.0),
    "without images": MotionConfig(image=0.0, inverse=0.0),
    "without area": MotionConfig(area=0.0),
    "without the way back": MotionConfig(inverse=0.0),
    "without bending": MotionConfig(bending=0.0),
}
TABLES = {
    "noise": "Simulated hearts, held out; mean |error| (bias)",
    "scars": "Scarred segments, AUROC",
    "control": "Control",
    "study": "Real study, middle slices",
    "segmenter": "With the segmenter's labels; mean |error| (bias)",
    "flow": "Optical flow; mean |error| (bias)",
    "terms": "What each term contributes; mean |error| (bias)",
}
Row = dict[str, str]


@dataclass(frozen=True)
class Scored:
    """Estimate and truth of one heart."""

    heart: MovingHeart
    found: StrainCurves
    motion: SliceMotion | None = None
    seconds: float = 0.0


def heart_of(index: int, noise: float = 1.0) -> MovingHeart:
    """The simulated slice with its own twist."""
    rng = np.random.default_rng((SEED, index))
    factor, level = rng.uniform(0.5, 1.5), rng.uniform()
    twist = Twist(-4.4 * factor, 6.8 * factor)
    return simulate_strain(SEED, index, twist=twist, level=level, noise=noise, ages="adults")


def scarred(count: int) -> list[int]:
    """Indices of hearts with a scar."""
    found: list[int] = []
    index = FIRST_SCARRED
    while len(found) < count:
        if slice_geometry(SEED, index, ages="adults").truth["scar_size"] > LEAST_SCAR:
            found.append(index)
        index += 1
    return found


def fitted(
    heart: MovingHeart, labels: Labels | None = None, config: MotionConfig | None = None
) -> Scored:
    """The motion of a heart by this package."""
    labels = heart.labels if labels is None else labels
    started = time.process_time()
    motion = measure_slice_motion(heart.cine, labels, config=config or MotionConfig())
    return Scored(heart, motion.strain, motion, time.process_time() - started)


def errors(scored: Sequence[Scored]) -> Row:
    """The errors of one method."""
    rows = [_errors(one) for one in scored]
    table = {key: np.array([row[key] for row in rows]) for key in rows[0]}

    def both(key: str) -> str:
        return f"{np.nanmean(np.abs(table[key])):.2f} ({np.nanmean(table[key]):+.2f})"

    turned = np.array([np.ptp(one.heart.strain.rotation_deg) > 1 for one in scored])
    estimate, truth = (
        np.array([_at_es(one, which) for one in scored])[turned] for which in ("found", "truth")
    )
    correlated = estimate.std() > 0 and turned.sum() > 2
    return {
        "GCS": both("gcs"),
        "worst": f"{np.abs(table['gcs']).max():.1f}",
        "curve": f"{table['curve'].mean():.2f}",
        "endocard.": both("endo"),
        "radial": both("radial"),
        "segments": f"{table['segments'].mean():.2f}",
        "peak, frames": f"{np.abs(table['frames']).mean():.1f}",
        "from plateau": f"{table['plateau'].mean():.2f} (max {table['plateau'].max():.0f})",
        "rotation, °": both("rotation"),
        "r of rotation": f"{np.corrcoef(estimate, truth)[0, 1]:.2f}" if correlated else "–",
        "RV wall": both("rv"),
    }


def _errors(one: Scored) -> dict[str, float]:
    truth, found = one.heart.strain, one.found
    exact, own = truth.global_circumferential_percent, found.global_circumferential_percent
    frame = int(own[1].argmin())
    plateau = np.flatnonzero(exact[1] < exact[1].min() + PLATEAU_POINTS)
    segments = found.circumferential_percent[1].min(1) - truth.circumferential_percent[1].min(1)
    rv = found.rv_free_wall_percent
    return {
        "gcs": float(own[1].min() - exact[1].min()),
        "curve": float(np.abs(own[1] - exact[1]).mean()),
        "endo": float(own[0].min() - exact[0].min()),
        "radial": float(found.global_radial_percent.max() - truth.radial_percent.mean(0).max()),
        "segments": float(np.abs(segments).mean()),
        "frames": float(frame - exact[1].argmin()),
        "plateau": float(np.abs(plateau - frame).min()),
        "rotation": _at_es(one, "found") - _at_es(one, "truth"),
        "rv": np.nan if rv is None else float(rv.min() - truth.rv_free_wall_percent.min()),
    }


def _at_es(one: Scored, which: str) -> float:
    """Rotation at the frame where the true one is farthest from 0."""
    truth = one.heart.strain.rotation_deg
    curve = truth if which == "truth" else one.found.rotation_deg
    return float(curve[int(np.abs(truth).argmax())])


def auroc(score: np.ndarray, positive: np.ndarray) -> float:
    """Probability that a positive has a higher score than a negative."""
    ranks, count = rankdata(score), int(positive.sum())
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (~positive).sum()))


def scar_rows(hearts: Sequence[MovingHeart], methods: dict[str, Callable]) -> list[Row]:
    """Scarred segments found by their peak strain, among all segments of scarred hearts."""
    positive = np.concatenate([h.strain.scar_share for h in hearts]) > SCARRED_SEGMENT
    rows = []
    for name, method in methods.items():
        found = [method(heart).found for heart in hearts]
        mid = np.concatenate([own.circumferential_percent[1].min(axis=1) for own in found])
        endo = np.concatenate([own.circumferential_percent[0].min(axis=1) for own in found])
        radial = -np.concatenate([own.radial_percent.max(axis=1) for own in found])
        rows.append({
            "method": name, "segments": f"{positive.sum()} of {len(positive)}",
            "circumferential, middle": f"{auroc(mid, positive):.2f}",
            "endocardium": f"{auroc(endo, positive):.2f}",
            "radial": f"{auroc(radial, positive):.2f}",
        })  # fmt: skip
    return rows


def control(scored: Sequence[Scored]) -> list[Row]:
    """Quality of the frames in their order and of shuffled ones."""
    rows = []
    shuffled = []
    for number, one in enumerate(scored):
        count = len(one.heart.cine.frames)
        order = np.r_[0, 1 + np.random.default_rng(number).permutation(count - 1)]
        cine = replace(one.heart.cine, frames=one.heart.cine.frames[order])
        heart = replace(one.heart, cine=cine, labels=one.heart.labels[order])
        shuffled.append(fitted(heart))
    for name, group in (("in order", scored), ("shuffled", shuffled)):
        motions = [one.motion for one in group if one.motion]
        closed = [m.quality.closure_mm for m in motions]
        flagged = [any(flag.severity == "check" for flag in m.flags) for m in motions]
        rows.append({
            "frames": name, "closure, mm": f"{np.mean(closed):.2f} (max {max(closed):.2f})",
            "closure, pixels": f"{np.mean([m.quality.closure_pixels for m in motions]):.2f}",
            "correlation": f"{np.mean([m.quality.similarity.mean() for m in motions]):.2f}",
            "off the contours, mm": f"{np.mean([m.quality.contour_mm for m in motions]):.2f}",
            "there and back, pixels":
                f"{np.mean([m.quality.inverse_consistency_pixels for m in motions]):.2f}",
            "flagged": f"{sum(flagged)} of {len(flagged)}",
        })  # fmt: skip
    return rows


def study(folder: Path) -> list[Row]:
    """The middle slices of the Siemens study, labels of the shipped segmenter."""
    slices = read_cine_slices(folder / "study.zip")
    labels = load_segmenter().label(slices)
    rows = []
    for cine, own in list(zip(slices, labels, strict=True))[2:4]:
        area = measure_slice(cine, own).lv_area_mm2
        motion = measure_slice_motion(cine, own)
        quality, peaks = motion.quality, motion.peaks
        rows.append({
            "slice": str(motion.position),
            "endocardium by area": f"{100 * (np.sqrt(area.min() / area[0]) - 1):.1f} %",
            "endocardium": f"{peaks.gcs_endocardium.percent:.1f} %",
            "GCS": f"{peaks.gcs.percent:.1f} %", "radial": f"{peaks.radial.percent:.0f} %",
            "rotation": f"{peaks.rotation_deg:+.1f}°",
            "closure": f"{quality.closure_pixels:.2f} px",
            "there and back": f"{quality.inverse_consistency_pixels:.2f} px",
            "correlation": f"{quality.similarity.mean():.2f}",
            "flags": ", ".join(flag.code for flag in motion.flags) or "none",
        })  # fmt: skip
    return rows


def noise_rows(count: int, levels: Sequence[float], *, with_contours: bool) -> list[Row]:
    """Errors at several noise levels, and those of contours alone."""
    rows: list[Row] = []
    for level in levels:
        scored = [fitted(heart_of(index, level)) for index in range(count)]
        seconds = np.mean([one.seconds for one in scored])
        rows.append({
            "method": f"this, noise × {level:g}", **errors(scored), "s": f"{seconds:.1f}"
        })  # fmt: skip
        print(rows[-1], flush=True)
    if with_contours:
        hearts = [heart_of(index) for index in range(count)]
        rows.append({
            "method": "contours alone", **errors(peer(hearts, contour_strain)), "s": "–"
        })  # fmt: skip
    return rows


def segmenter_rows(count: int) -> list[Row]:
    """Errors with the labels of the shipped segmenter."""
    labeller = load_segmenter()
    hearts = [heart_of(index) for index in range(count)]
    own = [fitted(heart, labeller.label([heart.cine])[0]) for heart in hearts]
    return [{"method": "this, segmenter's labels", **errors(own)}]


def flow_rows(count: int) -> list[Row]:
    """Errors of optical flow."""
    flows = peer([heart_of(index) for index in range(count)], flow_strain)
    if not flows:
        return [{"method": "TV-L1 flow", "left out": "scikit-image is not installed"}]
    return [{"method": "TV-L1 flow", **errors(flows)}]


def term_rows(count: int) -> list[Row]:
    """What each term contributes."""
    hearts = [heart_of(index) for index in range(count)]
    return [
        {"terms": name, **errors([fitted(heart, config=own) for heart in hearts])}
        for name, own in TERMS.items()
    ]


def scarred_rows(count: int) -> list[Row]:
    """Scarred segments by this and by contours alone."""
    ill = [heart_of(index) for index in scarred(count)]
    methods = {"this": fitted, "contours alone": lambda heart: peer([heart], contour_strain)[0]}
    return scar_rows(ill, methods)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=list(TABLES))
    parser.add_argument("--hearts", type=int, default=20)
    parser.add_argument("--scarred", type=int, default=12)
    parser.add_argument("--terms", type=int, default=8)
    parser.add_argument("--noise", type=float, nargs="+", default=NOISE)
    parser.add_argument("--data", type=Path, default=SHARED)
    options = parser.parse_args()
    torch.set_num_threads(1)
    folder = options.data / "cmr" / "dicom_siemens_stack"
    made: dict[str, tuple[int, Callable[[], list[Row]]]] = {
        "noise": (
            options.hearts,
            lambda: noise_rows(options.hearts, options.noise, with_contours=True),
        ),
        "scars": (options.scarred, lambda: scarred_rows(options.scarred)),
        "control": (
            options.terms,
            lambda: control([fitted(heart_of(index)) for index in range(options.terms)]),
        ),
        "study": (1, lambda: study(folder)),
        "segmenter": (options.hearts, lambda: segmenter_rows(options.hearts)),
        "flow": (options.terms, lambda: flow_rows(options.terms)),
        "terms": (options.terms, lambda: term_rows(options.terms)),
    }
    for name in options.tables:
        if name == "study" and not folder.is_dir():
            print(f"{folder} is absent: no real heart")
            continue
        count, rows = made[name]
        show(f"{TABLES[name]} (n = {count})", rows())


def peer(
    hearts: Sequence[MovingHeart], method: Callable[[MovingHeart], StrainCurves | None]
) -> list[Scored]:
    """Another method on the same hearts; empty if it is not installed."""
    found = [(heart, method(heart)) for heart in hearts]
    return [Scored(heart, curves) for heart, curves in found if curves is not None]


def show(title: str, rows: Sequence[Row]) -> None:
    """Print a table."""
    print(f"\n### {title}\n")
    print(markdown_table(list(rows[0]), [list(row.values()) for row in rows]), flush=True)


if __name__ == "__main__":
    main()
