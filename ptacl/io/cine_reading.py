"""What the caller says about a cine where its files do not say it, or say it wrong."""

from dataclasses import dataclass
from typing import Literal, get_args

FrameOrder = Literal["trigger", "temporal", "acquisition", "instance"]
"""What puts the frames of a slice in order: the time after the R wave, the temporal position, the
acquisition time, or the instance number."""
FRAME_ORDERS: tuple[FrameOrder, ...] = get_args(FrameOrder)


@dataclass(frozen=True, slots=True)
class CineReading:
    """How a cine is read; by the rules of the readers where nothing is given."""

    rr_ms: float | None = None
    """The R–R interval of the scan in ms."""
    order: FrameOrder | None = None
    """Frames are put in order by this and nothing else."""
    any_series: bool = False
    """Take the series whatever its name and its plane seem to say."""


BY_THE_RULES = CineReading()
