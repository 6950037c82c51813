"""EDF and BDF, written by pyedflib."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pyedflib
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg_files
from ptacl.io.ecg.binary.edf import read_edf
from ptacl.types import INDEPENDENT_LEADS, LEADS, Ecg
from tests.full_text import full_text

RATE_HZ, SECONDS = 500, 6


def _leads(rate_hz: int = RATE_HZ) -> np.ndarray:
    """Eight independent leads in mV."""
    spikes = (np.arange(rate_hz * SECONDS) % rate_hz < rate_hz // 25).astype(float)
    noise = np.random.default_rng(0).normal(scale=0.01, size=(8, rate_hz * SECONDS))
    return np.outer(np.linspace(0.5, 1.5, 8), spikes) + noise


EIGHT = _leads()
Signal = tuple[str, str, int, np.ndarray]
"""Label, unit, rate in Hz, samples."""


def _signals(style: str = "ECG {}", unit: str = "uV", factor: float = 1000.0) -> list[Signal]:
    return [
        (style.format(lead), unit, RATE_HZ, row * factor)
        for lead, row in zip(INDEPENDENT_LEADS, EIGHT, strict=True)
    ]


def _edf(
    folder: Path, signals: list[Signal], kind: int = pyedflib.FILETYPE_EDFPLUS, note: str = ""
) -> bytes:
    path = folder / "made.edf"
    writer = pyedflib.EdfWriter(str(path), len(signals), file_type=kind)
    bits = 24 if kind in (pyedflib.FILETYPE_BDF, pyedflib.FILETYPE_BDFPLUS) else 16
    for number, (label, unit, rate_hz, samples) in enumerate(signals):
        reach = max(float(np.ceil(np.abs(samples).max() * 1.1)), 1.0)
        writer.setSignalHeader(number, {
            "label": label, "dimension": unit, "sample_frequency": rate_hz,
            "physical_min": -reach, "physical_max": reach, "digital_min": -(2 ** (bits - 1)),
            "digital_max": 2 ** (bits - 1) - 1, "transducer": "", "prefilter": "",
        })  # fmt: skip
    if kind in (pyedflib.FILETYPE_EDFPLUS, pyedflib.FILETYPE_BDFPLUS):
        writer.setPatientName("Zebedee Quux")
        writer.setPatientCode("QQ4711")
        writer.setStartdatetime(datetime(2003, 4, 5))
    writer.writeSamples([samples for *_, samples in signals])
    if note:
        writer.writeAnnotation(0.5, -1, note)
    writer.close()
    return path.read_bytes()


def _read(content: bytes, **given) -> Ecg:
    return read_ecg_files({"ecg.edf": content}, **given)


def _expect_eight(ecg: Ecg, tolerance_mv: float = 1e-3) -> None:
    held = ecg.signal_mv[[LEADS.index(lead) for lead in INDEPENDENT_LEADS]]
    np.testing.assert_allclose(held, EIGHT, atol=tolerance_mv)
    assert (ecg.sample_rate_hz, ecg.source_format, ecg.duration_s) == (RATE_HZ, "edf", SECONDS)


@pytest.mark.parametrize("style", ["ECG {}", "EKG-{}", "ECG-{}", "{}", "Lead {}"])
def test_leads_are_found_by_their_labels(style: str, tmp_path: Path) -> None:
    _expect_eight(_read(_edf(tmp_path, _signals(style))))


@pytest.mark.parametrize(
    ("kind", "tolerance_mv"),
    [
        (pyedflib.FILETYPE_EDF, 1e-4),
        (pyedflib.FILETYPE_EDFPLUS, 1e-4),
        (pyedflib.FILETYPE_BDF, 1e-6),
        (pyedflib.FILETYPE_BDFPLUS, 1e-6),
    ],
)
def test_all_four_kinds_are_read(kind: int, tolerance_mv: float, tmp_path: Path) -> None:
    _expect_eight(_read(_edf(tmp_path, _signals(), kind)), tolerance_mv)


@pytest.mark.parametrize(("unit", "factor"), [("uV", 1000), ("mV", 1), ("V", 0.001)])
def test_the_physical_dimension_is_the_unit(unit: str, factor: float, tmp_path: Path) -> None:
    signals = _signals(unit=unit, factor=factor)
    if unit == "V":  # the range of a header is written in few digits
        content = _edf(tmp_path, _signals(unit="V", factor=1)).replace(b"V  ", b"mV ")
    else:
        content = _edf(tmp_path, signals)
    _expect_eight(_read(content), 1e-3)


def test_micro_in_latin_1_and_an_unsaid_unit(tmp_path: Path) -> None:
    content = _edf(tmp_path, _signals())
    _expect_eight(_read(content.replace(b"uV ", b"\xb5V ")))
    unsaid = content.replace(b"uV ", b"   ")
    with pytest.raises(BadInput, match="its unit is missing"):
        _read(unsaid)
    _expect_eight(_read(unsaid, unit="uV"))


def test_other_signals_and_rates_are_left_out(tmp_path: Path) -> None:
    breath = ("Resp", "Ohm", 50, np.sin(np.arange(50 * SECONDS) / 20))
    brain = ("EEG Fp1", "uV", 250, np.sin(np.arange(250 * SECONDS) / 5) * 50)
    extra = ("V7", "uV", RATE_HZ, EIGHT[0] * 1000)
    content = _edf(tmp_path, [breath, *_signals(), brain, extra], note="Quux feels fine")
    ecg = _read(content)
    _expect_eight(ecg)
    assert set(ecg.missing) == {"III", "aVR", "aVL", "aVF"}


def test_leads_of_several_rates_need_eight_of_one(tmp_path: Path) -> None:
    slow = ("ECG aVF", "uV", 100, np.sin(np.arange(100 * SECONDS) / 5) * 500)
    _expect_eight(_read(_edf(tmp_path, [slow, *_signals()])))
    with pytest.raises(BadInput, match="leads differ in their rate"):
        _read(_edf(tmp_path, [("ECG I", *slow[1:]), *_signals()[1:]]))
    with pytest.raises(BadInput, match=r"holds 1 of the 12 .*\(aVF\)"):
        _read(_edf(tmp_path, [slow]))
    with pytest.raises(BadInput, match="none that is known"):
        _read(_edf(tmp_path, [("EEG Fp1", *slow[1:])]), sample_rate_hz=500.0)


def _interrupted(folder: Path, kind: str, starts_s: list[str]) -> bytes:
    """A recording of one-second records that begin at these times."""
    plus = {"EDF": pyedflib.FILETYPE_EDFPLUS, "BDF": pyedflib.FILETYPE_BDFPLUS}[kind]
    content = _edf(folder, _signals(), plus).replace(f"{kind}+C".encode(), f"{kind}+D".encode())
    whole = bytearray(content)
    for second, start in enumerate(starts_s):
        at = content.index(f"+{second}\x14\x14\x00".encode())
        whole[at : at + 12] = f"+{start}\x14\x14".encode().ljust(12, b"\x00")
    return bytes(whole)


@pytest.mark.parametrize("kind", ["EDF", "BDF"])
def test_interruptions_become_gaps(kind: str, tmp_path: Path) -> None:
    ecg = _read(_interrupted(tmp_path, kind, ["0", "1", "2", "5", "6", "7.5"]))
    assert ecg.duration_s == 8.5
    held = ecg.signal_mv[[LEADS.index(lead) for lead in INDEPENDENT_LEADS]]
    whole = np.full((8, 4250), np.nan)
    for record, start in enumerate((0, 500, 1000, 2500, 3000, 3750)):
        whole[:, start : start + 500] = EIGHT[:, 500 * record : 500 * (record + 1)]
    np.testing.assert_allclose(held, whole, atol=1e-3)
    assert "gaps" in [caveat.code for caveat in ecg.caveats]
    _expect_eight(_read(_interrupted(tmp_path, kind, ["0", "1", "2", "3", "4", "5"])))


def test_interruptions_that_cannot_be_placed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="without the start times of its records"):
        _read(_interrupted(tmp_path, "EDF", ["x"]))
    with pytest.raises(BadInput, match="times of its records overlap"):
        _read(_interrupted(tmp_path, "EDF", ["0", "1", "1.5"]))
    with pytest.raises(BadInput, match="too long for an ECG"):
        _read(_interrupted(tmp_path, "EDF", ["0", "1", "2", "3", "4", "99999"]))


def test_nobody_is_in_the_record_nor_in_a_message_nor_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = _edf(tmp_path, _signals(), note="Zebedee: normal ECG")
    assert b"Zebedee" in content
    assert "zebedee" not in full_text(_read(content)).lower()
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setattr(Path, "write_bytes", lambda *_: pytest.fail("it was written to the disk"))
    _read(content)
    for at in (244, 252, 600):
        damaged = content[:at] + b"?" * 8 + content[at + 8 :]
        try:
            _read(damaged)
        except BadInput as error:
            assert "Zebedee" not in str(error)
    assert list(folder.iterdir()) == []


def test_a_damaged_other_signal_does_not_cost_the_leads(tmp_path: Path) -> None:
    breath = ("Resp", "Ohm", 50, np.sin(np.arange(50 * SECONDS) / 20))
    content = bytearray(_edf(tmp_path, [breath, *_signals()], pyedflib.FILETYPE_EDF))
    count = 9
    for field in (104, 112):  # its physical minimum and maximum become the same
        content[256 + field * count : 256 + field * count + 8] = b"0       "
    _expect_eight(_read(bytes(content)))


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (slice(236, 244), b"99999999", "cut short: 6 records of 99,999,999"),
        (slice(252, 256), b"9999", "header is damaged"),
        (slice(252, 256), b"0   ", "header is damaged"),
        (slice(252, 256), b"x   ", "header is damaged"),
        (slice(244, 252), b"0       ", "header is damaged"),
        (slice(244, 252), b"-1      ", "header is damaged"),
        (slice(244, 252), b"100     ", "5 Hz is outside"),
    ],
)
def test_claims_are_held_against_the_file(
    place: slice, value: bytes, words: str, tmp_path: Path
) -> None:
    content = bytearray(_edf(tmp_path, _signals(), pyedflib.FILETYPE_EDF))
    content[place] = value
    with pytest.raises(BadInput, match=words):
        _read(bytes(content))


def test_a_recording_that_was_never_closed_is_read(tmp_path: Path) -> None:
    content = bytearray(_edf(tmp_path, _signals(), pyedflib.FILETYPE_EDF))
    content[236:244] = b"-1      "
    _expect_eight(_read(bytes(content) + bytes(99)))
    with pytest.raises(BadInput, match="cut short: 5 records of 6"):
        _read(_edf(tmp_path, _signals())[:-100])


def test_damaged_files_give_an_ecg_or_an_error(tmp_path: Path) -> None:
    whole = [_edf(tmp_path, _signals()), _edf(tmp_path, _signals(), pyedflib.FILETYPE_BDF)]
    random = np.random.default_rng(8)
    for turn in range(200):
        content = bytearray(whole[turn % 2])
        reach = 2304 if turn % 3 else len(content)
        if turn % 5 == 0:
            content = content[: int(random.integers(len(content)))]
        for _ in range(turn % 5):
            content[int(random.integers(reach))] = int(random.integers(256))
        try:
            assert _read(bytes(content)).duration_s >= 5
        except PtaclError as error:
            assert "Zebedee" not in str(error)


def _numbers(seed: int, kind: int, folder: Path) -> bytes:
    """Random numbers under random ranges, some of which run downwards."""
    random = np.random.default_rng(seed)
    bits = 24 if kind in (pyedflib.FILETYPE_BDF, pyedflib.FILETYPE_BDFPLUS) else 16
    path = folder / "numbers.edf"
    rows = []
    with pyedflib.EdfWriter(str(path), len(LEADS), file_type=kind) as writer:
        for number, lead in enumerate(LEADS):
            low, high = sorted(random.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1, 2).tolist())
            ends = np.round(random.uniform(-9000, 9000, 2), 2).tolist()
            writer.setSignalHeader(number, {
                "label": lead, "dimension": "uV", "sample_frequency": 250, "transducer": "",
                "physical_min": ends[0], "physical_max": ends[1], "digital_min": low,
                "digital_max": high + 1, "prefilter": "",
            })  # fmt: skip
            rows.append(random.integers(low, high + 1, 1500, dtype=np.int32))
        writer.writeSamples(rows, digital=True)
    return path.read_bytes()


@pytest.mark.parametrize("seed", range(12))
def test_physical_values_are_exactly_those_of_pyedflib(seed: int, tmp_path: Path) -> None:
    kinds = (pyedflib.FILETYPE_EDF, pyedflib.FILETYPE_EDFPLUS, pyedflib.FILETYPE_BDF,
             pyedflib.FILETYPE_BDFPLUS)  # fmt: skip
    content = _numbers(seed, kinds[seed % 4], tmp_path)
    recording = read_edf("numbers.edf", {"numbers.edf": content})
    with pyedflib.EdfReader(str(tmp_path / "numbers.edf")) as reader:
        for number, channel in enumerate(recording.channels):
            np.testing.assert_array_equal(channel.samples, reader.readSignal(number))


def _without_range(folder: Path, *leads: str, fields: tuple[int, ...] = (104, 112)) -> bytes:
    content = bytearray(_edf(folder, _signals("{}"), pyedflib.FILETYPE_EDF))
    for lead in leads:
        for field in fields:
            at = 256 + field * 8 + 8 * INDEPENDENT_LEADS.index(lead)
            content[at : at + 8] = b"0       "
    return bytes(content)


@pytest.mark.parametrize("fields", [(104, 112), (120, 128)])
def test_a_chest_lead_without_a_range_is_missing_and_the_rest_is_read(
    fields: tuple[int, ...], tmp_path: Path
) -> None:
    ecg = _read(_without_range(tmp_path, "V3", fields=fields))
    assert np.isnan(ecg.signal_mv[LEADS.index("V3")]).all()
    held = [row for row, lead in enumerate(INDEPENDENT_LEADS) if lead != "V3"]
    rows = [LEADS.index(INDEPENDENT_LEADS[row]) for row in held]
    np.testing.assert_allclose(ecg.signal_mv[rows], EIGHT[held], atol=1e-3)
    assert ecg.missing["V3"] == "gaps"
    codes = {caveat.code for caveat in ecg.caveats if "V3" in caveat.text}
    assert codes == {"lead_without_range", "lead_without_samples"}


def test_a_limb_lead_without_a_range_is_derived(tmp_path: Path) -> None:
    two = EIGHT[1] - EIGHT[0] / 2
    signals = [*_signals("{}"), ("aVF", "uV", RATE_HZ, two * 1000)]
    content = bytearray(_edf(tmp_path, signals, pyedflib.FILETYPE_EDF))
    for field in (104, 112):
        content[256 + field * 9 + 8 : 256 + field * 9 + 16] = b"0       "
    ecg = _read(bytes(content))
    assert ecg.missing["II"] == "derived"
    np.testing.assert_allclose(ecg.signal_mv[1], EIGHT[1], atol=2e-3)


@pytest.mark.parametrize("style", ["ECG {}-Ref", "EKG {}-REF", "{}-A1"])
def test_labels_of_no_known_lead_are_told_and_no_rate_is_asked_for(
    style: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=r"holds 0 of the 12 standard leads \(none that is known"):
        _read(_edf(tmp_path, _signals(style)))


@pytest.mark.parametrize("style", ["ECG{}", "ECG {}", "EEG {}", "{}", "Ch {}"])
def test_numbered_labels_are_told_and_no_rate_is_asked_for(style: str, tmp_path: Path) -> None:
    signals = [(style.format(number + 1), *rest) for number, (_, *rest) in enumerate(_signals())]
    with pytest.raises(BadInput, match=r"holds 0 of the 12 standard leads \(none that is known"):
        _read(_edf(tmp_path, signals))


def test_a_range_that_runs_downwards_turns_the_signal(tmp_path: Path) -> None:
    content = bytearray(_edf(tmp_path, _signals("{}"), pyedflib.FILETYPE_EDF))
    low, high = 256 + 104 * 8, 256 + 112 * 8  # of lead I
    content[low : low + 8], content[high : high + 8] = (
        content[high : high + 8],
        content[low : low + 8],
    )
    np.testing.assert_allclose(_read(bytes(content)).signal_mv[0], -EIGHT[0], atol=1e-3)


def test_a_decimal_comma_in_a_range_is_understood(tmp_path: Path) -> None:
    content = bytearray(_edf(tmp_path, _signals("{}"), pyedflib.FILETYPE_EDF))
    for field in (104, 112):
        at = 256 + field * 8
        content[at : at + 64] = content[at : at + 64].replace(b".", b",")
    _expect_eight(_read(bytes(content)))


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("kind", [pyedflib.FILETYPE_EDF, pyedflib.FILETYPE_BDF])
def test_a_converter_at_an_end_of_its_range_gives_no_signal(
    end: str, kind: int, tmp_path: Path
) -> None:
    bits = 16 if kind == pyedflib.FILETYPE_EDF else 24
    signals = _signals("{}")
    size = bits // 8
    content = bytearray(_edf(tmp_path, signals, kind))
    value = -(2 ** (bits - 1)) if end == "low" else 2 ** (bits - 1) - 1
    stored = value.to_bytes(size, "little", signed=True)
    of_v4 = 256 * 9 + 5 * RATE_HZ * size  # in the first record
    content[of_v4 : of_v4 + 100 * size] = stored * 100
    ecg = _read(bytes(content))
    assert np.isnan(ecg.signal_mv[LEADS.index("V4"), :100]).all()
    assert np.isnan(ecg.signal_mv).sum() == 100
    assert "no_signal_values" in {caveat.code for caveat in ecg.caveats}
    # A clipped QRS complex is a wave whose peak is lost, and stays.
    content[of_v4 + 40 * size : of_v4 + 100 * size] = bytes(60 * size)
    assert not np.isnan(_read(bytes(content)).signal_mv).any()
