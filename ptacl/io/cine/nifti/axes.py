"""Which axes of a NIfTI are slices and time, and what a step in time is worth.

The fourth axis is time (Cox et al. 2004). Converters also write one slice as x × y × time, or put
time on the fifth axis behind an empty fourth one.
"""

from dataclasses import dataclass

import nibabel
import numpy as np

from ptacl.io.plausibility import RR_MS
from ptacl.types import Caveat

_MS_PER_UNIT = {"sec": 1000.0, "msec": 1.0, "usec": 0.001}
_MM_PER_UNIT = {"meter": 1000.0, "micron": 0.001}
_FEWEST = 8
"""Frames that can be a cine of one slice; fewer pictures are slices."""


@dataclass(frozen=True, slots=True)
class NiftiShape:
    """Size of an image and the length of its steps, whichever axes hold them."""

    sizes: tuple[int, ...]
    """(x, y, slices), (x, y, slices, time), or more, which is no cine."""
    spacing_mm: tuple[float, float, float]
    """Of x, y and slices."""
    steps: tuple[float, ...]
    """What may be the step in time, in the header's unit; the likeliest first."""
    unit: str
    """``sec``, ``msec``, ``usec`` or ``unknown``."""
    mm_per_unit: float
    """Of the header's unit of length."""


def shape_of(header: nibabel.Nifti1Header) -> NiftiShape:
    """The shape of an image by its header."""
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
    """The R–R interval that the frames span, and what had to be assumed for it; None where the
    step in time makes no heartbeat.
    """
    count = shape.sizes[3]
    for step in shape.steps:
        if (said := _MS_PER_UNIT.get(shape.unit)) and _is_beat(step * count * said):
            return step * count * said, ()
    # Where the header gives no unit of time, or a wrong one, only one of them makes a heartbeat.
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
        return span, ()
    text = (
        f"The header gives the step in time in {shape.unit}, which makes no heartbeat: it was read "
        f"as {unit}, an R–R interval of {span:.0f} ms."
    )
    return span, (Caveat("frame_time_unit", text),)


def _is_beat(span_ms: float) -> bool:
    return RR_MS[0] <= span_ms <= RR_MS[1]


def _is_time(step: float, count: int, unit: str) -> bool:
    """Whether the third axis can only be time.

    In seconds the steps of a heartbeat are thousandths, as spacings of slices an impossible 3 mm
    for a whole stack. In ms they could be spacings, unless the header speaks of ms, as those of
    still images do not.
    """
    if count < _FEWEST:
        return False
    factor = _MS_PER_UNIT["sec" if unit == "unknown" else unit]
    return _is_beat(step * count * factor)


def _shortest(zoom: np.floating) -> float:
    # The header holds 32 bits: the shortest decimal gives 2.4 back, not 2.4000000953.
    return float(str(np.float32(abs(zoom))))
