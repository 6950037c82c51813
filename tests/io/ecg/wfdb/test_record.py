"""WFDB records."""

import io
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
import wfdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg, read_ecg_files
from ptacl.io.ecg.wfdb.record import read_wfdb
from ptacl.io.ecg.wfdb.samples import NO_SIGNAL
from ptacl.types import INDEPENDENT_LEADS, LEADS, Ecg
from tests.full_text import full_text


def _files(shared_data: Path, name: str = "wfdb_ptbxl/00001_hr") -> dict[str, bytes]:
    stem = shared_data / "ecg" / name
    paths = (stem.with_suffix(suffix) for suffix in (".hea", ".dat", ".mat"))
    return {path.name: path.read_bytes() for path in paths if path.is_file()}


def _edited(files: dict[str, bytes], old: bytes, new: bytes) -> dict[str, bytes]:
    return {n: c.replace(old, new) if n.endswith(".hea") else c for n, c in files.items()}


def test_samples_are_what_the_format_says(shared_data: Path) -> None:
    ecg = read_ecg_files(_files(shared_data))
    stored = np.fromfile(shared_data / "ecg/wfdb_ptbxl/00001_hr.dat", "<i2").reshape(-1, 12)
    np.testing.assert_allclose(ecg.signal_mv, stored.T / 1000, atol=1e-6)
    assert (ecg.sample_rate_hz, ecg.source_format, ecg.missing) == (500, "wfdb", {})


def test_the_matlab_variant_and_lower_case_units_are_read(shared_data: Path) -> None:
    path = shared_data / "ecg/wfdb_cinc2021/HR06000.mat"
    stored = np.frombuffer(path.read_bytes()[24:], "<i2").reshape(-1, 12)
    np.testing.assert_allclose(read_ecg(path).signal_mv, stored.T / 1000, atol=1e-6)


def test_flat_leads_are_recorded_not_refused(shared_data: Path) -> None:
    ecg = read_ecg(shared_data / "ecg/wfdb_cinc2021/JS20004.hea")
    assert ecg.missing == {"V2": "flat", "V4": "flat", "V6": "flat"}


def test_microvolts_in_the_header_count(shared_data: Path) -> None:
    files = _files(shared_data)
    ecg = read_ecg_files(_edited(files, b"1000.0(0)/mV", b"1.0(0)/uV"))
    np.testing.assert_allclose(ecg.signal_mv, read_ecg_files(files).signal_mv, atol=1e-6)


def test_a_gain_for_each_lead_keeps_the_amplitudes_apart(tmp_path: Path) -> None:
    """The record is made as wfdb does by default (findings/ecg2dcm_wfdb_gains.sh)."""
    time_s = np.arange(5000) / 500
    peaks_mv = dict(zip(INDEPENDENT_LEADS, (1.2, 1.9, 0.2, 0.9, 1.5, 1.6, 1.1, 0.8), strict=True))
    lead_mv = np.sin(2 * np.pi * 1.3 * time_s)[:, None] * list(peaks_mv.values())
    wfdb.wrsamp(
        "a", fs=500, units=["mV"] * 8, sig_name=list(peaks_mv), p_signal=lead_mv,
        fmt=["16"] * 8, write_dir=str(tmp_path),
    )  # fmt: skip
    np.testing.assert_allclose(_eight(read_ecg(tmp_path / "a.hea")), lead_mv.T, atol=1e-4)


def test_a_wrong_unit_is_told_from_the_amplitude(shared_data: Path) -> None:
    files = _edited(_files(shared_data), b"1000.0(0)/mV", b"1.0(0)/mV")
    with pytest.raises(BadInput, match="microvolts read as millivolts"):
        read_ecg_files(files)
    assert np.abs(read_ecg_files(files, unit="uV").signal_mv).max() < 10


