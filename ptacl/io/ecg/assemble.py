"""Assembly of a recording's channels into twelve checked leads in millivolts."""

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.ecg.device_measurements import printed
from ptacl.io.ecg.leads.duplicate_leads import one_each
from ptacl.io.ecg.leads.lead_names import LeadName, lead_names
from ptacl.io.ecg.leads.no_signal import may_be_impossible, without_impossible
from ptacl.io.ecg.leads.sequential_leads import gap_caveats, laid_out
from ptacl.io.ecg.leads.twelve_leads import CHEST, Samples, complete_leads, expect_enough
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.units import is_step, millivolts_per
from ptacl.io.plausibility import SAMPLE_RATE_HZ, check_ecg, check_sample_rate
from ptacl.types import LIMB, Caveat, Ecg, EcgSignal

_SAME_RATE = 0.01
"""Largest relative difference of two statements of one sample rate; times are rounded."""


_UNSAID_CODES = {
    ("sample rate",): "ecg.no_sample_rate",
    ("unit",): "ecg.no_unit",
    ("sample rate", "unit"): "ecg.no_sample_rate_or_unit",
}

_Lead = tuple[LeadName, Channel]


def to_ecg(
    recording: Recording,
    where: str,
    source_format: str,
    *,
    sample_rate_hz: float | None = None,
    unit: str | None = None,
) -> Ecg:
    """Return the twelve leads of a recording in millivolts, checked.

    Args:
        recording: what the file says.
        where: the file's name, for messages.
        source_format: short name of the format.
        sample_rate_hz: given by the caller; stands above what the file says.
        unit: given by the caller; stands above what the file says.

    Raises:
        BadInput: sample rate or unit are missing, leads are missing, or the values are no ECG.
    """
    rate = sample_rate_hz if sample_rate_hz is not None else recording.sample_rate_hz
    leads = _leads(where, recording.channels)
    _expect_said(where, rate, [unit or channel.unit for _, channel in leads])
    assert rate is not None
    check_sample_rate(where, rate)
    if sample_rate_hz is None:
        _expect_one_rate(where, rate, recording.time_rate_hz or rate)
    named, twice = one_each(where, _in_millivolts(leads, unit, where))
    named, columns = laid_out(named, rate)
    signal_mv, missing, marks = _completed(named, where)
    check_ecg(where, signal_mv, rate)
    found = (*_turned(leads), *twice, *columns, *marks, *gap_caveats(signal_mv, missing, rate))
    told = {caveat.code for caveat in recording.caveats}  # a format may say it more exactly
    median_mv, median_rate_hz = _median_beat(recording, unit, where, rate)
    return Ecg(
        signal_mv,
        float(rate),
        source_format,
        printed(recording.measurements),
        missing,
        median_mv,
        median_rate_hz,
        recording.caveats + tuple(caveat for caveat in found if caveat.code not in told),
        recording.stated,
    )


def _leads(where: str, channels: tuple[Channel, ...]) -> list[_Lead]:
    """Return the channels that are leads; other channels, such as respiration, are ignored.

    Raises:
        BadInput: too few leads. This is checked before a missing rate or unit is reported.
    """
    names = lead_names([channel.name for channel in channels])
    found = [(name, channel) for name, channel in zip(names, channels, strict=True) if name]
    straight = {name.lead for name, _ in found if not name.turned}
    # A negative beside the lead itself is a second view of it.
    leads = [pair for pair in found if not (pair[0].turned and pair[0].lead in straight)]
    given = {name.lead for name, _ in leads}
    chest, limb = ([lead for lead in group if lead in given] for group in (CHEST, LIMB))
    expect_enough(where, given, chest, limb)
    return leads


def _turned(leads: list[_Lead]) -> tuple[Caveat, ...]:
    turned = [name.lead for name, _ in leads if name.turned]
    if not turned:
        return ()
    text = f"The file holds the negative of {', '.join(turned)}, as it says; it was turned back."
    return (Caveat("lead_turned_back", text, "info"),)


def _completed(
    named: dict[str, Samples], where: str
) -> tuple[EcgSignal, dict[str, str], tuple[Caveat, ...]]:
    """Return twelve leads with impossible values masked."""
    signal_mv, missing = complete_leads(named, where)
    if not may_be_impossible(signal_mv):
        return signal_mv, missing, ()
    cleaned, changed = without_impossible(np.stack(list(named.values())))
    if not changed.any():
        return signal_mv, missing, ()
    leads = [lead for lead, is_changed in zip(named, changed, strict=True) if is_changed]
    text = (
        f"{', '.join(leads)}: samples that no heart gives, as devices write them where there is no "
        "signal, count as missing."
    )
    signal_mv, missing = complete_leads(dict(zip(named, cleaned, strict=True)), where)
    return signal_mv, missing, (Caveat("no_signal_values", text),)


def _expect_said(where: str, rate: float | None, units: list[str | None]) -> None:
    unsaid = ["sample rate"] if rate is None else []
    unsaid += ["unit"] if None in units else []
    if unsaid:
        code = _UNSAID_CODES[tuple(unsaid)]
        flags = {"sample rate": "--rate-hz (for example 500)", "unit": "--unit (mV or uV)"}
        wanted = " and ".join(flags[thing] for thing in unsaid)
        raise BadInput(
            where, f"it does not say its {' nor its '.join(unsaid)}", f"give {wanted}", code=code
        )


def _expect_one_rate(where: str, rate_hz: float, time_rate_hz: float) -> None:
    if abs(time_rate_hz / rate_hz - 1) > _SAME_RATE:
        found = "its time column and its sample rate contradict each other"
        raise BadInput(
            where, found, "correct one, or give --rate-hz", code="ecg.contradictory_rate"
        )


def _median_beat(
    recording: Recording, unit: str | None, where: str, rate_hz: float
) -> tuple[EcgSignal | None, float | None]:
    median_rate_hz = float(recording.median_rate_hz or rate_hz)
    if not recording.median or not SAMPLE_RATE_HZ[0] <= median_rate_hz <= SAMPLE_RATE_HZ[1]:
        return None, None
    try:
        leads = _in_millivolts(_leads(where, recording.median), unit, where)
        return _completed(one_each(where, leads)[0], where)[0], median_rate_hz
    except BadInput:  # an extra that lacks leads must not cost the rhythm
        return None, None


def _in_millivolts(leads: list[_Lead], unit: str | None, where: str) -> list[tuple[str, Samples]]:
    scaled = []
    for name, channel in leads:
        if unit is not None and channel.unit is not None and is_step(channel.unit):
            found = f"it says itself that its numbers count steps of {channel.unit}"
            raise BadInput(where, found, "leave out --unit", code="ecg.unit_is_known")
        factor = millivolts_per(unit or channel.unit or "", where) * (-1 if name.turned else 1)
        scaled.append((name.lead, channel.samples, factor))
    with np.errstate(over="ignore"):  # what is infinite will be found
        return [(lead, s if factor == 1 else s * factor) for lead, s, factor in scaled]
