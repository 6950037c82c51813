"""Middle slice of a simulated subject: its geometry, its frames and its cine."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

from ptacl.synthetic.chest import Chest, draw_chest
from ptacl.synthetic.cine import ghosting_of, render_cine, spacing_mm
from ptacl.synthetic.contours import Motion, frame_times_ms, slice_motion
from ptacl.synthetic.ecg import draw_recording
from ptacl.synthetic.hearts import (
    Hearts,
    check_request,
    draw_hearts,
    subject_of,
    truth_columns,
)
from ptacl.synthetic.streams import Stream, generator
from ptacl.types import Ages, Cine


@dataclass(frozen=True, slots=True)
class SliceGeometry:
    """What the middle slice of a simulated subject is drawn from."""

    chest: Chest
    motion: Motion
    truth: Mapping[str, float]
    step_mm: float
    """Pixel spacing."""


def slice_geometry(
    seed: int, index: int, *, coupling: float = 1.0, ages: Ages = "biobank", size: int = 64
) -> SliceGeometry:
    """Return the geometry of a simulated subject's middle slice.

    Args:
        seed: see `simulate_subject`.
        index: see `simulate_subject`.
        coupling: see `simulate_subject`.
        ages: see `simulate_subject`.
        size: see `simulate_subject`.

    Raises:
        PtaclError: see `simulate_subject`.
    """
    check_request(seed, [index], coupling, size)
    hearts = draw_hearts(seed, [index], coupling, ages)
    recording = draw_recording(generator(seed, index, Stream.RECORDING))
    columns = truth_columns(hearts, [recording], coupling)
    truth = {name: float(values[0]) for name, values in columns.items()}
    subject = subject_of(f"S{seed}-{index:05d}", hearts.scan)
    chest = chest_of(seed, index, hearts, truth)
    return SliceGeometry(
        chest, slice_motion(chest, truth, subject.phenotypes), truth, spacing_mm(size)
    )


def chest_of(seed: int, index: int, hearts: Hearts, truth: Mapping[str, float]) -> Chest:
    """Draw the chest of a subject.

    Args:
        seed: of the cohort.
        index: of the subject.
        hearts: of the subject alone.
        truth: of the subject.
    """
    return draw_chest(
        generator(seed, index, Stream.CHEST),
        length=float(hearts.z["length"][0]),
        rvl=truth["rvl"],
        adiposity=truth["adiposity"],
    )


def plain_frames(
    seed: int, index: int, chest: Chest, motion: Motion, truth: Mapping[str, float], size: int
) -> UInt8[np.ndarray, "frames rows columns"]:
    """Render the middle slice of a subject by one scanner, with the noise of its stream.

    Args:
        seed: of the cohort.
        index: of the subject.
        chest: of the subject.
        motion: of the slice.
        truth: of the subject.
        size: rows and columns.
    """
    noise = generator(seed, index, Stream.CINE_NOISE)
    return render_cine(noise, chest, motion, size=size, ghosting=ghosting_of(truth))


def timed_cine(
    frames: UInt8[np.ndarray, "frames rows columns"], truth: Mapping[str, float], size: int
) -> Cine:
    """Return frames as a cine with the spacing of their size and the times of the scan's beat.

    Args:
        frames: evenly spread over the beat, frame 0 at the R wave.
        truth: of the subject.
        size: rows and columns.
    """
    step, rr_ms = spacing_mm(size), truth["rr_scan_ms"]
    return Cine(frames, (step, step), frame_times_ms(truth), rr_ms, "simulated")
