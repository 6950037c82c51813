"""GE MUSE XML."""

import base64
import re
import zlib
from pathlib import Path

import numpy as np
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg, read_ecg_files
from ptacl.io.ecg.xml.muse import is_muse_xml
from ptacl.types import INDEPENDENT_LEADS, LEADS, Ecg
from tests.full_text import full_text
from tests.io.damage import cut_short, flipped, outcome
from tests.io.ecg.test_read import simple_leads

STEP_UV = 4.88


def lead_data(name: str, stored: np.ndarray, **other: object) -> str:
    content = stored.tobytes()
    tags = {
        "LeadByteCountTotal": len(content),
        "LeadSampleCountTotal": len(stored),
        "LeadAmplitudeUnitsPerBit": STEP_UV,
        "LeadAmplitudeUnits": "MICROVOLTS",
        "LeadID": name,
        "LeadOffsetFirstSample": 0,
        "LeadSampleSize": stored.itemsize,
        "LeadDataCRC32": zlib.crc32(content),
    } | other
    inner = "".join(f"<{tag}>{value}</{tag}>\n" for tag, value in tags.items() if value is not None)
    samples = base64.encodebytes(content).decode()
    return f"<LeadData>{inner}<WaveFormData>\n{samples}</WaveFormData></LeadData>"


def waveform(kind: str, leads: list[str], base: int = 500, exponent: int = 0) -> str:
    return (
        f"<Waveform><WaveformType>{kind}</WaveformType><SampleBase>{base}</SampleBase>"
        f"<SampleExponent>{exponent}</SampleExponent>{''.join(leads)}</Waveform>"
    )


def muse(*inner: str, encoding: str = "ISO-8859-1") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<!DOCTYPE RestingECG SYSTEM "restecg.dtd">\n'
        f"<RestingECG>{''.join(inner)}</RestingECG>"
    )
    return text.encode(encoding)


def stored_leads(samples: int = 5000, kind: str = "<i2") -> dict[str, np.ndarray]:
    signal = simple_leads(samples) * 1000 / STEP_UV
    return dict(zip(INDEPENDENT_LEADS, signal.round().astype(kind), strict=True))


def rhythm(stored: dict[str, np.ndarray] | None = None, **other: object) -> str:
    leads = (stored or stored_leads()).items()
    return waveform("Rhythm", [lead_data(name, samples, **other) for name, samples in leads])


def _read(*inner: str, **given) -> Ecg:
    return read_ecg_files({"ecg.xml": muse(*inner)}, **given)


def test_every_real_file_is_read_as_its_bytes_say(shared_data: Path) -> None:
    paths = sorted((shared_data / "ecg/muse_xml").glob("*.xml"))
    assert len(paths) == 3
    for path in paths:
        ecg = read_ecg(path)
        text = path.read_text("latin-1")
        text = text[text.index("<WaveformType>Rhythm") :]
        found = re.findall(r"<LeadID>(\w+)</.*?<WaveFormData>(.*?)</", text, re.DOTALL)
        assert [name for name, _ in found] == list(INDEPENDENT_LEADS)
        for name, samples in found:
            expected = np.frombuffer(base64.b64decode(samples), "<i2") * STEP_UV / 1000
            np.testing.assert_allclose(ecg.signal_mv[LEADS.index(name)], expected, atol=1e-6)
        assert (ecg.sample_rate_hz, ecg.duration_s, ecg.source_format) == (500, 10, "muse")
        assert ecg.missing == dict.fromkeys(LEADS[2:6], "derived")
        assert ecg.median_mv.shape == (12, 600)
        assert ecg.median_rate_hz == 500
        assert 0.5 < np.ptp(ecg.median_mv[1]) < 3


def test_what_the_device_printed_is_kept(shared_data: Path) -> None:
    assert read_ecg(shared_data / "ecg/muse_xml/example2.xml").measurements == {
        "heart_rate_bpm": 65, "pr_ms": 184, "qrs_ms": 100, "qt_ms": 420, "qtc_ms": 437,
        "p_axis_deg": 42, "qrs_axis_deg": -2, "t_axis_deg": 12,
    }  # fmt: skip


def test_edited_measurements_stand_above_the_original_ones() -> None:
    original = "<OriginalRestingECGMeasurements><PRInterval>500</PRInterval>"
    original += "<QRSDuration>90</QRSDuration></OriginalRestingECGMeasurements>"
    edited = "<RestingECGMeasurements><QRSDuration>104</QRSDuration></RestingECGMeasurements>"
    assert _read(edited, original, rhythm()).measurements == {"qrs_ms": 104}
    assert _read(original, rhythm()).measurements == {"pr_ms": 500, "qrs_ms": 90}
    nothing = "<RestingECGMeasurements><PAxis>Undefined</PAxis></RestingECGMeasurements>"
    assert _read(nothing, rhythm()).measurements == {}