def test_samples_marked_as_missing_become_gaps(shared_data: Path) -> None:
    files = _files(shared_data)
    stored = np.frombuffer(files["00001_hr.dat"], "<i2").reshape(-1, 12).copy()
    stored[:10, 6] = -32768
    ecg = read_ecg_files(files | {"00001_hr.dat": stored.tobytes()})
    assert ecg.missing == {"V1": "gaps"}
    assert np.isnan(ecg.signal_mv[6]).sum() == 10


def test_foreign_channels_are_ignored_and_limb_leads_derived(shared_data: Path) -> None:
    files = _files(shared_data)
    for lead, other in ((b"III", b"vx"), (b"AVR", b"vy"), (b"AVL", b"vz"), (b"AVF", b"RESP")):
        files = _edited(files, b" 0 " + lead + b"\n", b" 0 " + other + b"\n")
    ecg = read_ecg_files(files)
    assert ecg.missing == dict.fromkeys(LEADS[2:6], "derived")
    np.testing.assert_allclose(
        ecg.signal_mv, read_ecg_files(_files(shared_data)).signal_mv, atol=2e-3
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"500 5000", b"500 2000000000", "cut short"),
        (b"00001_hr 12", b"00001_hr 15", "announces 15 signals and describes 12"),
        (b"00001_hr 12", b"00001_hr/3 12", "announces 3 segments and describes 0"),
        (b"00001_hr.dat", b"../../passwd", "names a signal file elsewhere"),
        (b"00001_hr.dat", b"/etc/passwd", "names a signal file elsewhere"),
        (b"00001_hr.dat", b"other.dat", "other.dat is missing"),
        (b"500 5000", b"5 5000", "5 Hz is outside"),
        (b"0 V6", b"0 V7", "missing: V6"),
        (b"/mV", b"/NU", "'NU' is no unit"),
    ],
)
def test_headers_that_lie_are_refused(
    shared_data: Path, old: bytes, new: bytes, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        read_ecg_files(_edited(_files(shared_data), old, new))


def test_a_header_without_its_signals_says_so(shared_data: Path, tmp_path: Path) -> None:
    files = _files(shared_data)
    (tmp_path / "a.hea").write_bytes(files["00001_hr.hea"])
    with pytest.raises(BadInput, match=r"00001_hr\.dat is missing. Give all files"):
        read_ecg(tmp_path / "a.hea")


def _stored(samples: int = 3000, seed: int = 0) -> np.ndarray:
    """Eight leads as numbers of a 10-bit converter at 100 a millivolt: (samples, 8)."""
    spikes = (np.arange(samples) % 500 < 20)[:, None] * np.linspace(100, 300, 8)
    noise = np.random.default_rng(seed).normal(scale=3, size=(samples, 8))
    return (spikes + noise).astype(int)


def _packed(stored: np.ndarray, storage: str) -> bytes:
    """Samples in a storage format, written from the text of signal(5)."""
    flat = stored.reshape(-1)
    if storage == "8":
        return np.diff(stored, axis=0, prepend=0 * stored[:1]).astype("i1").tobytes()
    if storage in ("16", "32"):
        return flat.astype(f"<i{int(storage) // 8}").tobytes()
    if storage == "61":
        return flat.astype(">i2").tobytes()
    if storage == "24":
        return flat.astype("<i4").view("u1").reshape(-1, 4)[:, :3].tobytes()
    if storage == "80":
        return (flat + 128).astype("u1").tobytes()
    if storage == "160":
        return (flat + 32768).astype("<u2").tobytes()
    if storage == "212":
        one, two = (flat[0::2] & 0xFFF), (flat[1::2] & 0xFFF)
        return (
            np.stack([one & 0xFF, one >> 8 | two >> 8 << 4, two & 0xFF], 1).astype("u1").tobytes()
        )
    one, two, three = (flat[place::3] & 0x3FF for place in range(3))
    if storage == "310":
        pairs = [one << 1 | (three & 0x1F) << 11, two << 1 | three >> 5 << 11]
        return np.stack(pairs, 1).astype("<u2").tobytes()
    assert storage == "311"
    return (one | two << 10 | three << 20).astype("<u4").tobytes()


def _header(
    storage: str, samples: int = 3000, gain: str = "100(0)/mV", names=INDEPENDENT_LEADS
) -> bytes:
    lines = [f"a {len(names)} 500 {samples}"]
    lines += [f"a.dat {storage} {gain} 12 0 0 0 0 {name}" for name in names]
    return "\n".join(lines).encode()


def _eight(ecg: Ecg) -> np.ndarray:
    return ecg.signal_mv[[LEADS.index(lead) for lead in INDEPENDENT_LEADS]]


@pytest.mark.parametrize("storage", ["8", "16", "24", "32", "61", "80", "160", "212", "310", "311"])
def test_every_storage_format_gives_the_same_samples(storage: str) -> None:
    stored = _stored() // 3 if storage in ("8", "80") else _stored()
    files = {"a.hea": _header(storage), "a.dat": _packed(stored, storage)}
    ecg = read_ecg_files(files)
    np.testing.assert_allclose(_eight(ecg), stored.T / 100, atol=1e-6)
    with pytest.raises(BadInput, match="cut short"):
        read_ecg_files(files | {"a.dat": files["a.dat"][:-9]})


def _flac(stored: np.ndarray, kind: str) -> bytes:
    stream = io.BytesIO()
    shift = {"PCM_S8": 24, "PCM_16": 16, "PCM_24": 8}[kind]
    wide = (stored.astype(np.int64) << shift).astype("i4")
    soundfile.write(stream, wide, 96_000, kind, format="FLAC")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("storage", "kind"), [("508", "PCM_S8"), ("516", "PCM_16"), ("524", "PCM_24")]
)
def test_flac_is_unpacked_and_its_claims_are_checked(storage: str, kind: str) -> None:
    stored = _stored() // 3 if storage == "508" else _stored()
    files = {"a.hea": _header(storage), "a.dat": _flac(stored, kind)}
    np.testing.assert_allclose(_eight(read_ecg_files(files)), stored.T / 100, atol=1e-6)
    with pytest.raises(BadInput, match="3,000 samples of 900,000,000"):
        read_ecg_files(files | {"a.hea": _header(storage, 900_000_000)})
    with pytest.raises(BadInput, match="no FLAC file"):
        read_ecg_files(files | {"a.dat": bytes(9999)})
    huge = bytearray(files["a.dat"])
    huge[21:26] = b"\xff" * 5  # the stream's own count of samples
    with pytest.raises(BadInput, match="too long for an ECG"):
        read_ecg_files({"a.hea": _header(storage, 2**33), "a.dat": bytes(huge)})


