"""SCP-ECG records: whole files."""

import struct
import time
from pathlib import Path

import numpy as np
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg, read_ecg_files
from ptacl.io.ecg.assemble import to_ecg
from ptacl.io.ecg.recording import Recording
from ptacl.io.ecg.scp.record import read_scp
from ptacl.io.ecg.scp.sections import is_scp
from tests.full_text import full_text
from tests.io.scp_writer import (
    DEFAULT_TABLE,
    EIGHT,
    beats_section,
    default_huffman,
    leads_section,
    packed,
    plain,
    record,
    section,
    signals_section,
    table_section,
    with_checksum,
)

SAMPLES = 3000
RATE_HZ = 500.0


def rhythm(leads: int = 8, samples: int = SAMPLES, seed: int = 0) -> np.ndarray:
    """A wandering baseline with a steep spike a second, in units of the record."""
    rng = np.random.default_rng(seed)
    wander = np.cumsum(rng.integers(-3, 4, (leads, samples)), axis=1)
    spikes = 400 * (np.arange(samples) % 500 == 250) + 150 * (np.arange(samples) % 500 == 251)
    return wander + np.outer(1 + np.arange(leads), spikes)


def simple_record(order: int = 0, coder=plain, table: bytes | None = None, **parts) -> bytes:
    coded = [coder(lead, order) for lead in rhythm()]
    sections = {
        1: b"\x00\x08\x00Clark-X\x00\xff\x00\x00",
        3: leads_section(EIGHT, SAMPLES),
        6: signals_section(coded, parts.pop("nanovolts", 2500), 2000, order),
    }
    return record(sections | ({2: table} if table else {}) | parts.pop("more", {}), **parts)


def read(content: bytes) -> Recording:
    return read_scp("a.scp", {"a.scp": content})


def microvolts(recording: Recording) -> np.ndarray:
    assert {channel.unit for channel in recording.channels} == {"uV"}
    return np.array([channel.samples for channel in recording.channels])


# --- real files ---------------------------------------------------------------------------------


def test_huffman_file_equals_the_expected_samples(shared_data: Path) -> None:
    folder = shared_data / "ecg/scp"
    recording = read((folder / "Example.scp").read_bytes())
    expected = np.loadtxt(folder / "Example.expected.csv", delimiter=",")
    np.testing.assert_array_equal(microvolts(recording).T, expected)
    ecg = read_ecg(folder / "Example.scp")
    order = [0, 1, 8, 9, 10, 11, 2, 3, 4, 5, 6, 7]
    np.testing.assert_array_equal(ecg.signal_mv, (expected.T[order] * 1e-3).astype(np.float32))
    assert (ecg.sample_rate_hz, ecg.source_format, ecg.missing) == (500, "scp", {})


def test_uncompressed_file_equals_the_expected_samples(shared_data: Path) -> None:
    folder = shared_data / "ecg/scp"
    recording = read((folder / "demo.scp").read_bytes())
    # The expectation reads one sample past each lead (the first of the next lead), and prints six
    # digits: enough to tell each unit of 0.183 µV.
    expected = np.loadtxt(folder / "demo.expected.csv", delimiter=",")[:-1].T
    units = np.rint(expected / 0.183)
    np.testing.assert_allclose(expected, units * 183 / 1000, rtol=5e-6)
    np.testing.assert_array_equal(microvolts(recording), units * 183 / 1000)
    assert recording.sample_rate_hz == 1000
    assert [channel.name for channel in recording.channels] == list(EIGHT)
    assert set(read_ecg(folder / "demo.scp").missing.values()) == {"derived"}


def test_what_the_device_measured_and_its_reference_beat_are_kept(shared_data: Path) -> None:
    ecg = read_ecg(shared_data / "ecg/scp/Example.scp")
    assert ecg.measurements == {
        "pr_ms": 148, "qrs_ms": 120, "qt_ms": 420, "qtc_ms": 443,
        "p_axis_deg": 44, "qrs_axis_deg": -61, "t_axis_deg": 86,
    }  # fmt: skip
    assert ecg.median_mv is not None
    assert ecg.median_mv.shape == (12, 599)  # 1198 ms
    assert ecg.median_rate_hz == 500
    # It is the median of this rhythm: it must be found again in lead V2 and V5.
    for lead in (7, 10):
        beat = ecg.median_mv[lead] - ecg.median_mv[lead].mean()
        found = np.correlate(ecg.signal_mv[lead], beat) / (beat @ beat)
        assert found.max() > 0.8


def test_no_identity_is_kept(shared_data: Path) -> None:
    ecg = read_ecg(shared_data / "ecg/scp/Example.scp")
    assert not any(word in full_text(ecg) for word in ("Clark", "SBJ", "1953", "ELI"))


