"""Schiller XML, as exported by SEMA and the devices of the AT, CS and MS families.

Format: as implemented by the public readers of BRAVEHEART and the CVRG toolkit. ``eventdata`` holds
an ``event`` with ``wavedata`` of the types ``ECG_RHYTHMS`` and ``ECG_AVERAGES`` (the mean beat);
the samples of a ``channel`` are comma-separated integers. The root is named after a class of the
exporting program, ``com.xiriuz.sema.xml.schillerEDI.SchillerEDI``.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from ptacl.errors import BadInput
from ptacl.io.containers.xml_document import as_number, number_at, open_xml, root_name, text_at
from ptacl.io.ecg.leads.twelve_leads import canonical_lead
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.text.sample_text import numbers_in
from ptacl.io.stated_person import stated_person
from ptacl.types import INDEPENDENT_LEADS, Caveat

_PRINTED = {
    "heart_rate_bpm": "HR",
    "pr_ms": "PQ",
    "qrs_ms": "QRS",
    "qt_ms": "QT",
    "qtc_ms": "QTC",
    "p_axis_deg": "AXIS_P",
    "qrs_axis_deg": "AXIS_QRS",
    "t_axis_deg": "AXIS_T",
}
"""Names among the ``annotation_global`` of an event."""


def is_schiller_xml(content: bytes) -> bool:
    """Return whether content is XML with Schiller's root element."""
    return (root_name(content) or "").lower().endswith("schilleredi")


def read_schiller_xml(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the first event's rhythm with the most leads, its mean beat and its measurements.

    Raises:
        BadInput: an exercise test, no rhythm, an undocumented encoding, or damaged.
    """
    root = open_xml(name, files[name])
    _expect_rest(name, root)
    events = root.findall("eventdata/event")
    events_with_rhythm = [event for event in events if _rank(_waves(event, "RHYTHM")) > 0]
    if not events_with_rhythm:
        raise BadInput(
            name, "it holds no rhythm", "export the ECG with its waveforms", code="ecg.no_signal"
        )
    rhythm = max(_waves(events_with_rhythm[0], "RHYTHM"), key=lambda waves: _rank([waves]))
    channels, rate_hz = _read(name, rhythm)
    median, median_rate_hz = _mean_beat(name, events_with_rhythm[0])
    return Recording(
        channels,
        rate_hz,
        _measurements(events_with_rhythm[0]),
        median,
        median_rate_hz,
        caveats=_several(len(events_with_rhythm)),
        stated=stated_person(text_at(root, "patdata/gender")),
    )


def _expect_rest(where: str, root: Element) -> None:
    kind = text_at(root, "examdescript/rectype").lower()
    if any(word in kind for word in ("exercise", "stress", "ergo")):
        message = "it is an exercise test, not an ECG at rest"
        raise BadInput(where, message, "give the 12-lead ECG at rest", code="ecg.exercise_test")


def _several(count: int) -> tuple[Caveat, ...]:
    if count == 1:
        return ()
    text = f"The file holds {count} recordings; the first was read."
    return (Caveat("several_recordings", text, "check"),)


def _waves(event: Element, kind: str) -> list[Element]:
    # Both ECG_RHYTHM and ECG_RHYTHMS occur.
    return [waves for waves in event.findall("wavedata") if kind in text_at(waves, "type").upper()]


def _rank(waves: list[Element]) -> int:
    # A strip of one lead must not win over the rhythm of all leads.
    named = [{canonical_lead(text_at(x, "name")) for x in w.findall("channel")} for w in waves]
    counts = (min(len(leads - {None}), len(INDEPENDENT_LEADS)) for leads in named)
    return max(counts, default=0)


def _read(where: str, waves: Element) -> tuple[tuple[Channel, ...], float | None]:
    step = _number(waves, "resolution/yres", "unitperbit")
    if not step:
        raise BadInput(where, "its resolution is missing", "export it again", code="ecg.no_scale")
    unit = text_at(waves, "resolution/yres/units") or None
    channels = (_channel(where, channel, step, unit) for channel in waves.findall("channel"))
    return tuple(channels), _rate_hz(waves)


def _number(waves: Element, path: str, tag: str) -> float | None:
    """Return a number from a child element, or from the text of the parent."""
    number = number_at(waves, f"{path}/{tag}")
    return number_at(waves, path) if number is None else number


def _rate_hz(waves: Element) -> float | None:
    # Other exponents are undocumented: then the rate counts as missing.
    if number_at(waves, "resolution/samplerate/exponent") not in (None, 0.0, 1.0):
        return None
    return _number(waves, "resolution/samplerate", "value")


def _channel(where: str, channel: Element, step: float, unit: str | None) -> Channel:
    stored_as = text_at(channel, "datastype") or "COMMASEPARATE"
    if stored_as.upper() != "COMMASEPARATE":
        message = "its samples are stored in a way that no public description names"
        raise BadInput(
            where, message, "export it with samples as numbers", code="ecg.sample_format"
        )
    stored = numbers_in(where, text_at(channel, "data"), ",")
    claimed = as_number(text_at(channel, "samplecount")) or 0.0
    if len(stored) < claimed:
        message = f"it is cut short: a lead holds {len(stored):,} samples of {claimed:,.0f}"
        raise BadInput(where, message, "export it again", code="file.damaged")
    stored[stored == -32768] = float("nan")  # a detached electrode
    return Channel(text_at(channel, "name"), stored * step, unit)


def _mean_beat(where: str, event: Element) -> tuple[tuple[Channel, ...], float | None]:
    beats = _waves(event, "AVERAGE")
    if not beats:
        return (), None
    try:
        return _read(where, max(beats, key=lambda waves: _rank([waves])))
    except BadInput:  # a damaged median beat must not prevent reading the rhythm
        return (), None


def _measurements(event: Element) -> dict[str, float | None]:
    values = {
        text_at(element, "name").upper(): number_at(element, "value")
        for element in event.findall("annotation_global")
    }
    return {key: values.get(name) for key, name in _PRINTED.items()}