def test_a_storage_format_of_no_name_is_refused() -> None:
    with pytest.raises(BadInput, match=r"storage format \(99\) is not known"):
        read_ecg_files({"a.hea": _header("99"), "a.dat": _packed(_stored(), "16")})


def test_an_uncalibrated_signal_is_asked_about_and_a_calibrated_one_is_in_millivolts() -> None:
    content = _packed(_stored(), "16")
    for gain in ("", "0", "0(0)/mV", "0.0"):
        files = {"a.hea": _header("16", gain=gain or "\t"), "a.dat": content}
        if not gain:
            files["a.hea"] = files["a.hea"].replace(b" \t 12 0 0 0 0", b" 0 12 0 0 0 0")
        with pytest.raises(BadInput, match="its unit is missing"):
            read_ecg_files(files)
        ecg = read_ecg_files(files, unit="uV")
        np.testing.assert_allclose(_eight(ecg), _stored().T / 1000, atol=1e-6)
    ecg = read_ecg_files({"a.hea": _header("16", gain="100"), "a.dat": content})
    np.testing.assert_allclose(_eight(ecg), _stored().T / 100, atol=1e-6)


@pytest.mark.parametrize(
    ("gain", "scale"),
    [("100/mv", 100), ("100/MV", 100), ("0.1/uV", 100), ("0.1/µV", 100), ("1e5/V", 100),
     ("100(50)/mV", 100), ("-100/mV", -100)],
)  # fmt: skip
def test_units_and_baselines_are_understood(gain: str, scale: float) -> None:
    baseline = 50 if "(" in gain else 0
    for encoding in ("utf-8", "latin-1"):
        header = _header("16", gain=gain).decode().encode(encoding)
        ecg = read_ecg_files({"a.hea": header, "a.dat": _packed(_stored(), "16")})
        np.testing.assert_allclose(_eight(ecg), (_stored().T - baseline) / scale, atol=1e-5)


