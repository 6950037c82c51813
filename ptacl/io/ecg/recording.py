"""What the reader of an ECG format hands over; `assemble` makes an `Ecg` of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float64

from ptacl.types import UNKNOWN_PERSON, Caveat, Person


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of a recording in the file's own unit."""

    name: str
    samples: Float64[np.ndarray, " samples"]
    """NaN where the file marks a sample as missing."""
    unit: str | None
    """As the file spells it; None where it says nothing."""


@dataclass(frozen=True, slots=True)
class Recording:
    """An ECG as its file says it: any leads in any order, unit and rate perhaps unsaid."""

    channels: tuple[Channel, ...]
    sample_rate_hz: float | None
    measurements: Mapping[str, float | None] = field(default_factory=dict)
    """What the device printed, under the keys of `Ecg.measurements`; `to_ecg` drops from it what
    no heart can have."""
    median: tuple[Channel, ...] = ()
    """The median beat beside the rhythm, where the file holds one."""
    median_rate_hz: float | None = None
    """Of the median beat; the rhythm's rate where it is None."""
    time_rate_hz: float | None = None
    """What a column of times tells beside a rate that is said in words."""
    caveats: tuple[Caveat, ...] = ()
    """What the reader assumed, mended or found contradicted."""
    stated: Person = UNKNOWN_PERSON
    """Sex and age as far as the file states them (`stated_person`)."""
