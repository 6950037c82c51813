"""DICOM ECG waveforms."""

import copy
import io
import tracemalloc
import warnings
import zlib
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
)

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg_files
from tests.full_text import full_text


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
    shown = full_text(_read(dataset)).lower()
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
    with pytest.raises(BadInput, match="its unit is missing"):
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


def _stored(dataset: Dataset, group: int = 0) -> np.ndarray:
    return np.frombuffer(dataset.WaveformSequence[group].WaveformData, "<i2").reshape(-1, 12)


def test_the_median_beat_is_kept_apart(dataset: Dataset) -> None:
    ecg = _read(dataset)
    np.testing.assert_allclose(ecg.median_mv, _stored(dataset, 1).T * 1.25e-3, atol=1e-6)
    assert (ecg.median_rate_hz, ecg.median_mv.shape) == (1000, (12, 1200))
    dataset.WaveformSequence[1].SamplingFrequency = 750
    assert _read(dataset).median_rate_hz == 750
    del dataset.WaveformSequence[1]
    assert _read(dataset).median_mv is None


def test_a_broken_median_beat_does_not_cost_the_rhythm(dataset: Dataset) -> None:
    before = _read(dataset).signal_mv
    dataset.WaveformSequence[1].WaveformData = bytes(100)
    ecg = _read(dataset)
    assert ecg.median_mv is None
    np.testing.assert_array_equal(ecg.signal_mv, before)


def test_a_second_rhythm_is_no_median_beat(dataset: Dataset) -> None:
    second = dataset.WaveformSequence[1]
    second.WaveformData = _stored(dataset)[:5000].tobytes()
    second.NumberOfWaveformSamples = 5000
    ecg = _read(dataset)
    assert (ecg.duration_s, ecg.median_mv) == (10, None)


@pytest.mark.parametrize(
    ("bits", "meaning", "kind"),
    [(8, "SB", "i1"), (8, "UB", "u1"), (16, "US", "u2"), (32, "SL", "i4"), (32, "UL", "u4")],
)
def test_every_kind_of_sample_is_read(dataset: Dataset, bits: int, meaning: str, kind: str) -> None:
    factor = 16 if bits == 8 else 1
    signed = _stored(dataset) // factor
    zero = 0 if kind[0] == "i" else 2 ** (bits - 1)
    group = dataset.WaveformSequence[0]
    group.WaveformBitsAllocated, group.WaveformSampleInterpretation = bits, meaning
    group.WaveformData = (signed.astype("i8") + zero).astype(f"<{kind}").tobytes()
    for channel in group.ChannelDefinitionSequence:
        channel.ChannelSensitivity = 1.25 * factor
        channel.ChannelBaseline = f"{-zero * 1.25 * factor:.10g}"
    if bits == 8:
        group["WaveformData"].VR = "OB"
    expected = signed.T * 1.25e-3 * factor
    np.testing.assert_allclose(
        _read(dataset).signal_mv, expected, atol=1e-3 if bits == 32 else 1e-6
    )


@pytest.mark.parametrize(("meaning", "words"), [("MB", "mu-law"), ("AB", "A-law")])
def test_companded_samples_are_refused_by_name(dataset: Dataset, meaning: str, words: str) -> None:
    group = dataset.WaveformSequence[0]
    group.WaveformBitsAllocated, group.WaveformSampleInterpretation = 8, meaning
    with pytest.raises(BadInput, match=words):
        _read(dataset)
    group.WaveformSampleInterpretation = "XX"
    with pytest.raises(BadInput, match="no known kind"):
        _read(dataset)


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_every_transfer_syntax_gives_the_same_samples(dataset: Dataset, syntax: str) -> None:
    before = _read(dataset)
    group = dataset.WaveformSequence[0]
    group.add_new("WaveformPaddingValue", "OW", np.int16(-32768).tobytes())
    if syntax == ExplicitVRBigEndian:  # the package does not turn the bytes of samples itself
        group.WaveformPaddingValue = np.array(-32768, ">i2").tobytes()
        for number, item in enumerate(dataset.WaveformSequence):
            item.WaveformData = _stored(dataset, number).astype(">i2").tobytes()
    dataset.file_meta.TransferSyntaxUID = syntax
    stream = io.BytesIO()
    pydicom.dcmwrite(
        stream,
        dataset,
        implicit_vr=syntax == ImplicitVRLittleEndian,
        little_endian=syntax != ExplicitVRBigEndian,
    )
    ecg = read_ecg_files({"ecg.dcm": stream.getvalue()})
    np.testing.assert_array_equal(ecg.signal_mv, before.signal_mv)
    np.testing.assert_array_equal(ecg.median_mv, before.median_mv)
    assert ecg.measurements == before.measurements


