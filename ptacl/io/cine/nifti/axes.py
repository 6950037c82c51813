"""Slice and time axes of a NIfTI image, and the time step.

The fourth axis is time (Cox et al. 2004). Converters also write one slice as x × y × time, or put
time on the fifth axis after a fourth axis of length 1.
"""

from dataclasses import dataclass

import nibabel
import numpy as np

from ptacl.io.plausibility import RR_MS
from ptacl.types import Caveat

_MS_PER_UNIT = {"sec": 1000.0, "msec": 1.0, "usec": 0.001}
_MM_PER_UNIT = {"meter": 1000.0, "micron": 0.001}
_MIN_FRAMES = 8
"""Minimum number of frames of a cine of one slice; fewer images are slices."""


@dataclass(frozen=True, slots=True)
class NiftiShape:
    """Size and spacing of an image, independent of the axes in the file."""

    sizes: tuple[int, ...]
    """(x, y, slices) or (x, y, slices, time); with more axes it is not a cine."""
    spacing_mm: tuple[float, float, float]
    """Spacing of x, y and slices."""
    steps: tuple[float, ...]
    """Candidates of the time step in the unit of the header, the most likely first."""
    unit: str
    """``sec``, ``msec``, ``usec`` or ``unknown``."""
    mm_per_unit: float
    """Millimetres per unit of length of the header."""


def shape_of(header: nibabel.Nifti1Header) -> NiftiShape:
    """Return the shape of an image from its header."""
    sizes = [int(size) for size in header.get_data_shape()]
    while len(sizes) > 3 and sizes[-1] == 1:
        sizes.pop()
    zooms = [_shortest(zoom) for zoom in header["pixdim"][1:]]
    space, unit = header.get_xyzt_units()
    factor = _MM_PER_UNIT.get(space, 1.0)
    spacing = (zooms[0] * factor, zooms[1] * factor, zooms[2] * factor)
    unit = unit if unit in _MS_PER_UNIT else "unknown"
    if len(sizes) == 5 and sizes[3] == 1:
        return NiftiShape((*sizes[:3], sizes[4]), spacing, (zooms[3], zooms[4]), unit, factor)
    if len(sizes) == 3 and space != "meter" and _is_time(zooms[2], sizes[2], unit):
        return NiftiShape((*sizes[:2], 1, sizes[2]), spacing, (zooms[2],), unit, factor)
    return NiftiShape(tuple(sizes), spacing, (zooms[3],), unit, factor)


def beat_ms(shape: NiftiShape) -> tuple[float, tuple[Caveat, ...]] | None:
    """Compute the R–R interval in ms from the number of frames and the time step.

    Returns:
        The interval and caveats; None if the time step is implausible.
    """
    count = shape.sizes[3]
    for step in shape.steps:
        if (ms_per_unit := _MS_PER_UNIT.get(shape.unit)) and _is_beat(step * count * ms_per_unit):
            return step * count * ms_per_unit, ()
    # If the unit of time is missing or wrong, only one of the units gives a plausible interval.
    units = [
        (step * count * factor, unit)
        for step in shape.steps
        for unit, factor in _MS_PER_UNIT.items()
        if _is_beat(step * count * factor)
    ]
    if len(units) != 1:
        return None
    span, unit = units[0]
    if shape.unit == "unknown":
        # dicom2nifti 2.6.2 writes the repetition time here, without a unit, whatever the triggers.
        text = (
            f"The header gives no unit of time: the time step was read as {unit}, an R–R interval "
            f"of {span:.0f} ms. Some converters store the repetition time there; give the R–R "
            "interval (--rr-ms) if the heart rate is another."
        )
        return span, (Caveat("frame_time_no_unit", text),)
    text = (
        f"The header gives the time step in {shape.unit}, which is implausible: it was read as "
        f"{unit}, an R–R interval of {span:.0f} ms."
    )
    return span, (Caveat("frame_time_unit", text),)


def _is_beat(span_ms: float) -> bool:
    return RR_MS[0] <= span_ms <= RR_MS[1]


def _is_time(step: float, count: int, unit: str) -> bool:
    """Return whether the third axis can only be time.

    In seconds the time steps of a heartbeat are a few hundredths, which as slice spacings in mm
    would give an impossible 3 mm for the whole stack. In ms they could be slice spacings, unless
    the header states a time unit of ms, which still images lack.
    """
    if count < _MIN_FRAMES:
        return False
    factor = _MS_PER_UNIT["sec" if unit == "unknown" else unit]
    return _is_beat(step * count * factor)


def _shortest(zoom: np.floating) -> float:
    # The header stores 32-bit floats: the shortest decimal is 2.4 instead of 2.4000000953.
    return float(str(np.float32(abs(zoom))))