def test_the_zero_of_the_converter_is_the_baseline_where_none_is_said() -> None:
    header = _header("16", gain="100/mV").replace(b" 12 0 0", b" 12 50 0")
    ecg = read_ecg_files({"a.hea": header, "a.dat": _packed(_stored(), "16")})
    np.testing.assert_allclose(_eight(ecg), (_stored().T - 50) / 100, atol=1e-6)


def test_without_a_rate_it_is_asked_for() -> None:
    files = {
        "a.hea": _header("16").replace(b"a 8 500 3000", b"a 8"),
        "a.dat": _packed(_stored(), "16"),
    }
    with pytest.raises(BadInput, match="its sample rate is missing"):
        read_ecg_files(files)
    assert read_ecg_files(files, sample_rate_hz=250.0).duration_s == 12


def test_several_samples_a_frame_raise_the_rate_and_must_agree() -> None:
    frames = np.concatenate(
        [_stored().reshape(1500, 2, 8).swapaxes(1, 2).reshape(1500, 16)], axis=1
    )
    header = _header("16x2", 1500).replace(b"500 1500", b"250 1500")
    ecg = read_ecg_files({"a.hea": header, "a.dat": frames.astype("<i2").tobytes()})
    assert ecg.sample_rate_hz == 500
    np.testing.assert_allclose(_eight(ecg), _stored().T / 100, atol=1e-6)
    uneven = header.replace(b"16x2", b"16x1", 1)
    with pytest.raises(BadInput, match="differ in their rate"):
        read_ecg_files({"a.hea": uneven, "a.dat": frames.astype("<i2").tobytes()})


def test_skew_and_byte_offset_are_undone() -> None:
    stored, shifted = _stored(), _stored()
    shifted[7:, 3] = stored[:-7, 3]
    lines = _header("16+24").decode().splitlines()
    lines[4] = lines[4].replace("16+24", "16:7+24")
    files = {"a.hea": "\n".join(lines).encode(), "a.dat": bytes(24) + _packed(shifted, "16")}
    ecg = read_ecg_files(files)
    np.testing.assert_allclose(_eight(ecg)[3, :-7], stored[:-7, 3] / 100, atol=1e-6)
    assert np.isnan(_eight(ecg)[3, -7:]).all()
    files["a.hea"] = files["a.hea"].replace(b":7", b":999999999")
    with pytest.raises(BadInput, match="shifts a signal out of the record"):
        read_ecg_files(files)


SHUFFLED = ("V6", "V5", "V4", "V3", "V2", "V1", "II", "I")


def _segments(layout: bool) -> tuple[dict[str, bytes], np.ndarray]:
    """Two segments about a null one; in the second, V6 is absent and the order another."""
    stored = _stored(6000)
    expected = stored.T / 100
    names, second = INDEPENDENT_LEADS, stored[4000:]
    if layout:
        names = SHUFFLED[1:]
        second = stored[4000:, [INDEPENDENT_LEADS.index(name) for name in names]]
        expected[7, 4000:] = np.nan
    expected[:, 3000:4000] = np.nan
    lines = ["m/4 8 500 6000", "m_layout 0"] if layout else ["m/3 8 500 6000"]
    lines += ["m_1 3000", "~ 1000", "m_2 2000", "# Jane Roe, feels fine"]
    files = {
        "m.hea": "\n".join(lines).encode(),
        "m_1.hea": _header("16").replace(b"a.dat", b"m_1.dat"),
        "m_1.dat": _packed(stored[:3000], "16"),
        "m_2.hea": _header("16", 2000, names=names).replace(b"a.dat", b"m_2.dat"),
        "m_2.dat": _packed(second, "16"),
    }
    if layout:
        files["m_layout.hea"] = _header("0", 0).replace(b"a.dat", b"~")
    return files, expected