# --- each coding, written by the test -----------------------------------------------------------


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize(("coder", "table"), [(plain, None), (default_huffman, DEFAULT_TABLE)])
def test_samples_come_back_exactly(order: int, coder, table: bytes | None) -> None:
    recording = read(simple_record(order, coder, table))
    np.testing.assert_array_equal(microvolts(recording), rhythm() * 2.5)
    assert recording.sample_rate_hz == RATE_HZ


def test_section_two_may_say_that_nothing_is_coded() -> None:
    recording = read(simple_record(table=b"\x00\x00"))
    np.testing.assert_array_equal(microvolts(recording), rhythm() * 2.5)


@pytest.mark.parametrize("version", [10, 13, 20, 23, 30])
def test_all_versions_are_read_and_the_first_without_their_name(version: int) -> None:
    named = simple_record(version=version)
    nameless = simple_record(version=version, name=b"")
    for content in (named, nameless):
        assert read_ecg_files({"ecg": content}).source_format == "scp"


REFERENCE = np.rint(900 * np.hanning(101) * np.sin(np.arange(101) / 6)).astype(int)
FIDUCIAL = 40
BEATS = [
    (0, 1, 21, 60),  # cut by the start: its first samples are samples 20 … of the reference
    (0, 480, 520, 580),
    (1, 900, 950, 1000),  # another type: nothing was subtracted
    (0, 1500, 1545, 1590),
    (0, 2960, 2990, 3040),  # runs out of the lead
]


def with_reference(subtract_from: np.ndarray) -> np.ndarray:
    """What a writer stores: the rhythm less the reference beat, counted from 1 as it says."""
    left = subtract_from.copy()
    for kind, first, fiducial, last in BEATS:
        for sample in range(first, last + 1):
            place = sample - fiducial + FIDUCIAL
            if kind == 0 and 1 <= place <= len(REFERENCE) and sample <= left.shape[1]:
                left[:, sample - 1] -= REFERENCE[place - 1]
    return left


def reference_record(nanovolts: tuple[int, int] = (2500, 2500), coder=default_huffman) -> bytes:
    left = with_reference(rhythm())
    return record(
        {
            2: DEFAULT_TABLE,
            3: leads_section(EIGHT, SAMPLES, subtracted=True),
            4: beats_section(202, FIDUCIAL, BEATS, [(beat[1], beat[3]) for beat in BEATS]),
            5: signals_section([coder(REFERENCE, 2)] * 8, nanovolts[0], 2000, 2),
            6: signals_section([coder(lead, 1) for lead in left], nanovolts[1], 2000, 1),
        }
    )


def test_a_subtracted_reference_beat_is_added_back() -> None:
    recording = read(reference_record())
    np.testing.assert_array_equal(microvolts(recording), rhythm() * 2.5)
    assert [list(lead.samples) for lead in recording.median] == [list(REFERENCE * 2.5)] * 8
    assert recording.median_rate_hz == RATE_HZ


def test_rhythm_and_reference_beat_may_have_units_of_their_own() -> None:
    left = microvolts(read(reference_record((2500, 1000))))
    added = rhythm() - with_reference(rhythm())
    np.testing.assert_array_equal(left, with_reference(rhythm()) + added * 2.5)


def test_a_unit_said_in_one_section_holds_for_both() -> None:
    recording = read(reference_record((2500, 0)))
    np.testing.assert_array_equal(microvolts(recording), rhythm() * 2.5)


def test_a_missing_reference_beat_is_told_where_it_was_subtracted() -> None:
    parts = {
        3: leads_section(EIGHT, SAMPLES, subtracted=True),
        4: beats_section(202, FIDUCIAL, BEATS),
        6: signals_section([plain(lead, 0) for lead in rhythm()], 2500, 2000, 0),
    }
    with pytest.raises(BadInput, match="reference beat that was subtracted is missing"):
        read(record(parts))


def test_a_damaged_reference_beat_does_not_cost_a_rhythm_without_it() -> None:
    parts = {4: beats_section(202, FIDUCIAL), 5: signals_section([b""] * 8, 2500, 2000, 0)}
    recording = read(simple_record(more=parts))
    np.testing.assert_array_equal(microvolts(recording), rhythm() * 2.5)
    assert recording.median == ()


