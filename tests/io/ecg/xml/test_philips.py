"""Philips Sierra XML."""

import base64
from pathlib import Path

import numpy as np
import pytest
import sierraecg

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg, read_ecg_files
from ptacl.types import INDEPENDENT_LEADS, LEADS, Ecg
from tests.full_text import full_text
from tests.io.damage import cut_short, flipped, outcome
from tests.io.ecg.test_read import simple_leads
from tests.io.ecg.xml.test_philips_xli import xli

STEP_UV = 5
SAMPLES = 2600
MANY = " ".join(map(str, range(99)))


def stored_leads(samples: int = SAMPLES) -> dict[str, np.ndarray]:
    eight = dict(zip(INDEPENDENT_LEADS, simple_leads(samples) * 1000 / STEP_UV, strict=True))
    one, two = eight["I"], eight["II"]
    limb = {"III": two - one, "aVR": -(one + two) / 2, "aVL": one - two / 2, "aVF": two - one / 2}
    return {lead: (eight | limb)[lead].round().astype("<i2") for lead in LEADS}


def parsed_waveforms(content: str, samples: int = SAMPLES, **other: str | None) -> str:
    attributes = {
        "dataencoding": "Base64",
        "compression": "XLI",
        "numberofleads": "12",
        "leadlabels": " ".join(LEADS),
        "durationperchannel": str(samples * 2),
        "samplespersecond": "500",
        "resolution": str(STEP_UV),
        "bitspersample": "16",
    } | other
    said = " ".join(f'{key}="{value}"' for key, value in attributes.items() if value is not None)
    return f"<parsedwaveforms {said}>{content}</parsedwaveforms>"


def base64_of(content: bytes) -> str:
    return base64.encodebytes(content).decode()


def uncompressed(stored: dict[str, np.ndarray] | None = None) -> str:
    stored = stored or stored_leads()
    samples = len(stored["I"])
    text = base64_of(b"".join(lead.tobytes() for lead in stored.values()))
    return parsed_waveforms(text, samples, compression="Uncompressed")


def philips(
    waveforms: str,
    more: str = "",
    kind: str = "PhilipsECG",
    version: str = "1.04",
    **signal: object,
) -> bytes:
    said = {"samplingrate": 500, "resolution": STEP_UV, "acquisitiontype": "STD-12"} | signal
    tags = "".join(f"<{key}>{value}</{key}>" for key, value in said.items())
    return (
        '<?xml version="1.0" encoding="utf-16"?><restingecgdata '
        'xmlns="http://www3.medical.philips.com">'
        f"<documentinfo><documenttype>{kind}</documenttype>"
        f"<documentversion>{version}</documentversion></documentinfo><dataacquisition>"
        f"<signalcharacteristics>{tags}</signalcharacteristics></dataacquisition>{more}"
        f"<waveforms>{waveforms}</waveforms></restingecgdata>"
    ).encode("utf-16")


def _read(*args: str, **given: str) -> Ecg:
    return read_ecg_files({"ecg.xml": philips(*args, **given)})


@pytest.mark.parametrize(
    ("name", "held"), [("129DYPRG_1-03.xml", 5264), ("ad4d3d80_1-04.xml", 5300)]
)
def test_real_files_agree_with_the_package_up_to_the_calibration_pulse(
    shared_data: Path, name: str, held: int
) -> None:
    path = shared_data / "ecg/philips_sierra_xml" / name
    ecg = read_ecg(path)
    peer = np.stack([lead.samples for lead in sierraecg.read_file(str(path)).leads])
    assert ecg.signal_mv.shape == (12, held)
    np.testing.assert_allclose(ecg.signal_mv, peer[:, :held] * 5e-3, atol=1e-5)
    tail = peer[:, held:]
    assert np.ptp(tail, axis=0).max() == 0  # the same in all leads: no heart
    assert set(np.unique(tail)) == {0, 200}  # 1 mV
    assert (ecg.sample_rate_hz, ecg.source_format, ecg.missing) == (500, "philips", {})