@pytest.mark.parametrize("layout", [False, True])
def test_segments_become_one_record_with_gaps(layout: bool, tmp_path: Path) -> None:
    files, expected = _segments(layout)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"export/{name}", content)
    for ecg in (
        read_ecg_files(files),
        read_ecg_files({"m.zip": stream.getvalue()}),
        read_ecg(tmp_path / "m.hea"),
        read_ecg(tmp_path / "m"),
    ):
        np.testing.assert_allclose(_eight(ecg), expected, atol=1e-6)
        assert ecg.missing["V6"] == "gaps"
        assert "Roe" not in full_text(ecg)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("m.hea", b"500 6000", b"500 7000", "do not add up"),
        ("m.hea", b"~ 1000", b"~ 2000000000", "do not add up"),
        ("m.hea", b"6000\nm_1 3000\n~ 1000", b"2000005000\nm_1 3000\n~ 2000000000", "too long"),
        ("m.hea", b"m_2 2000", b"m_2 2001", "do not add up"),
        ("m.hea", b"m_2 2000", b"../m_2 2000", "elsewhere"),
        ("m.hea", b"m_2", b"m_3", "m_3.hea is missing"),
        ("m_2.hea", b"a 8 500", b"a 8 250", "differ in their rate"),
        ("m_2.hea", b"/mV", b"/uV", "differ in their unit"),
        ("m_2.hea", b"500 2000", b"500 1999", "its length differs"),
        ("m_2.hea", b"m_2.dat", b"m_9.dat", "m_9.dat is missing"),
    ],
)
def test_segments_that_do_not_fit_are_refused(
    file: str, old: bytes, new: bytes, words: str, tmp_path: Path
) -> None:
    files, _ = _segments(layout=False)
    assert old in files[file]
    for name, content in files.items():
        (tmp_path / name).write_bytes(content.replace(old, new) if name == file else content)
    with pytest.raises(BadInput, match=words):
        read_ecg(tmp_path / "m.hea")


def test_a_record_that_is_its_own_segment_ends() -> None:
    with pytest.raises(BadInput, match="segment made of segments"):
        read_ecg_files({"m.hea": b"m/1 8 500 3000\nn 3000", "n.hea": b"n/1 8 500 3000\nk 3000"})
    with pytest.raises(PtaclError):
        read_ecg_files({"m.hea": b"m/1 8 500 3000\nm 3000"})


@pytest.mark.parametrize("kind", ["segments", "flac"])
def test_damaged_records_give_an_ecg_or_an_error(kind: str) -> None:
    if kind == "segments":
        files = _segments(layout=True)[0]
    else:
        files = {"a.hea": _header("516"), "a.dat": _flac(_stored(), "PCM_16")}
    random = np.random.default_rng(5)
    for turn in range(200):
        name = list(files)[turn % len(files)]
        content = bytearray(files[name])
        if turn % 4 == 0:
            content = content[: int(random.integers(len(content)))]
        for _ in range(turn % 4):
            content[int(random.integers(len(content)))] = int(random.integers(256))
        try:
            assert read_ecg_files(files | {name: bytes(content)}).duration_s >= 5
        except PtaclError as error:
            assert "Roe" not in str(error)


def test_a_gain_made_to_be_slow_is_judged_quickly() -> None:
    files = {"a.hea": _header("16", gain="1" * 20_000 + "x"), "a.dat": _packed(_stored(), "16")}
    start = time.perf_counter()
    with pytest.raises(BadInput):
        read_ecg_files(files)
    assert time.perf_counter() - start < 0.5


