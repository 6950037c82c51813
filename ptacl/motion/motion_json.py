"""Motion as JSON: the output of ``ptacl motion --json``, also saved with the curves.

Only numbers that are finite are written; what was not measured is null.
"""

import dataclasses
from typing import Any

from ptacl.config.finite_json import finite
from ptacl.motion.records import LEVELS, SEGMENTS, MotionInspection, SliceMotion
from ptacl.wording import DISCLAIMER

FORMAT, FORMAT_VERSION = "ptacl-motion", 1
RECORD = "motion.json"
DEFINITION = (
    "Lagrangian strain in percent relative to the first frame; segments are the six of the "
    "mid-ventricular level (AHA); rotation in degrees, counter-clockwise from the apex positive"
)


def to_dict(inspection: MotionInspection) -> dict[str, Any]:
    """Convert an inspection to plain JSON values, without pixels, labels and rings."""
    middle = inspection.middle
    return finite(
        {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "name": inspection.name,
            "segmenter": dataclasses.asdict(inspection.segmenter),
            "definition": DEFINITION,
            "levels": LEVELS,
            "segments": SEGMENTS,
            "middle_slice": None if middle is None else middle.position,
            "twist_deg": inspection.twist_deg,
            "slices": [_slice(motion) for motion in inspection.motions],
            "flags": [dataclasses.asdict(flag) for flag in inspection.flags],
            "unreadable": [dataclasses.asdict(entry) for entry in inspection.unreadable],
            "notice": f"{DISCLAIMER}.",
        }
    )


def _slice(motion: SliceMotion) -> dict[str, Any]:
    strain = motion.strain
    return {
        "position": motion.position,
        "offset_mm": motion.offset_mm,
        "peaks": dataclasses.asdict(motion.peaks),
        "quality": dataclasses.asdict(motion.quality),
        "frame_times_ms": strain.frame_times_ms,
        "global_circumferential_percent": strain.global_circumferential_percent,
        "global_radial_percent": strain.global_radial_percent,
        "circumferential_percent": strain.circumferential_percent,
        "radial_percent": strain.radial_percent,
        "rotation_deg": strain.rotation_deg,
        "rv_free_wall_percent": strain.rv_free_wall_percent,
    }
