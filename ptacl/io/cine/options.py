"""What the caller says about a cine where its files do not say it, or say it wrong."""

from dataclasses import dataclass
from typing import Literal, get_args

from ptacl.errors import PtaclError
from ptacl.io.plausibility import RR_MS
from ptacl.types import Caveat

FrameOrder = Literal["trigger", "temporal", "acquisition", "instance"]
"""What puts the frames of a slice in order: the time after the R wave, the temporal position, the
acquisition time, or the instance number."""
FRAME_ORDERS: tuple[FrameOrder, ...] = get_args(FrameOrder)

_SAME_RATE = 0.1
"""Heart rates vary by some per cent from breath hold to breath hold."""


@dataclass(frozen=True, slots=True)
class CineReading:
    """How a cine is read; by the rules of the readers where nothing is given."""

    rr_ms: float | None = None
    """The R–R interval of the scan in ms."""
    order: FrameOrder | None = None
    """Frames are put in order by this and nothing else."""
    any_series: bool = False
    """Take the series whatever its name and its plane seem to say."""

    def __post_init__(self) -> None:
        """Refuse an interval that is no heartbeat.

        Raises:
            PtaclError: outside 250 to 3000 ms.
        """
        if self.rr_ms is not None and not RR_MS[0] <= self.rr_ms <= RR_MS[1]:
            raise PtaclError(
                f"An R–R interval of {self.rr_ms:g} ms is no heartbeat: give {RR_MS[0]:g} to "
                f"{RR_MS[1]:g} ms.",
                code="cine.implausible_times",
            )


def told_of_given(given_ms: float | None, said_ms: float | None) -> tuple[Caveat, ...]:
    """That an interval was given in place of another one that the file says."""
    if given_ms is None or said_ms is None or abs(given_ms / said_ms - 1) <= _SAME_RATE:
        return ()
    text = (
        f"The R–R interval was given as {given_ms:.0f} ms; the file says {said_ms:.0f} ms, which "
        "was not used."
    )
    return (Caveat("rr_given", text),)


BY_THE_RULES = CineReading()