STORED_RANGES = {
    "8": (-60, 60), "16": (-(2**15), 2**15), "24": (-(2**23), 2**23), "32": (-(2**31), 2**31),
    "61": (-(2**15), 2**15), "80": (-(2**7), 2**7), "160": (-(2**15), 2**15),
    "212": (-(2**11), 2**11), "310": (-(2**9), 2**9), "311": (-(2**9), 2**9),
}  # fmt: skip


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_samples_are_exactly_those_of_the_wfdb_package(data: st.DataObject) -> None:
    storage = data.draw(st.sampled_from(sorted(STORED_RANGES)), label="storage")
    per_frame = data.draw(st.integers(1, 3), label="per_frame")
    signals = data.draw(st.integers(1, 5), label="signals")
    frames = data.draw(st.integers(3, 50), label="frames")
    offset = data.draw(st.integers(0, 30), label="offset")
    random = np.random.default_rng(data.draw(st.integers(0, 2**32), label="seed"))
    low, high = STORED_RANGES[storage]
    count = frames * per_frame * signals
    stored = random.integers(low, high, count + -count % 6)
    # The lowest number marks a missing sample.
    stored[random.random(stored.size) < 0.05] = low
    packed = _packed(stored[None] if storage == "8" else stored, storage)
    if storage == "8":
        packed = stored.astype("i1").tobytes()
    names = INDEPENDENT_LEADS[:signals]
    lines = [f"r {signals} 500 {frames}"]
    for name in names:
        gain, baseline = random.uniform(0.1, 2000), random.integers(-500, 500)
        first = random.integers(-99, 99)
        lines.append(
            f"r.dat {storage}x{per_frame}+{offset} {gain:.6g}({baseline})/mV 0 0 {first} 0 0 {name}"
        )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "r.hea").write_text("\n".join(lines) + "\n")
        Path(folder, "r.dat").write_bytes(bytes(offset) + packed)
        expected = wfdb.rdrecord(f"{folder}/r", smooth_frames=False).e_p_signal
        read = read_wfdb("r.hea", {n: Path(folder, n).read_bytes() for n in ("r.hea", "r.dat")})
    for channel, samples in zip(read.channels, expected, strict=True):
        np.testing.assert_array_equal(channel.samples, samples)


def _summed(stored: np.ndarray, storage: str = "16") -> bytes:
    """A header with the checksums and first values of its signals."""
    lines = _header(storage).decode().splitlines()
    for place in range(8):
        total = int(stored[:, place].sum()) % 2**16
        # Some write the 16 bits as a signed number.
        total -= 2**16 if total > 2**15 and place % 2 else 0
        lines[place + 1] = lines[place + 1].replace(
            " 12 0 0 0 0 ", f" 12 0 {stored[0, place]} {total} 0 "
        )
    return "\n".join(lines).encode()


@pytest.mark.parametrize("storage", ["16", "61", "212", "160", "24", "32"])
def test_checksums_that_hold_say_nothing_and_others_are_said(storage: str) -> None:
    stored = _stored()
    files = {"a.hea": _summed(stored, storage), "a.dat": _packed(stored, storage)}
    assert read_ecg_files(files).caveats == ()
    changed = stored.copy()
    changed[1234, 3] += 1
    ecg = read_ecg_files(files | {"a.dat": _packed(changed, storage)})
    [caveat] = ecg.caveats
    assert (caveat.code, caveat.severity) == ("checksum", "check")
    assert "for V2:" in caveat.text
    np.testing.assert_allclose(_eight(ecg), changed.T / 100, atol=1e-6)


def test_first_values_that_do_not_hold_are_said() -> None:
    stored = _stored()
    header = _summed(stored).decode().splitlines()
    fields = header[3].split()
    fields[5] = str(int(fields[5]) + 1)
    header[3] = " ".join(fields)
    ecg = read_ecg_files({"a.hea": "\n".join(header).encode(), "a.dat": _packed(stored, "16")})
    assert [(c.code, "for V1:" in c.text) for c in ecg.caveats] == [("checksum", True)]


