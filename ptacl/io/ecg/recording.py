"""Output of the ECG format readers; `assemble` turns it into an `Ecg`."""

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
    """As the file spells it; None if it is not stated."""


@dataclass(frozen=True, slots=True)
class Recording:
    """An ECG as its file states it: any leads in any order; unit and rate may be missing."""

    channels: tuple[Channel, ...]
    sample_rate_hz: float | None
    measurements: Mapping[str, float | None] = field(default_factory=dict)
    """Measurements of the device, under the keys of `Ecg.measurements`; `to_ecg` drops impossible
    values."""
    median: tuple[Channel, ...] = ()
    """The median beat, if the file holds one."""
    median_rate_hz: float | None = None
    """Sample rate of the median beat; None if it is that of the rhythm."""
    time_rate_hz: float | None = None
    """Sample rate of a time column, if the file also states a sample rate."""
    caveats: tuple[Caveat, ...] = ()
    """What the reader assumed, corrected or found contradictory."""
    stated: Person = UNKNOWN_PERSON
    """Sex and age as far as the file states them (`stated_person`)."""
    statements: tuple[str, ...] = ()
    """Known statements of the device (`device_statements`)."""
