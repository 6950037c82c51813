"""Strain curves of many hearts in one small file: what a gallery carries and shows by group.

Curves are resampled to 50 phases of the beat and kept in half precision (0.02 points at 30 %); 500
hearts take about a megabyte.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float16, Float32

from ptacl.config.atomic_file import replacing
from ptacl.errors import PtaclError
from ptacl.motion.records import SliceMotion

MOTION_FILE = "motion.npz"
FORMAT, FORMAT_VERSION = "ptacl-cohort-motion", 1
PHASES = 50
_LARGEST_BYTES = 1 << 32

Curves = dict[str, Any]
"""Curves of one heart as plain JSON values, by the fields of `CohortMotion`; None for what was not
measured."""


@dataclass(frozen=True, slots=True)
class CohortMotion:
    """Strain curves of hearts over the beat, NaN where something was not measured."""

    subject_ids: tuple[str, ...]
    segmenter: str
    """Name and version of what drew the labels."""
    circumferential_percent: Float16[np.ndarray, "hearts levels=3 segments=6 phases=50"]
    global_circumferential_percent: Float16[np.ndarray, "hearts levels=3 phases=50"]
    radial_percent: Float16[np.ndarray, "hearts segments=6 phases=50"]
    global_radial_percent: Float16[np.ndarray, "hearts phases=50"]
    rotation_deg: Float16[np.ndarray, "hearts phases=50"]
    rv_free_wall_percent: Float16[np.ndarray, "hearts phases=50"]
    rr_ms: Float32[np.ndarray, " hearts"]
    closure_mm: Float32[np.ndarray, " hearts"]
    similarity: Float32[np.ndarray, " hearts"]
    """Mean over the beat, see `MotionQuality`."""

    def rows(self, subject_ids: Sequence[str]) -> np.ndarray:
        """Return the row of each subject, −1 for subjects without motion."""
        number = {name: row for row, name in enumerate(self.subject_ids)}
        return np.array([number.get(name, -1) for name in subject_ids], dtype=np.int64)


_SHAPES: dict[str, tuple[int, ...]] = {
    "circumferential_percent": (3, 6, PHASES),
    "global_circumferential_percent": (3, PHASES),
    "radial_percent": (6, PHASES),
    "global_radial_percent": (PHASES,),
    "rotation_deg": (PHASES,),
    "rv_free_wall_percent": (PHASES,),
    "rr_ms": (),
    "closure_mm": (),
    "similarity": (),
}  # fmt: skip


def resampled_curves(motion: SliceMotion, phases: np.ndarray, rr_ms: float) -> Curves:
    """Return the curves of one slice at 50 phases of the beat.

    Args:
        motion: of a slice.
        phases: `Cine.phases` of its frames; evenly spaced ones are taken if they are unknown.
        rr_ms: R–R interval.
    """
    if not np.isfinite(phases).all():
        phases = np.arange(len(phases)) / len(phases)
    wanted = np.arange(PHASES) / PHASES

    def at_phases(curves: np.ndarray) -> list[Any]:
        flat = curves.reshape(-1, curves.shape[-1])
        found = np.stack([np.interp(wanted, phases, own, period=1.0) for own in flat])
        return found.reshape(*curves.shape[:-1], PHASES).round(3).tolist()

    strain = motion.strain
    rv = strain.rv_free_wall_percent
    return {
        "circumferential_percent": at_phases(strain.circumferential_percent),
        "global_circumferential_percent": at_phases(strain.global_circumferential_percent),
        "radial_percent": at_phases(strain.radial_percent),
        "global_radial_percent": at_phases(strain.global_radial_percent),
        "rotation_deg": at_phases(strain.rotation_deg),
        "rv_free_wall_percent": [None] * PHASES if rv is None else at_phases(rv),
        "rr_ms": rr_ms if np.isfinite(rr_ms) else None,
        "closure_mm": motion.quality.closure_mm,
        "similarity": float(motion.quality.similarity.mean()),
    }


def cohort_motion(curves: Mapping[str, Curves], segmenter: str) -> CohortMotion:
    """Gather the curves of hearts.

    Args:
        curves: subject id → `resampled_curves`.
        segmenter: name and version of what drew the labels.
    """
    arrays = {
        name: np.array([own[name] for own in curves.values()], dtype=np.float64)
        .reshape(len(curves), *shape)
        .astype(np.float16 if shape else np.float32)
        for name, shape in _SHAPES.items()
    }
    return CohortMotion(tuple(curves), segmenter, **arrays)


def write_cohort_motion(motion: CohortMotion, path: Path) -> None:
    """Write the curves of hearts under a temporary name and rename the file.

    Args:
        motion: the curves.
        path: ``.npz``.
    """
    header = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "segmenter": motion.segmenter,
        "subject_ids": motion.subject_ids,
    }
    arrays = {name: getattr(motion, name) for name in _SHAPES}
    buffer = io.BytesIO()
    text = json.dumps(header, ensure_ascii=False).encode()
    np.savez_compressed(buffer, header=np.frombuffer(text, np.uint8), **arrays)
    with replacing(path) as temporary:
        temporary.write_bytes(buffer.getvalue())


def read_cohort_motion(path: Path) -> CohortMotion:
    """Read the curves of hearts.

    Args:
        path: that `write_cohort_motion` wrote.

    Raises:
        PtaclError: the file is missing, damaged, of another kind or of a newer version.
    """
    try:
        if sum(entry.file_size for entry in zipfile.ZipFile(path).infolist()) > _LARGEST_BYTES:
            raise ValueError("too large")
        with np.load(path, allow_pickle=False) as file:
            header = json.loads(file["header"].tobytes())
            version = header["format_version"] if header["format"] == FORMAT else None
            if version == FORMAT_VERSION:
                return _checked(header, {name: file[name] for name in _SHAPES})
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise PtaclError(
            f"{path.name} is missing or damaged: the motion of the cohort cannot be read. Measure "
            "it again with `ptacl motion`.",
            code="motion.file",
        ) from error
    raise PtaclError(
        f"{path.name} is of another format or version than {FORMAT} {FORMAT_VERSION}. Update PTACL "
        "or measure again with `ptacl motion`.",
        code="motion.file",
    )


def _checked(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> CohortMotion:
    names = tuple(str(name) for name in header["subject_ids"])
    kinds = {entry.name for entry in fields(CohortMotion)}
    for name, shape in _SHAPES.items():
        dtype = np.float16 if shape else np.float32
        if name not in kinds or arrays[name].shape != (len(names), *shape):
            raise ValueError(f"{name} has the shape {arrays[name].shape}")
        if arrays[name].dtype != dtype:
            raise ValueError(f"{name} is {arrays[name].dtype}")
    if len(set(names)) != len(names):
        raise ValueError("subjects occur twice")
    return CohortMotion(names, str(header["segmenter"]), **arrays)