def test_leads_of_several_rates_need_eight_of_one() -> None:
    stored = _stored()
    frames = np.concatenate([stored.reshape(1500, 2, 8).swapaxes(1, 2).reshape(1500, 16),
                             stored[:1500, :1]], axis=1)  # fmt: skip
    header = _header("16x2", 1500).replace(b"500 1500", b"250 1500").replace(b"a 8", b"a 9")
    header += b"\na.dat 16 100(0)/mV 12 0 0 0 0 aVF"
    ecg = read_ecg_files({"a.hea": header, "a.dat": frames.astype("<i2").tobytes()})
    assert (ecg.sample_rate_hz, ecg.missing["aVF"]) == (500, "derived")
    np.testing.assert_allclose(_eight(ecg), stored.T / 100, atol=1e-6)


def test_checksums_of_zero_throughout_were_never_computed() -> None:
    files = {"a.hea": _header("16"), "a.dat": _packed(_stored(), "16")}
    assert read_ecg_files(files).caveats == ()


@pytest.mark.parametrize("said", ["a 8 500 0", "a 8 500", "a 8 500/500 0 12:00:00"])
def test_a_length_of_zero_is_one_that_is_not_said(said: str) -> None:
    header = _header("16").replace(b"a 8 500 3000", said.encode())
    ecg = read_ecg_files({"a.hea": header, "a.dat": _packed(_stored(), "16")})
    np.testing.assert_allclose(_eight(ecg), _stored().T / 100, atol=1e-6)


def test_several_signal_files_of_several_formats_are_one_record() -> None:
    stored = _stored()
    lines = _header("16").decode().splitlines()
    for place in (1, 4, 6):
        lines[place] = lines[place].replace("a.dat 16", "b.dat 212")
    inside = [0, 3, 5]
    rest = [place for place in range(8) if place not in inside]
    odd = stored[:, inside]
    files = {
        "a.hea": "\n".join(lines).encode(),
        "a.dat": _packed(stored[:, rest], "16"),
        "b.dat": _packed(odd, "212"),
    }
    np.testing.assert_allclose(_eight(read_ecg_files(files)), stored.T / 100, atol=1e-6)


@pytest.mark.parametrize("storage", sorted(set(NO_SIGNAL) - {"508", "516", "524"}))
def test_the_lowest_number_of_each_format_is_no_signal(storage: str) -> None:
    stored = _stored() // 3
    stored[100:140, 7] = NO_SIGNAL[storage]
    ecg = read_ecg_files({"a.hea": _header(storage), "a.dat": _packed(stored, storage)})
    assert np.isnan(ecg.signal_mv[LEADS.index("V6"), 100:140]).all()
    assert np.isnan(ecg.signal_mv).sum() == 40
    assert [caveat.code for caveat in ecg.caveats] == ["gaps"]
    assert "V6 for 0.08 s" in ecg.caveats[0].text


def test_a_negative_lead_is_turned_back_and_said() -> None:
    stored = _stored()
    for name in ("-V4", "V4 (inverted)", "V4 inverted"):
        header = _header("16").replace(b" V4", f" {name}".encode())
        ecg = read_ecg_files({"a.hea": header, "a.dat": _packed(stored, "16")})
        np.testing.assert_allclose(ecg.signal_mv[LEADS.index("V4")], -stored[:, 5] / 100, atol=1e-6)
        assert [(c.code, "V4" in c.text) for c in ecg.caveats] == [("lead_turned_back", True)]


def test_nothing_that_is_no_number_enters_a_record() -> None:
    files = {"a.hea": _header("32", gain="1e-37/mV"), "a.dat": _packed(_stored(), "32")}
    for gain in ("1e-37/mV", "1e-300/mV", "1e-305/V"):
        changed = _header("32").replace(b"100(0)/mV", gain.encode(), 1)
        ecg = read_ecg_files(files | {"a.hea": changed})
        assert not np.isinf(ecg.signal_mv).any()
        assert np.nanmax(np.abs(ecg.signal_mv)) < 100
        assert "no_signal_values" in [caveat.code for caveat in ecg.caveats]