def test_what_the_device_printed_is_kept(shared_data: Path) -> None:
    folder = shared_data / "ecg/philips_sierra_xml"
    assert read_ecg(folder / "129DYPRG_1-03.xml").measurements == {
        "heart_rate_bpm": 41, "pr_ms": 151, "qrs_ms": 135, "qt_ms": 476, "qtc_ms": 393,
        "p_axis_deg": 66, "qrs_axis_deg": -21, "t_axis_deg": 59,
    }  # fmt: skip
    assert read_ecg(folder / "ad4d3d80_1-04.xml").measurements == {
        "heart_rate_bpm": 41, "pr_ms": 144, "qrs_ms": 102, "qt_ms": 564, "qtc_ms": 466,
        "p_axis_deg": 19, "qrs_axis_deg": 85, "t_axis_deg": 53,
    }  # fmt: skip


def test_the_averaged_beats_end_before_their_padding(shared_data: Path) -> None:
    ecg = read_ecg(shared_data / "ecg/philips_sierra_xml/ad4d3d80_1-04.xml")
    assert ecg.median_mv.shape == (12, 600)
    assert ecg.median_rate_hz == 500
    assert 0.8 < np.ptp(ecg.median_mv[1]) / np.ptp(ecg.signal_mv[1]) < 1.2


def test_no_name_no_id_and_no_free_text_enter_the_record(shared_data: Path) -> None:
    text = (shared_data / "ecg/philips_sierra_xml/ad4d3d80_1-04.xml").read_text("utf-16")
    assert "ELECTROLYTE" in text
    text = text.replace("<lastname>---", "<lastname>Zebedee").replace("9999", "QQ4711")
    shown = full_text(read_ecg_files({"a.xml": text.encode("utf-16")})).lower()
    for secret in ("zebedee", "4711", "electrolyte", "1976", "bradycardia"):
        assert secret not in shown


def test_other_documents_are_refused_by_type_and_version(shared_data: Path) -> None:
    folder = shared_data / "ecg/philips_sierra_xml/rejects"
    with pytest.raises(BadInput, match="type MortaraECG; the types read are SierraECG and Phil"):
        read_ecg(folder / "invalid-doc-type.xml")
    with pytest.raises(BadInput, match=r"version 1\.05; the versions read are 1\.03, 1\.04, 1\.04"):
        read_ecg(folder / "invalid-doc-version.xml")
    with pytest.raises(BadInput, match="another type"):
        _read(uncompressed(), kind="Zebedee 4711")


@pytest.mark.parametrize("version", ["1.03", "1.04", "1.04.01"])
def test_compressed_uncompressed_and_plain_waveforms_give_the_same(version: str) -> None:
    stored = stored_leads()
    expected = np.stack(list(stored.values())) * STEP_UV / 1000
    whole = {lead: samples.astype(int) for lead, samples in stored.items()}
    plain = "\n".join(" ".join(map(str, samples)) for samples in stored.values())
    for waveforms in (
        parsed_waveforms(base64_of(xli(whole))),
        uncompressed(),
        parsed_waveforms(plain, dataencoding="Plain", compressflag="False", compression=None),
    ):
        ecg = _read(waveforms, version=version)
        np.testing.assert_allclose(ecg.signal_mv, expected, atol=1e-6)


def test_version_1_03_names_no_leads_and_spells_otherwise() -> None:
    content = base64_of(b"".join(lead.tobytes() for lead in stored_leads().values()))
    old = parsed_waveforms(
        content, compression=None, compressflag="False", compressmethod="XLI", leadlabels=None,
        numberofleads=None, samplespersecond=None, resolution=None,
    )  # fmt: skip
    signal = {"signalresolution": STEP_UV, "resolution": "", "numberchannelsallocated": 12}
    ecg = read_ecg_files({"a.xml": philips(old, kind="SierraECG", version="1.03", **signal)})
    np.testing.assert_array_equal(ecg.signal_mv, _read(uncompressed()).signal_mv)


