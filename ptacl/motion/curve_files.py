"""Strain of an inspection as CSV, a row for each slice and frame."""

import csv
import io
import math
from pathlib import Path

from ptacl.motion.records import LEVELS, SEGMENTS, MotionInspection, SliceMotion

STRAIN = "strain.csv"
_SHORT = dict(zip(LEVELS, ("endo", "mid", "epi"), strict=True))
_COLUMNS = (
    "slice", "frame", "time_ms",
    *(f"gcs_{short}_percent" for short in _SHORT.values()),
    "radial_percent", "rotation_deg", "rv_free_wall_percent",
    *(f"{short}_{name}_percent" for short in _SHORT.values() for name in SEGMENTS),
    *(f"radial_{name}_percent" for name in SEGMENTS),
)  # fmt: skip


def strain_csv(inspection: MotionInspection) -> str:
    """Return the curves of all measured slices as CSV; cells are empty where nothing was
    measured."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for motion in inspection.motions:
        for frame in range(len(motion.strain.frame_times_ms)):
            writer.writerow((motion.position, frame, *_cells(motion, frame)))
    return text.getvalue()


def write_curves(inspection: MotionInspection, folder: Path) -> Path:
    """Write the table into a folder; return its path."""
    path = folder / STRAIN
    path.write_text(strain_csv(inspection), encoding="utf-8")
    return path


def _cells(motion: SliceMotion, frame: int) -> list[str]:
    strain = motion.strain
    rv = strain.rv_free_wall_percent
    values = [
        strain.frame_times_ms[frame],
        *strain.global_circumferential_percent[:, frame],
        strain.global_radial_percent[frame],
        strain.rotation_deg[frame],
        math.nan if rv is None else rv[frame],
        *strain.circumferential_percent[:, :, frame].ravel(),
        *strain.radial_percent[:, frame],
    ]
    return [f"{value:.2f}" if math.isfinite(value) else "" for value in map(float, values)]