def test_bimodal_compression_keeps_the_protected_zones_exactly() -> None:
    zones = [(201, 320), (701, 820), (1203, 1330), (2201, 2320)]
    signal, stored = rhythm(), []
    for lead in signal:
        parts, at = [], 0
        for first, last in [*zones, (SAMPLES + 1, SAMPLES)]:
            between = lead[at : first - 1]
            whole = len(between) // 4 * 4
            parts += [np.rint(between[:whole].reshape(-1, 4).mean(axis=1)), between[whole:]]
            parts.append(lead[first - 1 : last])
            at = last
        stored.append(np.concatenate(parts).astype(int))
    content = record(
        {
            2: DEFAULT_TABLE,
            3: leads_section(EIGHT, SAMPLES),
            4: beats_section(202, FIDUCIAL, [(1, 0, z[0] + 50, 0) for z in zones], zones),
            5: signals_section([default_huffman(REFERENCE, 2)] * 8, 2500, 2000, 2),
            6: signals_section([default_huffman(lead, 2) for lead in stored], 2500, 8000, 2, 1),
        }
    )
    recording = read(content)
    restored = microvolts(recording) / 2.5
    assert recording.sample_rate_hz == RATE_HZ
    for first, last in zones:
        np.testing.assert_array_equal(restored[:, first - 1 : last], signal[:, first - 1 : last])
    calm = np.ones(SAMPLES, bool)  # away from spikes that lie outside the zones
    for spike in range(250, SAMPLES, 500):
        calm[spike - 8 : spike + 10] = False
    assert np.abs(restored - signal)[:, calm].max() < 15
    np.testing.assert_array_equal(restored, np.rint(restored))


# --- leads --------------------------------------------------------------------------------------


def test_other_leads_are_passed_over() -> None:
    leads = ("V7", *EIGHT, "none", "none", "X")
    signal = rhythm(12)
    coded = [default_huffman(lead, 2) for lead in signal]
    sections = {
        2: DEFAULT_TABLE,
        3: leads_section(leads, SAMPLES),
        6: signals_section(coded, 5000, 2000, 2),
    }
    recording = read(record(sections))
    assert [channel.name for channel in recording.channels] == list(EIGHT)
    np.testing.assert_array_equal(microvolts(recording), signal[1:9] * 5.0)


def test_a_lead_given_twice_is_taken_once_and_told_where_it_differs() -> None:
    signal = rhythm()
    for again, codes in ((signal[1], []), (signal[7], ["lead_given_twice"])):
        coded = [plain(lead, 0) for lead in (*signal, again)]
        sections = {
            3: leads_section((*EIGHT, "II"), SAMPLES),
            6: signals_section(coded, 2500, 2000, 0),
        }
        recording = read(record(sections))
        assert [channel.name for channel in recording.channels] == list(EIGHT)
        np.testing.assert_array_equal(microvolts(recording), signal * 2.5)
        assert [caveat.code for caveat in recording.caveats] == codes


def test_the_ends_of_16_bits_are_no_signal() -> None:
    signal = rhythm()
    signal[5, 100:200], signal[6, 7] = -32768, 32767
    for order in (0, 1, 2):
        coded = [default_huffman(lead, order) for lead in signal]
        sections = {
            2: DEFAULT_TABLE,
            3: leads_section(EIGHT, SAMPLES),
            6: signals_section(coded, 2500, 2000, order),
        }
        got = microvolts(read(record(sections)))
        expected = np.where(np.abs(signal) > 32766, np.nan, signal * 2.5)
        np.testing.assert_array_equal(got, expected)


def test_leads_recorded_one_after_the_other_keep_their_times() -> None:
    starts = [1, 1, 1, 1, 1501, 1501, 1501, 1501]
    sections = {
        3: leads_section(EIGHT, 1500, first=starts),
        6: signals_section([plain(lead, 0) for lead in rhythm(samples=1500)], 2500, 2000, 0),
    }
    content = record(sections)
    got = microvolts(read(content))
    assert got.shape == (8, 3000)
    np.testing.assert_array_equal(got[:4, :1500], rhythm(samples=1500)[:4] * 2.5)
    np.testing.assert_array_equal(got[4:, 1500:], rhythm(samples=1500)[4:] * 2.5)
    assert np.isnan(got[:4, 1500:]).all() and np.isnan(got[4:, :1500]).all()
    ecg = read_ecg_files({"a.scp": content})
    assert set(ecg.missing.values()) == {"gaps", "derived"}
    told = next(caveat for caveat in ecg.caveats if caveat.code == "leads_in_turn")
    assert "I, II, V1, V2 0 to 3 s; V3, V4, V5, V6 3 to 6 s" in told.text


def test_a_unit_that_is_not_said_is_asked_for() -> None:
    content = simple_record(nanovolts=0)
    with pytest.raises(BadInput, match=r"its unit is missing\. Give --unit"):
        read_ecg_files({"a.scp": content})
    given = read_ecg_files({"a.scp": content}, unit="uV")
    np.testing.assert_allclose(given.signal_mv[0], rhythm()[0] / 1000, rtol=1e-6)


