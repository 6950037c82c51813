"""The draft impression of an ECG: measure, apply the rules, add the statements of the model."""

from dataclasses import replace

import numpy as np

from ptacl.impression.facts import Facts, usable_leads
from ptacl.impression.rhythm_words import RhythmWords, from_measurements, with_rhythm
from ptacl.impression.solver import statements_of
from ptacl.measurements import EcgIntervals, LeadWaves
from ptacl.signal.delineation.intervals import without_unmeasured
from ptacl.signal.delineation.lead_waves import lead_waves
from ptacl.signal.delineation.qrs_band import with_lone_limb_lead
from ptacl.signal.delineation.waves import find_beat_and_waves
from ptacl.types import UNKNOWN_PERSON, Caveat, Impression, Person, PreparedEcg, Rhythm

FEWEST_BEATS = 3
SAYS_WHY = frozenset({"paced"})
"""Caveats that withhold predictions but are themselves a statement about the ECG."""


def withheld(prepared: PreparedEcg, caveats: tuple[Caveat, ...]) -> str:
    """Return why nothing may be stated about an ECG, as a sentence; empty where something may.

    Args:
        prepared: with its quality.
        caveats: of the reader and of the measurements.
    """
    quality = prepared.quality
    if not quality.usable:
        return quality.reason or "The recording does not allow a statement."
    for caveat in (*caveats, *quality.caveats):
        if caveat.severity == "withhold" and caveat.code not in SAYS_WHY:
            return caveat.text
    if prepared.r_peaks.size < FEWEST_BEATS:
        return f"The recording holds {prepared.r_peaks.size} heartbeats; three are needed."
    return ""


def draft_impression(
    prepared: PreparedEcg,
    sample_rate_hz: float,
    intervals: EcgIntervals,
    person: Person = UNKNOWN_PERSON,
    caveats: tuple[Caveat, ...] = (),
    rhythm: Rhythm | None = None,
) -> Impression:
    """Draft the impression of a prepared ECG from its measurements.

    Args:
        prepared: in millivolts, baseline removed or as recorded.
        sample_rate_hz: of the prepared ECG.
        intervals: as measured on it.
        person: sex and age select limits.
        caveats: of the reader and of the measurements.
        rhythm: from `ptacl.rhythm`; None names it by P waves and R–R intervals alone.

    Returns:
        Statements on the usable leads, or the reason why there are none.
    """
    reason = withheld(prepared, caveats)
    if reason:
        return Impression(withheld=reason)
    facts = measure_facts(prepared, sample_rate_hz, intervals, person, caveats, rhythm)
    if not facts.leads:
        return Impression(withheld="No beat can be measured in the leads that can be used.")
    return Impression(statements_of(facts), leads=tuple(facts.leads.values()))


def measure_facts(
    prepared: PreparedEcg,
    sample_rate_hz: float,
    intervals: EcgIntervals,
    person: Person = UNKNOWN_PERSON,
    caveats: tuple[Caveat, ...] = (),
    rhythm: Rhythm | None = None,
) -> Facts:
    """Measure what the rules read; arguments as for `draft_impression`."""
    signal_mv = prepared.signal_mv[:, : prepared.valid_samples]
    shown = with_lone_limb_lead(signal_mv) if prepared.quality.absent else signal_mv
    leads = _leads(shown, prepared, sample_rate_hz, intervals)
    words = (
        from_measurements(
            shown, prepared.r_peaks, prepared.pacing_spikes, sample_rate_hz, intervals, leads,
            caveats,
        )
        if leads
        else RhythmWords("undetermined", "no beat")
    )  # fmt: skip
    if not {"I", "II"} <= leads.keys():
        intervals = replace(intervals, qrs_axis_deg=float("nan"))
    return Facts(intervals, with_rhythm(words, rhythm), leads, person.sex, person.age_years)


def _leads(
    shown: np.ndarray, prepared: PreparedEcg, sample_rate_hz: float, intervals: EcgIntervals
) -> dict[str, LeadWaves]:
    level, waves = find_beat_and_waves(shown, prepared.r_peaks, sample_rate_hz, "slope")
    if level is None:
        return {}
    measured = lead_waves(level, without_unmeasured(waves, intervals), sample_rate_hz)
    usable = set(usable_leads(prepared.quality))
    return {lead.lead: lead for lead in measured if lead.lead in usable}
