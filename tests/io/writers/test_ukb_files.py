"""What the writers of UK Biobank's raw formats say is what the readers find."""

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from ptacl.errors import PtaclError
from ptacl.io import read_cine, read_ecg
from ptacl.io.cine.slice_selection import mid_ventricular
from ptacl.io.writers.cardiosoft import FICTITIOUS_PATIENT, write_cardiosoft
from ptacl.io.writers.dicom import FICTITIOUS_PATIENT as NOBODY
from ptacl.io.writers.dicom import SYNTHETIC, write_dicom_zip
from ptacl.types import Cine, Ecg
from tests.full_text import full_text

SLICES, FRAMES = 4, 20


def an_ecg() -> Ecg:
    random = np.random.default_rng(0)
    limb = random.normal(scale=0.2, size=(2, 5000))
    first, second = limb
    leads = [first, second, second - first, -(first + second) / 2,
             first - second / 2, second - first / 2]  # fmt: skip
    signal = np.concatenate([leads, random.normal(scale=0.5, size=(6, 5000))])
    printed = {"heart_rate_bpm": 61.0, "pr_ms": 158.0, "qrs_ms": 92.0, "qt_ms": 401.0,
               "qtc_ms": 403.0, "qrs_axis_deg": -12.0}  # fmt: skip
    median = signal[:, :600].astype(np.float32)
    return Ecg(signal.astype(np.float32), 500.0, "simulated", printed, {}, median, 500.0)


def a_stack(rr_ms: float = 913.0) -> list[Cine]:
    random = np.random.default_rng(0)
    times = np.arange(FRAMES) * rr_ms / FRAMES
    return [
        Cine(random.integers(0, 4096, (FRAMES, 24, 32)).astype(np.uint16).astype(np.float32),
             (1.8, 2.4), times, rr_ms, "simulated", place, SLICES)
        for place in range(SLICES)
    ]  # fmt: skip


def test_an_ecg_comes_back_within_half_a_step(tmp_path: Path) -> None:
    ecg = an_ecg()
    write_cardiosoft(ecg, tmp_path / "1_20205_2_0.xml")
    back = read_ecg(tmp_path / "1_20205_2_0.xml")
    assert back.sample_rate_hz == 500
    assert np.abs(back.signal_mv - ecg.signal_mv).max() <= 0.00251
    assert back.measurements == ecg.measurements
    assert back.median_mv is not None and ecg.median_mv is not None
    assert np.abs(back.median_mv - ecg.median_mv).max() <= 0.00251


def test_the_xml_is_laid_out_as_the_field_s(tmp_path: Path) -> None:
    write_cardiosoft(an_ecg(), tmp_path / "a.xml")
    content = (tmp_path / "a.xml").read_bytes()
    assert content.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    text = content.decode("iso-8859-1")
    assert text.count("<WaveformData lead=") == 24
    samples = re.search(r'<StripData>.*?lead="V6">(.*?)</WaveformData>', text, re.S)
    assert samples and "\t" in samples[1] and "\n" in samples[1]
    assert len(samples[1].split(",")) == 5000
    assert "synthetic" in text


def test_the_whole_recording_lies_beside_the_strip_as_in_real_files(tmp_path: Path) -> None:
    ecg = an_ecg()
    write_cardiosoft(ecg, tmp_path / "a.xml")
    text = (tmp_path / "a.xml").read_bytes().decode("iso-8859-1")
    assert "<LeadOrder>I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6</LeadOrder>" in text
    block = re.search(r"<FullDisclosureData>(.*?),\s*<SampleCountTotal>(\d+)<", text, re.S)
    assert block is not None
    values = np.array(block[1].split(","), int)
    assert len(values) == int(block[2]) == 12 * 16 * 500  # six seconds more than the strip
    seconds = values.reshape(16, 12, 500)  # of each second one lead after the other
    whole = np.concatenate(list(seconds), axis=1)
    assert not whole[:, :500].any()
    np.testing.assert_allclose(whole[:, -5000:] * 5e-3, ecg.signal_mv, atol=0.00251)
    assert '<LastValid units="Sample">599</LastValid>' in text


