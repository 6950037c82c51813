"""What the reader of an ECG format hands over, and its way to an `Ecg`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.leads import canonical_lead, complete_leads
from ptacl.io.plausible import check_ecg, check_sample_rate
from ptacl.io.printed import printed
from ptacl.io.units import millivolts_per
from ptacl.types import UNTOLD, Caveat, Ecg, EcgSignal, Person

_SAME_RATE = 0.01
"""Two statements of one rate differ by less: times are rounded."""


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
    stated: Person = UNTOLD
    """Sex and age as far as the file states them (`stated_person`)."""


def to_ecg(
    recording: Recording,
    where: str,
    source_format: str,
    *,
    sample_rate_hz: float | None = None,
    unit: str | None = None,
) -> Ecg:
    """The twelve leads in millivolts, checked.

    Args:
        recording: what the file says.
        where: the file's name, for messages.
        source_format: short name of the format.
        sample_rate_hz: given by the caller; stands above what the file says.
        unit: given by the caller; stands above what the file says.

    Raises:
        BadInput: rate or unit are said nowhere, leads are missing, or the values cannot be an ECG.
    """
    rate = sample_rate_hz if sample_rate_hz is not None else recording.sample_rate_hz
    leads = _leads(recording.channels)
    _expect_said(where, rate, [unit or channel.unit for channel in leads])
    assert rate is not None
    check_sample_rate(where, rate)
    if sample_rate_hz is None:
        _expect_one_rate(where, rate, recording.time_rate_hz or rate)
    signal_mv, missing = complete_leads(_in_millivolts(leads, unit, where), where)
    check_ecg(where, signal_mv, rate)
    median_mv = _median_beat(recording, unit, where)
    return Ecg(
        signal_mv,
        float(rate),
        source_format,
        printed(recording.measurements),
        missing,
        median_mv,
        None if median_mv is None else float(recording.median_rate_hz or rate),
        recording.caveats,
        recording.stated,
    )


def _leads(channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
    # Respiration in ohms beside the leads must not cost them.
    return tuple(channel for channel in channels if canonical_lead(channel.name))


def _expect_said(where: str, rate: float | None, units: list[str | None]) -> None:
    unsaid = ["sample rate"] if rate is None else []
    unsaid += ["unit"] if None in units else []
    if unsaid:
        flags = {"sample rate": "--rate-hz (for example 500)", "unit": "--unit (mV or uV)"}
        wanted = " and ".join(flags[thing] for thing in unsaid)
        raise BadInput(where, f"it does not say its {' nor its '.join(unsaid)}", f"give {wanted}")


def _expect_one_rate(where: str, rate_hz: float, time_rate_hz: float) -> None:
    if abs(time_rate_hz / rate_hz - 1) > _SAME_RATE:
        found = "its time column and its sample rate contradict each other"
        raise BadInput(where, found, "correct one, or give --rate-hz")


def _median_beat(recording: Recording, unit: str | None, where: str) -> EcgSignal | None:
    if not recording.median:
        return None
    try:
        return complete_leads(_in_millivolts(_leads(recording.median), unit, where), where)[0]
    except BadInput:  # an extra that lacks leads must not cost the rhythm
        return None


def _in_millivolts(
    channels: tuple[Channel, ...], unit: str | None, where: str
) -> dict[str, Float64[np.ndarray, " samples"]]:
    named: dict[str, np.ndarray] = {}
    for channel in channels:
        if channel.name in named:
            raise BadInput(where, "two channels have one name", "export each lead once")
        finite = np.where(np.isfinite(channel.samples), channel.samples, np.nan)
        named[channel.name] = finite * millivolts_per(unit or channel.unit or "", where)
    return named
