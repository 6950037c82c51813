"""DICOM ECG waveforms."""

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian

from ptacl.errors import BadInput
from ptacl.io import read_ecg_files


@pytest.fixture
def dataset() -> Dataset:
    return pydicom.dcmread(str(get_testdata_file("waveform_ecg.dcm", download=False)))


def _bytes(dataset: Dataset) -> bytes:
    stream = io.BytesIO()
    dataset.save_as(stream)
    return stream.getvalue()


def _read(dataset: Dataset, **given):
    return read_ecg_files({"ecg.dcm": _bytes(dataset)}, **given)


def test_the_rhythm_is_read_and_not_the_median_beat(dataset: Dataset) -> None:
    ecg = _read(dataset)
    stored = np.frombuffer(dataset.WaveformSequence[0].WaveformData, "<i2").reshape(-1, 12)
    assert (ecg.source_format, ecg.sample_rate_hz, ecg.duration_s) == ("dicom", 1000, 10)
    np.testing.assert_allclose(ecg.signal_mv, stored.T * 1.25e-3, atol=1e-6)
    dataset.WaveformSequence = list(reversed(dataset.WaveformSequence))
    np.testing.assert_array_equal(_read(dataset).signal_mv, ecg.signal_mv)


def test_a_longer_strip_of_one_lead_does_not_win(dataset: Dataset) -> None:
    before = _read(dataset).signal_mv
    strip = dataset.WaveformSequence[1]
    strip.NumberOfWaveformChannels, strip.NumberOfWaveformSamples = 1, 14400
    strip.ChannelDefinitionSequence = strip.ChannelDefinitionSequence[1:2]
    np.testing.assert_array_equal(_read(dataset).signal_mv, before)


def test_what_the_device_printed_is_kept(dataset: Dataset) -> None:
    assert _read(dataset).measurements == {
        "heart_rate_bpm": 61.1, "pr_ms": 161, "qrs_ms": 75, "qt_ms": 368, "qtc_ms": 370,
        "p_axis_deg": 74, "qrs_axis_deg": 52, "t_axis_deg": 57,
    }  # fmt: skip


def test_no_name_no_id_and_no_free_text_enter_the_record(dataset: Dataset) -> None:
    dataset.PatientName = "Zebedee^Quux"
    dataset.PatientID = "QQ4711"
    dataset.PatientBirthDate = "19030405"
    dataset.PatientComments = "Zebedee feels fine"
    dataset.WaveformAnnotationSequence[0].UnformattedTextValue = "Zebedee: normal ECG"
    shown = repr(_read(dataset)).lower()
    for secret in ("zebedee", "quux", "4711", "19030405", "ritmo", "normal"):
        assert secret not in shown
    dataset.WaveformSequence[0].WaveformData = b"\0\0"
    dataset.WaveformSequence[1].WaveformData = b"\0\0"
    with pytest.raises(BadInput) as caught:
        _read(dataset)
    assert "zebedee" not in str(caught.value).lower()


def test_sensitivity_correction_baseline_and_unit_count(dataset: Dataset) -> None:
    before = _read(dataset).signal_mv
    channel = dataset.WaveformSequence[0].ChannelDefinitionSequence[6]
    channel.ChannelSensitivity = 0.00125
    channel.ChannelSensitivityCorrectionFactor = 2
    channel.ChannelBaseline = 0.5
    channel.ChannelSensitivityUnitsSequence[0].CodeValue = "mV"
    after = _read(dataset).signal_mv
    np.testing.assert_allclose(after[6], 2 * before[6] + 0.5, atol=1e-5)
    np.testing.assert_array_equal(np.delete(after, 6, 0), np.delete(before, 6, 0))


def test_padding_becomes_gaps(dataset: Dataset) -> None:
    group = dataset.WaveformSequence[0]
    stored = np.frombuffer(group.WaveformData, "<i2").reshape(-1, 12).copy()
    stored[100:120, 8] = -32768
    group.WaveformData = stored.tobytes()
    group.add_new("WaveformPaddingValue", "OW", np.int16(-32768).tobytes())
    ecg = _read(dataset)
    assert ecg.missing == {"V3": "gaps"}
    assert np.flatnonzero(np.isnan(ecg.signal_mv[8])).tolist() == list(range(100, 120))


def test_without_sensitivity_the_unit_is_asked_for(dataset: Dataset) -> None:
    for channel in dataset.WaveformSequence[0].ChannelDefinitionSequence:
        del channel.ChannelSensitivity
    with pytest.raises(BadInput, match="does not say its unit"):
        _read(dataset)
    assert _read(dataset, unit="uV").signal_mv.shape == (12, 10000)


def test_leads_are_known_by_code_whatever_the_language(dataset: Dataset) -> None:
    before = _read(dataset).signal_mv
    for channel in dataset.WaveformSequence[0].ChannelDefinitionSequence:
        channel.ChannelSourceSequence[0].CodeMeaning = "derivazione"
    np.testing.assert_array_equal(_read(dataset).signal_mv, before)


def test_a_header_that_claims_more_than_there_is_is_refused(dataset: Dataset) -> None:
    dataset.WaveformSequence[0].NumberOfWaveformSamples = 2**31
    with pytest.raises(BadInput, match="cut short"):
        _read(dataset)


def test_a_deflated_file_is_refused_before_it_unfolds(dataset: Dataset) -> None:
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    with pytest.raises(BadInput, match="deflated DICOM"):
        _read(dataset)


def test_other_dicom_is_refused_by_its_kind(shared_data: Path, dataset: Dataset) -> None:
    image = shared_data / "cmr/rejects/perfusion_not_cine_I01.dcm"
    with pytest.raises(BadInput, match=r"no ECG \(MR Image Storage\)"):
        read_ecg_files({"a.dcm": image.read_bytes()})
    del dataset.WaveformSequence
    with pytest.raises(BadInput, match="holds no waveform"):
        _read(dataset)
