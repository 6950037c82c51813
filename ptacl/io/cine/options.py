"""Reading options of a cine, for files with missing or wrong metadata."""

from dataclasses import dataclass
from typing import Literal, get_args

from ptacl.errors import PtaclError
from ptacl.io.plausibility import RR_MS
from ptacl.types import Caveat

FrameOrder = Literal["trigger", "temporal", "acquisition", "instance"]
"""Criterion that orders the frames of a slice: time after the R wave, temporal position,
acquisition time, or instance number."""
FRAME_ORDERS: tuple[FrameOrder, ...] = get_args(FrameOrder)

_SAME_RATE = 0.1
"""Heart rates vary by a few per cent between breath holds."""


@dataclass(frozen=True, slots=True)
class CineReading:
    """Reading options of a cine; by default the rules of the readers apply."""

    rr_ms: float | None = None
    """The R–R interval of the scan in ms."""
    order: FrameOrder | None = None
    """The only criterion that orders the frames, if given."""
    any_series: bool = False
    """Whether to accept a series regardless of its description and plane."""
    skip_damaged: bool = False
    """Whether to leave out damaged files instead of refusing the whole cine."""

    def __post_init__(self) -> None:
        """Check the R–R interval.

        Raises:
            PtaclError: it is outside 250 to 3000 ms.
        """
        if self.rr_ms is not None and not RR_MS[0] <= self.rr_ms <= RR_MS[1]:
            raise PtaclError(
                f"An R–R interval of {self.rr_ms:g} ms is not that of a heartbeat: "
                f"give {RR_MS[0]:g} to {RR_MS[1]:g} ms.",
                code="cine.implausible_times",
            )


def rr_given_caveats(given_ms: float | None, stated_ms: float | None) -> tuple[Caveat, ...]:
    """Return a caveat if the given R–R interval replaces a different one of the file."""
    if given_ms is None or stated_ms is None or abs(given_ms / stated_ms - 1) <= _SAME_RATE:
        return ()
    text = (
        f"The R–R interval was given as {given_ms:.0f} ms; the file states {stated_ms:.0f} ms, "
        "which was not used."
    )
    return (Caveat("rr_given", text),)


DEFAULT_READING = CineReading()