def test_what_cardiosoft_cannot_hold_is_refused(tmp_path: Path) -> None:
    ecg = an_ecg()
    gap = ecg.signal_mv.copy()
    gap[3, 5] = np.nan
    with pytest.raises(PtaclError, match="cannot encode missing samples"):
        write_cardiosoft(replace(ecg, signal_mv=gap), tmp_path / "a.xml")
    with pytest.raises(PtaclError, match="164 mV"):
        write_cardiosoft(replace(ecg, signal_mv=ecg.signal_mv * 1000), tmp_path / "a.xml")


def test_the_middle_slice_comes_back_exactly(tmp_path: Path) -> None:
    stack = a_stack()
    write_dicom_zip(stack, tmp_path / "1_20209_2_0.zip")
    cine = read_cine(tmp_path / "1_20209_2_0.zip")
    place = mid_ventricular(SLICES)
    assert (cine.slice_position, cine.slice_count) == (place, SLICES)
    np.testing.assert_array_equal(cine.frames, stack[place].frames)
    assert (cine.spacing_mm, cine.rr_ms) == ((1.8, 2.4), 913)
    np.testing.assert_array_equal(cine.frame_times_ms, stack[place].frame_times_ms)
    np.testing.assert_array_equal(cine.phases, stack[place].phases)


def test_the_zip_is_laid_out_as_the_field_s(tmp_path: Path) -> None:
    write_dicom_zip(a_stack(), tmp_path / "1_20209_2_0.zip")
    with zipfile.ZipFile(tmp_path / "1_20209_2_0.zip") as archive:
        archive.extractall(tmp_path / "out")
    header, *rows = (tmp_path / "out" / "manifest.cvs").read_text().splitlines()
    assert header.split(",")[0] == "filename" and header.split(",")[-1] == "series discription"
    assert len(rows) == SLICES * FRAMES
    assert all(row.count(",") == header.count(",") + 1 for row in rows)  # the comma of the date
    found = []
    for path in sorted((tmp_path / "out").glob("*.dcm")):
        dataset = pydicom.dcmread(path)
        assert dataset.SOPInstanceUID == path.stem == dataset.file_meta.MediaStorageSOPInstanceUID
        assert dataset.Manufacturer == SYNTHETIC
        assert (dataset.CardiacNumberOfImages, dataset.NominalInterval) == (FRAMES, 913)
        assert dataset.pixel_array.dtype == np.uint16
        found.append((dataset.SeriesDescription, int(dataset.InstanceNumber)))
    names = [f"CINE_segmented_SAX_b{place + 1}" for place in range(SLICES)]
    assert sorted(found) == [(name, n + 1) for name in names for n in range(FRAMES)]
    assert found != sorted(found)


def test_a_stack_gives_the_same_bytes_each_time(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write_dicom_zip(a_stack(), tmp_path / folder / "1_20209_2_0.zip")
    a, b = ((tmp_path / folder / "1_20209_2_0.zip").read_bytes() for folder in ("a", "b"))
    assert a == b


def test_what_dicom_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PtaclError, match="whole ms"):
        write_dicom_zip(a_stack(913.5), tmp_path / "a.zip")
    broken = [replace(cine, frames=cine.frames + np.float32(0.5)) for cine in a_stack()]
    with pytest.raises(PtaclError, match="whole numbers"):
        write_dicom_zip(broken, tmp_path / "a.zip")


def test_the_made_up_patient_is_dropped(tmp_path: Path) -> None:
    write_cardiosoft(an_ecg(), tmp_path / "1_20205_2_0.xml")
    write_dicom_zip(a_stack(), tmp_path / "1_20209_2_0.zip")
    shown = full_text(read_ecg(tmp_path / "1_20205_2_0.xml"))
    shown += full_text(read_cine(tmp_path / "1_20209_2_0.zip"))
    content = (tmp_path / "1_20205_2_0.xml").read_text("iso-8859-1")
    for value in (*FICTITIOUS_PATIENT.values(), *NOBODY.values()):
        assert value not in shown
    assert all(value in content for value in FICTITIOUS_PATIENT.values())