def test_no_name_no_id_and_no_free_text_enter_the_record(shared_data: Path) -> None:
    content = (shared_data / "ecg/muse_xml/muse_ecg1.xml").read_bytes()
    content = content.replace(b"TEST 05", b"Zebedee").replace(b"JAX01234", b"QQ4711")
    assert b"Zebedee" in content
    shown = full_text(read_ecg_files({"a.xml": content})).lower()
    for secret in ("zebedee", "4711", "statement", "2021", "male"):
        assert secret not in shown


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "Windows-1252", "UTF-8", "UTF-16"])
def test_every_encoding_gives_the_same_signal(encoding: str) -> None:
    note = "<Diagnosis>Erregungsrückbildungsstörung</Diagnosis>"
    content = muse(note, rhythm(), encoding=encoding)
    assert is_muse_xml(content)
    ecg = read_ecg_files({"ecg.dat": content})
    np.testing.assert_array_equal(ecg.signal_mv, _read(rhythm()).signal_mv)


def test_rate_is_base_times_ten_to_the_exponent() -> None:
    leads = [lead_data(name, samples) for name, samples in stored_leads().items()]
    assert _read(waveform("Rhythm", leads, 25, 1)).sample_rate_hz == 250
    assert _read(waveform("Rhythm", leads, 5000, -1)).sample_rate_hz == 500


