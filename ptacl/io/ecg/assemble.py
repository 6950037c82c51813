"""Assembly of a recording's channels into twelve checked leads in millivolts."""

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.ecg.device_measurements import printed
from ptacl.io.ecg.leads.duplicate_leads import deduplicate_leads
from ptacl.io.ecg.leads.filled_columns import remove_filling
from ptacl.io.ecg.leads.lead_names import LeadName, lead_names
from ptacl.io.ecg.leads.no_signal import may_be_impossible, without_impossible
from ptacl.io.ecg.leads.sequential_leads import arrange_columns, gap_caveats
from ptacl.io.ecg.leads.twelve_leads import (
    CHEST,
    Samples,
    complete_leads,
    require_a_lead,
    require_enough_leads,
)
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.units import is_step, millivolts_per
from ptacl.io.plausibility import SAMPLE_RATE_HZ, check_ecg, check_sample_rate
from ptacl.types import LIMB, Caveat, Ecg, EcgSignal

_SAME_RATE = 0.01
"""Largest relative difference of two statements of one sample rate; times are rounded."""


_MISSING_CODES = {
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
    any_leads: bool = False,
) -> Ecg:
    """Return the twelve leads of a recording in millivolts, checked.

    Args:
        recording: as the format's reader returns it.
        where: the file's name, for messages.
        source_format: short name of the format.
        sample_rate_hz: given by the caller; overrides the file's.
        unit: given by the caller; overrides the file's.
        any_leads: whether one lead is enough; leads that are absent are NaN.

    Raises:
        BadInput: sample rate or unit are missing, leads are missing, or the values are no ECG.
    """
    rate = sample_rate_hz if sample_rate_hz is not None else recording.sample_rate_hz
    leads = _leads(where, recording.channels, any_leads=any_leads)
    _require_rate_and_unit(where, rate, [unit or channel.unit for _, channel in leads])
    assert rate is not None
    check_sample_rate(where, rate)
    if sample_rate_hz is None:
        _check_rates_agree(where, rate, recording.time_rate_hz or rate)
    named, duplicate_caveats = deduplicate_leads(where, _in_millivolts(leads, unit, where))
    named, filling_caveats = remove_filling(named)
    named, columns = arrange_columns(named, rate)
    signal_mv, missing, marks = _completed(named, where, any_leads=any_leads)
    check_ecg(where, signal_mv, rate)
    caveats = (
        *_inverted_caveats(leads),
        *duplicate_caveats,
        *filling_caveats,
        *columns,
        *marks,
        *gap_caveats(signal_mv, missing, rate),
    )
    stated_codes = {
        caveat.code for caveat in recording.caveats
    }  # the reader of a format may be more precise
    median_mv, median_rate_hz = _median_beat(recording, unit, where, rate)
    return Ecg(
        signal_mv,
        float(rate),
        source_format,
        printed(recording.measurements),
        missing,
        median_mv,
        median_rate_hz,
        recording.caveats + tuple(caveat for caveat in caveats if caveat.code not in stated_codes),
        recording.stated,
        recording.statements,
    )


def _leads(where: str, channels: tuple[Channel, ...], *, any_leads: bool = False) -> list[_Lead]:
    """Return the channels that are leads; other channels, such as respiration, are ignored.

    Raises:
        BadInput: too few leads. This is checked before a missing rate or unit is reported.
    """
    names = lead_names([channel.name for channel in channels])
    named = [(name, channel) for name, channel in zip(names, channels, strict=True) if name]
    straight = {name.lead for name, _ in named if not name.inverted}
    # A negative is redundant if the lead itself is present.
    leads = [pair for pair in named if not (pair[0].inverted and pair[0].lead in straight)]
    given = {name.lead for name, _ in leads}
    chest, limb = ([lead for lead in group if lead in given] for group in (CHEST, LIMB))
    if any_leads:
        require_a_lead(where, given)
    else:
        require_enough_leads(where, given, chest, limb)
    return leads


def _inverted_caveats(leads: list[_Lead]) -> tuple[Caveat, ...]:
    inverted = [name.lead for name, _ in leads if name.inverted]
    if not inverted:
        return ()
    text = (
        f"The file holds the negative of {', '.join(inverted)}, as labelled; the sign was restored."
    )
    return (Caveat("lead_turned_back", text, "info"),)


def _completed(
    named: dict[str, Samples], where: str, *, any_leads: bool = False
) -> tuple[EcgSignal, dict[str, str], tuple[Caveat, ...]]:
    """Return twelve leads with impossible values masked."""
    signal_mv, missing = complete_leads(named, where, any_leads=any_leads)
    if not may_be_impossible(signal_mv):
        return signal_mv, missing, ()
    cleaned, changed = without_impossible(np.stack(list(named.values())))
    if not changed.any():
        return signal_mv, missing, ()
    leads = [lead for lead, is_changed in zip(named, changed, strict=True) if is_changed]
    text = (
        f"{', '.join(leads)}: impossible samples, which devices write where there is no "
        "signal, count as missing."
    )
    kept = dict(zip(named, cleaned, strict=True))
    signal_mv, missing = complete_leads(kept, where, any_leads=any_leads)
    return signal_mv, missing, (Caveat("no_signal_values", text),)


def _require_rate_and_unit(where: str, rate: float | None, units: list[str | None]) -> None:
    absent = ["sample rate"] if rate is None else []
    absent += ["unit"] if None in units else []
    if absent:
        code = _MISSING_CODES[tuple(absent)]
        flags = {"sample rate": "--rate-hz (for example 500)", "unit": "--unit (mV or uV)"}
        wanted = " and ".join(flags[item] for item in absent)
        verb = "is" if len(absent) == 1 else "are"
        raise BadInput(
            where, f"its {' and '.join(absent)} {verb} missing", f"give {wanted}", code=code
        )


def _check_rates_agree(where: str, rate_hz: float, time_rate_hz: float) -> None:
    if abs(time_rate_hz / rate_hz - 1) > _SAME_RATE:
        message = "its time column and its sample rate contradict each other"
        raise BadInput(
            where, message, "correct one, or give --rate-hz", code="ecg.contradictory_rate"
        )


def _median_beat(
    recording: Recording, unit: str | None, where: str, rate_hz: float
) -> tuple[EcgSignal | None, float | None]:
    median_rate_hz = float(recording.median_rate_hz or rate_hz)
    if not recording.median or not SAMPLE_RATE_HZ[0] <= median_rate_hz <= SAMPLE_RATE_HZ[1]:
        return None, None
    try:
        leads = _in_millivolts(_leads(where, recording.median), unit, where)
        return _completed(deduplicate_leads(where, leads)[0], where)[0], median_rate_hz
    except BadInput:  # an incomplete median beat must not prevent reading the rhythm
        return None, None


def _in_millivolts(leads: list[_Lead], unit: str | None, where: str) -> list[tuple[str, Samples]]:
    scaled = []
    for name, channel in leads:
        if unit is not None and channel.unit is not None and is_step(channel.unit):
            message = f"the file states that its numbers count steps of {channel.unit}"
            raise BadInput(where, message, "leave out --unit", code="ecg.unit_is_known")
        factor = millivolts_per(unit or channel.unit or "", where) * (-1 if name.inverted else 1)
        scaled.append((name.lead, channel.samples, factor))
    with np.errstate(over="ignore"):  # infinite values are detected later
        return [(lead, s if factor == 1 else s * factor) for lead, s, factor in scaled]