# --- damage -------------------------------------------------------------------------------------


def test_a_wrong_checksum_is_told() -> None:
    content = bytearray(simple_record())
    content[-100] ^= 4
    with pytest.raises(BadInput, match=r"checksum does not match: damaged or cut short\. Copy it"):
        read(bytes(content))


def test_the_checksum_of_each_section_is_held_against_it() -> None:
    content = simple_record()
    at = content.index(section(3, leads_section(EIGHT, SAMPLES)))
    broken = content[:at] + b"\x12\x34" + content[at + 2 :]
    with pytest.raises(BadInput, match="checksum does not match"):
        read(with_checksum(broken[2:]))


def test_checksums_left_out_or_with_swapped_bytes_are_tolerated() -> None:
    content = simple_record()
    for record_crc in (b"\x00\x00", content[1::-1]):
        assert len(read(record_crc + content[2:]).channels) == 8


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({3: leads_section(EIGHT, SAMPLES)}, "without a rhythm"),
        ({6: bytes(40)}, "without a list of leads"),
        ({3: leads_section(EIGHT, SAMPLES), 12: bytes(40)}, "a long recording only"),
        ({3: leads_section(EIGHT, 1 << 30), 6: bytes(40)}, "impossible length"),
        ({3: b"\xff\x00" + bytes(20), 6: bytes(40)}, "damaged"),
        ({3: leads_section(EIGHT, SAMPLES), 6: bytes(10)}, "ends before its fields do"),
        ({3: leads_section(EIGHT, 9), 6: bytes(6) + b"\xff" * 16}, "longer than their section"),
        ({3: leads_section(EIGHT, 9), 6: bytes(4) + b"\x03" + bytes(40)}, "of order 3"),
        ({3: leads_section(EIGHT, 9), 6: bytes(40)}, "fewer samples"),
        (
            {
                2: table_section([[("0", 0, 1, 0), ("1", 0, 1, 1)]]),
                3: leads_section(EIGHT, 99),
                6: signals_section([packed("01" * 40)] * 8, 2500, 2000, 0),
            },
            "fewer samples",
        ),
    ],
)
def test_records_that_cannot_be_are_refused(sections: dict[int, bytes], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read(record(sections))


def test_rates_that_do_not_fit_are_refused() -> None:
    parts = {
        3: leads_section(EIGHT, SAMPLES, subtracted=True),
        5: signals_section([plain(REFERENCE, 0)] * 8, 2500, 3000, 0),
    }
    with pytest.raises(BadInput, match="rates that do not fit"):
        read(simple_record(more=parts))


def _without_checksums(content: bytes) -> bytes:
    """The same with all checksums left out: what gets past them must be caught too."""
    whole = bytearray(content)
    for number in range(12):
        _, length, start = struct.unpack_from("<HII", content, 22 + 10 * number)
        if length and 0 < start <= len(whole) - 16:
            whole[start - 1 : start + 1] = b"\x00\x00"
    whole[:2] = b"\x00\x00"
    return bytes(whole)


def _is_read_or_refused(content: bytes) -> bool:
    """Whether it was read; any other error than a named one fails the test, as does slowness."""
    began = time.process_time()
    try:
        if is_scp(content):
            to_ecg(read(content), "a.scp", "scp")  # the door would name other errors itself
        else:
            read_ecg_files({"a.scp": content})
        return True
    except PtaclError as error:
        assert "Clark" not in str(error)
        return False
    finally:
        assert time.process_time() - began < 2


@pytest.mark.parametrize("name", ["Example", "demo"])
def test_cut_or_damaged_files_are_refused(shared_data: Path, name: str) -> None:
    content = (shared_data / f"ecg/scp/{name}.scp").read_bytes()
    rng = np.random.default_rng(5)
    for end in np.linspace(0, len(content) - 1, 50).astype(int).tolist():
        assert not _is_read_or_refused(content[:end])
    for place in rng.integers(0, len(content), 200).tolist():
        damaged = bytearray(content)
        damaged[place] ^= int(rng.integers(1, 256))
        assert not _is_read_or_refused(bytes(damaged))


def test_damage_without_checksums_to_tell_it_never_breaks_the_reader() -> None:
    content = reference_record()
    rng = np.random.default_rng(6)
    header = [place for place in range(len(content)) if place < 142 or 158 < place < 700]
    outcomes = []
    for place in [*rng.choice(header, 100).tolist(), *rng.integers(0, len(content), 30).tolist()]:
        damaged = bytearray(content)
        damaged[place] ^= int(rng.integers(1, 256))
        outcomes.append(_is_read_or_refused(_without_checksums(bytes(damaged))))
    assert set(outcomes) == {True, False}