def test_a_calibration_pulse_is_cut_and_a_file_without_one_is_left_whole() -> None:
    stored = stored_leads()
    assert _read(uncompressed(stored)).signal_mv.shape == (12, SAMPLES)
    pulse = np.repeat([0, 200, 0], [50, 100, 50]).astype("<i2")
    longer = {lead: np.concatenate([samples, pulse]) for lead, samples in stored.items()}
    ecg = _read(uncompressed(longer))
    np.testing.assert_array_equal(ecg.signal_mv, _read(uncompressed(stored)).signal_mv)


@pytest.mark.parametrize("compressed", [True, False])
def test_a_lead_that_is_off_is_missing_there_and_spoils_no_other(compressed: bool) -> None:
    stored = {name: samples.astype(np.int64) for name, samples in stored_leads().items()}
    clean = _read(uncompressed()).signal_mv
    stored["V4"][600:640] = -32768
    words = {name: samples.astype("<i2") for name, samples in stored.items()}
    waveforms = parsed_waveforms(base64_of(xli(stored))) if compressed else uncompressed(words)
    ecg = _read(waveforms)
    assert ecg.missing == {"V4": "gaps"}
    clean[9, 600:640] = np.nan
    np.testing.assert_array_equal(ecg.signal_mv, clean)


def test_pr_without_a_p_wave_is_dropped() -> None:
    tables = (
        "<interpretations><interpretation><globalmeasurements><heartrate>80</heartrate>"
        "<print>{pr}</print><qtint>Failed</qtint><pfrontaxis>Indeterminate</pfrontaxis>"
        "</globalmeasurements></interpretation></interpretations>"
    )
    assert _read(uncompressed(), tables.format(pr=508)).measurements == {"heart_rate_bpm": 80}
    assert _read(uncompressed(), tables.format(pr=180)).measurements["pr_ms"] == 180


@pytest.mark.parametrize(
    ("waveforms", "words"),
    [
        ("", "holds no waveform"),
        (parsed_waveforms("AAAA"), "cut short"),
        (parsed_waveforms("A*AA"), "no base64"),
        (parsed_waveforms("AAAA", durationperchannel="1e30"), "waveforms last"),
        (parsed_waveforms("AAAA", durationperchannel=None), "waveforms last 0 s"),
        (parsed_waveforms("AAAA", compression="ZIP"), "unknown way"),
        (parsed_waveforms("AAAA", bitspersample="12"), "16 bits"),
        (parsed_waveforms("AAAA", leadlabels="I I II"), "its lead names are missing"),
        (
            parsed_waveforms("AAAA", leadlabels=MANY, numberofleads="99"),
            "its lead names are missing",
        ),
        (parsed_waveforms("AAA=", compression="Uncompressed"), "cut short: 1 samples"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(waveforms: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        _read(waveforms)


def test_missing_leads_are_named() -> None:
    stored = stored_leads()
    text = base64_of(b"".join(lead.tobytes() for lead in list(stored.values())[:11]))
    labels = {"leadlabels": " ".join(LEADS[:11]), "numberofleads": "11"}
    with pytest.raises(BadInput, match="missing: V6"):
        _read(parsed_waveforms(text, compression="Uncompressed", **labels))


def test_damage_gives_a_record_or_an_error(shared_data: Path) -> None:
    synthetic = philips(uncompressed())
    assert all(isinstance(outcome(part), PtaclError) for part in cut_short(synthetic, 50))
    for damaged in flipped(synthetic, 170):
        outcome(damaged)
    for name in ("129DYPRG_1-03.xml", "ad4d3d80_1-04.xml"):
        real = (shared_data / "ecg/philips_sierra_xml" / name).read_bytes()
        assert all(isinstance(outcome(part), PtaclError) for part in cut_short(real, 50))
        for damaged in flipped(real, 15):
            outcome(damaged)
    assert isinstance(outcome(bytes(5000)), PtaclError)