def _deflated(dataset: Dataset) -> bytes:
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    return _bytes(dataset)


def test_a_deflated_file_is_unfolded_within_limits(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, content = _read(dataset), _deflated(dataset)
    assert len(content) < 250_000
    np.testing.assert_array_equal(read_ecg_files({"ecg.dcm": content}).signal_mv, before.signal_mv)
    for damaged in (content[:-1000], content[:2000], content[:400] + content[401:]):
        with pytest.raises(BadInput, match=r"damaged"):
            read_ecg_files({"ecg.dcm": damaged})
    monkeypatch.setattr("ptacl.io.containers.dicom_file.MOST_INFLATED_BYTES", 100_000)
    with pytest.raises(BadInput, match="damaged or too large"):
        read_ecg_files({"ecg.dcm": content})


def test_a_deflate_bomb_costs_no_memory(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    content = _deflated(dataset)
    end = 144 + int.from_bytes(content[140:144], "little")
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = packer.compress(bytes(200 * 10**6)) + packer.flush()
    monkeypatch.setattr("ptacl.io.containers.dicom_file.MOST_INFLATED_BYTES", 10**7)
    tracemalloc.start()
    with pytest.raises(BadInput, match="too large"):
        read_ecg_files({"ecg.dcm": content[:end] + bomb})
    assert tracemalloc.get_traced_memory()[1] < 5e7
    tracemalloc.stop()
    # A deflated syntax that is not where it belongs must not reach the package either.
    late = content.replace(b"\x02\x00\x10\x00UI\x16", b"\x02\x00\x10\x00UT\x16")
    with pytest.raises(BadInput, match="deflated DICOM"):
        read_ecg_files({"ecg.dcm": late})


@pytest.mark.parametrize("kind", [2, 3])
def test_general_and_ambulatory_ecgs_are_read(dataset: Dataset, kind: int) -> None:
    """Fifteen channels, three of them no lead; or eight leads alone."""
    before = _read(dataset)
    dataset.SOPClassUID = f"1.2.840.10008.5.1.4.1.1.9.1.{kind}"
    group = dataset.WaveformSequence[0]
    stored = _stored(dataset)
    group.WaveformData = np.hstack([stored[:, :3], stored]).astype("<i2").tobytes()
    group.NumberOfWaveformChannels = 15
    others = [copy.deepcopy(group.ChannelDefinitionSequence[0]) for _ in range(3)]
    for number, channel in enumerate(others):
        channel.ChannelSourceSequence[0].CodeValue = f"5.6.3-9-{number + 70}"
        channel.ChannelSourceSequence[0].CodeMeaning = "Respiration"
        channel.ChannelSensitivityUnitsSequence[0].CodeValue = "Ohm"
    group.ChannelDefinitionSequence = [*others, *group.ChannelDefinitionSequence]
    np.testing.assert_array_equal(_read(dataset).signal_mv, before.signal_mv)
    eight = [3, 4, *range(9, 15)]
    group.ChannelDefinitionSequence = [group.ChannelDefinitionSequence[place] for place in eight]
    group.WaveformData = stored[:, [0, 1, *range(6, 12)]].tobytes()
    group.NumberOfWaveformChannels = 8
    ecg = _read(dataset)
    assert ecg.missing == dict.fromkeys(("III", "aVR", "aVL", "aVF"), "derived")
    np.testing.assert_allclose(ecg.signal_mv, before.signal_mv, atol=2e-3)


def test_channels_that_are_not_described_are_refused(dataset: Dataset) -> None:
    dataset.WaveformSequence[0].NumberOfWaveformChannels = 11
    with pytest.raises(BadInput, match="announces 11 channels and describes 12"):
        _read(dataset)


def test_two_leads_of_a_holter_are_refused_with_what_is_missing(dataset: Dataset) -> None:
    dataset.WaveformSequence = dataset.WaveformSequence[:1]
    group = dataset.WaveformSequence[0]
    group.NumberOfWaveformChannels = 2
    group.ChannelDefinitionSequence = group.ChannelDefinitionSequence[:2]
    with pytest.raises(BadInput, match=r"holds 2 of the 12 standard leads \(I, II\)"):
        _read(dataset)


def test_damaged_files_give_an_ecg_or_an_error(dataset: Dataset) -> None:
    random = np.random.default_rng(4)
    whole = [_bytes(dataset), _deflated(dataset)]
    for turn in range(120):
        content = bytearray(whole[turn % 2])
        reach = len(content) if turn % 3 else 6000
        if turn % 5 == 0:
            content = content[: int(random.integers(reach))]
        else:
            places = random.integers(0, reach, size=turn % 5)
            for place in places:
                content[place] = int(random.integers(256))
        try:
            assert read_ecg_files({"ecg.dcm": bytes(content)}).duration_s >= 5
        except PtaclError as error:
            assert str(error).endswith(".")


def test_other_dicom_is_refused_by_its_kind(shared_data: Path, dataset: Dataset) -> None:
    image = shared_data / "cmr/rejects/perfusion_not_cine_I01.dcm"
    with pytest.raises(BadInput, match=r"no ECG \(MR Image Storage\)"):
        read_ecg_files({"a.dcm": image.read_bytes()})
    del dataset.WaveformSequence
    with pytest.raises(BadInput, match="holds no waveform"):
        _read(dataset)


def _printed(dataset: Dataset) -> dict[str, Dataset]:
    """The global measurements by the meaning of their code."""
    return {
        item.ConceptNameCodeSequence[0].CodeMeaning: item
        for item in dataset.WaveformAnnotationSequence
        if "ConceptNameCodeSequence" in item and "NumericValue" in item
    }


def test_measurements_count_in_their_units_and_within_what_a_heart_can_have(
    dataset: Dataset,
) -> None:
    items = _printed(dataset)
    items["QT Interval"].NumericValue = "0.4"
    items["QT Interval"].MeasurementUnitsCodeSequence[0].CodeValue = "s"
    items["PR Interval"].NumericValue = "4000"
    items["RR Interval"].NumericValue = "60"
    found = _read(dataset).measurements
    assert found["qt_ms"] == 400
    assert {"pr_ms", "heart_rate_bpm"}.isdisjoint(found)


@pytest.mark.parametrize(("channels", "kept"), [([1, 2], False), ([1, 0], True)])
def test_measurements_of_a_single_lead_are_left_out(
    dataset: Dataset, channels: list[int], kept: bool
) -> None:
    _printed(dataset)["QRS Duration"].ReferencedWaveformChannels = channels
    assert ("qrs_ms" in _read(dataset).measurements) == kept


@pytest.mark.parametrize("kind", ["Zebedee", "1.2.840.10008.5.1.4.1.1.9.1.999"])
def test_a_class_that_the_standard_does_not_list_is_not_quoted(dataset: Dataset, kind: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.SOPClassUID = kind
        del dataset.WaveformSequence
        content = _bytes(dataset)
    with pytest.raises(BadInput, match=r"no ECG \(of another kind\)"):
        read_ecg_files({"ecg.dcm": content})