@pytest.mark.parametrize("kind", ["<i1", "<i2", "<i4"])
def test_sample_sizes_units_and_decimal_commas(kind: str) -> None:
    stored = {n: s // 4 for n, s in stored_leads().items()}
    expected = _read(rhythm(stored)).signal_mv
    ecg = _read(rhythm({n: s.astype(kind) for n, s in stored.items()}))
    np.testing.assert_array_equal(ecg.signal_mv, expected)
    comma = rhythm(stored, LeadAmplitudeUnitsPerBit="4,88")
    np.testing.assert_array_equal(_read(comma).signal_mv, expected)
    units = {"LeadAmplitudeUnitsPerBit": 0.00488, "LeadAmplitudeUnits": "MILLIVOLTS"}
    np.testing.assert_allclose(_read(rhythm(stored, **units)).signal_mv, expected, atol=1e-6)


def test_a_longer_strip_of_one_lead_does_not_win() -> None:
    strip = waveform("Rhythm", [lead_data("II", np.arange(9000, dtype="<i2"))])
    for order in ([strip, rhythm()], [rhythm(), strip]):
        np.testing.assert_array_equal(_read(*order).signal_mv, _read(rhythm()).signal_mv)


def test_leads_that_begin_late_have_gaps_where_they_are_not() -> None:
    stored = stored_leads()
    late = {n: (s[1250:2500] if n == "V2" else s) for n, s in stored.items()}
    leads = [
        lead_data(n, s, LeadOffsetFirstSample=1250 if n == "V2" else 0) for n, s in late.items()
    ]
    ecg = _read(waveform("Rhythm", leads))
    held = np.flatnonzero(~np.isnan(ecg.signal_mv[7]))
    assert (held[0], held[-1], ecg.missing["V2"]) == (1250, 2499, "gaps")
    np.testing.assert_array_equal(
        ecg.signal_mv[7, 1250:2500], _read(rhythm()).signal_mv[7, 1250:2500]
    )


def test_four_columns_of_a_printout_are_one_recording() -> None:
    columns = ("I", "II"), ("aVF",), ("V1", "V2", "V3"), ("V4", "V5", "V6")
    stored = stored_leads() | {"aVF": stored_leads()["II"]}
    leads = [
        lead_data(name, stored[name][:1250], LeadOffsetFirstSample=1250 * place)
        for place, names in enumerate(columns)
        for name in names
    ]
    ecg = _read(waveform("Rhythm", leads))
    held = {lead: np.isfinite(ecg.signal_mv[LEADS.index(lead)]).nonzero()[0] for lead in LEADS}
    assert (held["I"][-1], held["aVF"][0], held["V1"][0], held["V6"][-1]) == (
        1249,
        1250,
        2500,
        4999,
    )


def test_the_columns_of_a_printout_are_told() -> None:
    names = [("I", "II", "III"), ("aVR", "aVL", "aVF"), ("V1", "V2", "V3"), ("V4", "V5", "V6")]
    stored = stored_leads() | dict.fromkeys(("III", "aVR", "aVL", "aVF"), stored_leads()["I"])
    leads = [
        lead_data(name, stored[name][:1250], LeadOffsetFirstSample=1250 * place)
        for place, column in enumerate(names)
        for name in column
    ]
    ecg = _read(waveform("Rhythm", [*leads, lead_data("II", stored["II"])]))
    np.testing.assert_array_equal(ecg.signal_mv[1], _read(rhythm()).signal_mv[1])
    told = next(caveat for caveat in ecg.caveats if caveat.code == "leads_in_turn")
    assert "I, III 0 to 2.5 s; II 0 to 10 s; aVR, aVL, aVF 2.5 to 5 s" in told.text


@pytest.mark.parametrize(
    ("kind", "ends"), [("<i2", (-32768, 32767)), ("<i4", (-(2**31), 2**31 - 1))]
)
def test_the_ends_of_a_sample_s_range_are_no_signal(kind: str, ends: tuple[int, int]) -> None:
    stored = stored_leads(kind=kind)
    stored["V4"][:700], stored["II"][1000] = ends
    ecg = _read(rhythm(stored))
    assert np.flatnonzero(np.isnan(ecg.signal_mv[9])).tolist() == list(range(700))
    for lead in (1, 2, 3, 4, 5):  # II and what is derived from it
        assert np.flatnonzero(np.isnan(ecg.signal_mv[lead])).tolist() == [1000]
    assert ecg.missing["V4"] == "gaps"
    assert np.nanmax(np.abs(ecg.signal_mv)) < 5


def test_a_lead_that_the_device_calls_off_is_told() -> None:
    leads = [
        lead_data(name, samples, LeadOff="TRUE" if name == "V4" else "FALSE")
        for name, samples in stored_leads().items()
    ]
    (told,) = _read(waveform("Rhythm", leads)).caveats
    assert (told.code, told.severity) == ("lead_off", "check")
    assert told.text.endswith(": V4.")


def test_a_lead_given_twice_is_taken_once() -> None:
    leads = [lead_data(name, samples) for name, samples in stored_leads().items()]
    for again, codes in (("II", []), ("V6", ["lead_given_twice"])):
        ecg = _read(waveform("Rhythm", [*leads, lead_data("II", stored_leads()[again])]))
        np.testing.assert_array_equal(ecg.signal_mv, _read(rhythm()).signal_mv)
        assert [caveat.code for caveat in ecg.caveats] == codes


def test_the_median_beat_is_kept_apart_and_its_damage_costs_nothing() -> None:
    beat = [lead_data(name, samples[:600]) for name, samples in stored_leads().items()]
    ecg = _read(waveform("Median", beat, 25, 1), rhythm())
    assert ecg.median_mv.shape == (12, 600)
    assert (ecg.median_rate_hz, ecg.sample_rate_hz) == (250, 500)
    np.testing.assert_array_equal(ecg.median_mv, ecg.signal_mv[:, :600])
    broken = [lead.replace("<WaveFormData>", "<WaveFormData>*") for lead in beat]
    assert _read(waveform("Median", broken), rhythm()).median_mv is None
    with pytest.raises(BadInput, match="a median beat and no rhythm"):
        _read(waveform("Median", beat))


def test_a_checksum_that_fails_alone_is_damage() -> None:
    stored = stored_leads()
    leads = [
        lead_data(n, s, **({"LeadDataCRC32": 1} if n == "V3" else {})) for n, s in stored.items()
    ]
    with pytest.raises(BadInput, match="checksum"):
        _read(waveform("Rhythm", leads))
    for of_another_kind in (1, None, "none"):
        ecg = _read(rhythm(LeadDataCRC32=of_another_kind))
        np.testing.assert_array_equal(ecg.signal_mv, _read(rhythm()).signal_mv)


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        (rhythm(LeadSampleCountTotal=2**31), "cut short: a lead holds 5,000 samples"),
        (rhythm(LeadOffsetFirstSample=10**12), "do not form one recording"),
        (rhythm(LeadOffsetFirstSample=-1), "begins before the recording"),
        (rhythm(LeadAmplitudeUnitsPerBit=None), "units per bit"),
        (rhythm(LeadAmplitudeUnits=None), "its unit is missing"),
        (rhythm(LeadAmplitudeUnits="FURLONGS"), "no unit of voltage"),
        (rhythm(LeadSampleSize=3), "3 bytes"),
        (rhythm({n: s for n, s in stored_leads().items() if n != "V4"}), "missing: V4"),
        (waveform("Rhythm", []), "holds no lead"),
        ("", "holds no waveform"),
    ],
)
def test_what_is_wrong_is_named(inner: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        _read(inner)


def test_damage_gives_a_record_or_an_error(shared_data: Path) -> None:
    real = (shared_data / "ecg/muse_xml/example1.xml").read_bytes()
    assert all(isinstance(outcome(part), PtaclError) for part in cut_short(real, 50))
    for damaged in flipped(real, 200):
        outcome(damaged)
    assert isinstance(outcome(bytes(5000)), PtaclError)


def test_a_changed_sample_never_passes(shared_data: Path) -> None:
    real = (shared_data / "ecg/muse_xml/example1.xml").read_bytes()
    first = real.index(b"<WaveFormData>", real.index(b"<WaveformType>Rhythm")) + 20
    random = np.random.default_rng(0)
    for place in first + random.integers(0, 10_000, size=40):
        other = b"A" if real[place : place + 1] != b"A" else b"B"
        if real[place : place + 1] != b"\n":
            assert isinstance(outcome(real[:place] + other + real[place + 1 :]), PtaclError)
