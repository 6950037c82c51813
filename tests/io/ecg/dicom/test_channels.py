"""Groups, channels and annotations of DICOM waveforms, as many writers make them."""

import io

import numpy as np
import pytest
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io import read_ecg_files
from ptacl.types import LEADS, Ecg
from tests.io.ecg.leads.test_lead_groups import COLUMNS, twelve
from tests.io.made_dicom_ecg import (
    NUMBERS,
    channel,
    coded,
    dicom,
    dicom_file,
    group,
    lead_channel,
    leads_group,
    measured,
)

STEP_UV = 2.5


def stored(kind: str = "<i2") -> dict[str, np.ndarray]:
    return {
        lead: (samples * 1000 / STEP_UV).round().astype(kind) for lead, samples in twelve().items()
    }


def read(dataset: Dataset, **given: str) -> Ecg:
    return read_ecg_files({"ecg.dcm": dicom_file(dataset)}, **given)


def codes(ecg: Ecg) -> list[str]:
    return [caveat.code for caveat in ecg.caveats]


EXPECTED = np.stack(list(stored().values())) * STEP_UV / 1000


def expect(ecg: Ecg, expected: np.ndarray = EXPECTED) -> None:
    np.testing.assert_allclose(ecg.signal_mv, expected, atol=1e-5)


@pytest.mark.parametrize("kind", [1, 2, 3, 4])
@pytest.mark.parametrize("root", ["1.2.840.10008.5.1.4.1.1.9.1.", "1.2.840.10008.5.1.4.1.1.9.2."])
def test_the_channels_decide_and_not_the_class(root: str, kind: int) -> None:
    pressure = channel("109016", "Left ventricular pressure", unit="mm[Hg]")
    beside = group(np.ones((1, 5000), "<i2"), [pressure])
    for groups in ([leads_group(stored())], [beside, leads_group(stored())]):
        expect(read(dicom(*groups, kind=f"{root}{kind}")))


def test_a_waveform_without_a_lead_of_an_ecg_is_refused_by_its_class() -> None:
    pressure = channel("109016", "Left ventricular pressure", unit="mm[Hg]")
    dataset = dicom(
        group(np.ones((1, 5000), "<i2"), [pressure]), kind="1.2.840.10008.5.1.4.1.1.9.2.1"
    )
    with pytest.raises(BadInput, match=r"no ECG \(Hemodynamic Waveform Storage\)"):
        read(dataset)


# --- padding and the ends of a range --------------------------------------------------------------


def padded(value: int, rows: np.ndarray) -> Dataset:
    part = group(rows, [lead_channel(lead, sensitivity=20) for lead in LEADS])
    part.add_new("WaveformPaddingValue", "OW", np.int16(value).tobytes())
    return dicom(part)


def coarse() -> np.ndarray:
    """Steps of 20 µV: whole stretches between the beats are zero."""
    return (np.stack(list(twelve().values())) * 50).round().astype("<i2")


def test_zeros_amid_the_signal_are_zeros_though_zero_is_the_padding_value() -> None:
    rows = coarse()
    assert (rows == 0).sum() > 1000
    ecg = read(padded(0, rows))
    assert ecg.missing == {}
    expect(ecg, rows * 0.02)


def test_padding_at_the_ends_is_missing() -> None:
    rows = coarse()
    rows[:, :400] = rows[:, -300:] = 0
    rows[3, 3000:] = 0  # one lead came off
    ecg = read(padded(0, rows))
    assert np.isnan(ecg.signal_mv[:, 10:390]).all() and np.isnan(ecg.signal_mv[:, -290:]).all()
    assert np.isnan(ecg.signal_mv[3, 3010:]).all()
    inside = np.isfinite(ecg.signal_mv)
    np.testing.assert_allclose(ecg.signal_mv[inside], (rows * 0.02)[inside], atol=1e-5)
    assert inside[rows != 0].all()


@pytest.mark.parametrize("value", [-32768, 32767, -32000, 9999])
def test_padding_outside_the_signal_is_missing_wherever_it_stands(value: int) -> None:
    rows = coarse()
    rows[8, 100:120] = rows[8, 4000] = value
    ecg = read(padded(value, rows))
    assert ecg.missing == {"V3": "gaps"}
    where = np.flatnonzero(np.isnan(ecg.signal_mv[8])).tolist()
    assert where == [*range(100, 120), 4000]


def test_the_ends_of_the_range_are_no_signal_without_a_padding_value_too() -> None:
    rows = coarse()
    rows[8, 100:120], rows[9, 7] = -32768, 32767
    ecg = read(dicom(group(rows, [lead_channel(lead, sensitivity=20) for lead in LEADS])))
    assert ecg.missing == {"V3": "gaps", "V4": "gaps"}
    assert np.nanmax(np.abs(ecg.signal_mv)) < 5


# --- bits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [12, 14, 16])
@pytest.mark.parametrize("extended", [True, False])
def test_a_sign_that_was_left_in_the_bits_stored_is_put_back(bits: int, extended: bool) -> None:
    rows = np.stack(list(stored().values()))
    words = rows if extended else (rows.astype(np.int64) % 2**bits).astype("<u2").view("<i2")
    channels = [lead_channel(lead, WaveformBitsStored=bits) for lead in LEADS]
    ecg = read(dicom(group(words, channels)))
    expect(ecg)
    assert codes(ecg) == ([] if extended or bits == 16 else ["sign_extended"])


def test_a_lead_that_is_off_does_not_hide_that_the_sign_is_missing() -> None:
    rows = np.stack(list(stored().values()))
    words = (rows.astype(np.int64) % 2**12).astype("<u2").view("<i2").copy()
    words[9, 100:300] = -32768
    channels = [lead_channel(lead, WaveformBitsStored=12) for lead in LEADS]
    ecg = read(dicom(group(words, channels)))
    expected = EXPECTED.copy()
    expected[9, 100:300] = np.nan
    expect(ecg, expected)


def test_more_than_the_bits_that_are_said_is_left_as_it_is() -> None:
    rows = np.stack(list(stored().values()))
    channels = [lead_channel(lead, WaveformBitsStored=8) for lead in LEADS]
    expect(read(dicom(group(rows, channels))))


@pytest.mark.parametrize(
    ("kind", "meaning"), [("<i4", "SL"), ("<i8", "SV"), ("<i2", "SS"), ("<u4", "UL"), ("<u2", "US")]
)
def test_samples_of_every_width_are_read(kind: str, meaning: str) -> None:
    rows = np.stack(list(stored("<i8").values()))
    offset = 0 if kind[1] == "i" else 20_000
    baseline = -offset * STEP_UV
    channels = [lead_channel(lead, ChannelBaseline=baseline) for lead in LEADS]
    ecg = read(dicom(group((rows + offset).astype(kind), channels, meaning=meaning)))
    np.testing.assert_allclose(ecg.signal_mv, EXPECTED, atol=1e-4)


@pytest.mark.parametrize(("meaning", "name"), [("MB", "mu-law"), ("AB", "A-law")])
def test_companded_samples_are_refused_by_name(meaning: str, name: str) -> None:
    rows = np.stack(list(stored("<i1").values()))
    channels = [lead_channel(lead) for lead in LEADS]
    with pytest.raises(BadInput, match=name):
        read(dicom(group(rows, channels, meaning=meaning)))


def test_a_stated_skew_moves_a_channel_to_its_time() -> None:
    channels = [lead_channel(lead) for lead in LEADS]
    channels[6].ChannelSampleSkew = 3
    channels[7].ChannelTimeSkew = -0.004
    channels[8].ChannelSampleSkew = 0.2
    ecg = read(dicom(group(np.stack(list(stored().values())), channels)))
    np.testing.assert_allclose(ecg.signal_mv[6, 3:], EXPECTED[6, :-3], atol=1e-5)
    np.testing.assert_allclose(ecg.signal_mv[7, :-2], EXPECTED[7, 2:], atol=1e-5)
    np.testing.assert_allclose(ecg.signal_mv[8], EXPECTED[8], atol=1e-5)
    assert np.isnan(ecg.signal_mv[6, :3]).all() and np.isnan(ecg.signal_mv[7, -2:]).all()


# --- groups ---------------------------------------------------------------------------------------


def parts(start_ms: tuple[float | None, ...]) -> list[Dataset]:
    groups = []
    for place, (leads, start) in enumerate(zip(COLUMNS, start_ms, strict=True)):
        column = {lead: stored()[lead][1250 * place : 1250 * (place + 1)] for lead in leads}
        more = {} if start is None else {"MultiplexGroupTimeOffset": start}
        groups.append(leads_group(column, **more))
    return groups


@pytest.mark.parametrize("start_ms", [(0, 2500, 5000, 7500), (0, 0, 0, 0), (None,) * 4])
@pytest.mark.parametrize("strip", [True, False])
def test_the_columns_of_a_printout_are_one_ecg_with_gaps(
    start_ms: tuple[float | None, ...], strip: bool
) -> None:
    rhythm = [leads_group({"II": stored()["II"]}, MultiplexGroupTimeOffset=0)] if strip else []
    if strip and start_ms[0] is None:
        del rhythm[0].MultiplexGroupTimeOffset
    ecg = read(dicom(*parts(start_ms), *rhythm))
    for place, leads in enumerate(COLUMNS):
        part = slice(1250 * place, 1250 * (place + 1))
        for row in map(LEADS.index, leads):
            np.testing.assert_allclose(ecg.signal_mv[row, part], EXPECTED[row, part], atol=1e-5)
            count = 5000 if strip and LEADS[row] == "II" else 1250
            assert np.isfinite(ecg.signal_mv[row]).sum() == count
    assert ("group_times_assumed" in codes(ecg)) == (start_ms[1] != 2500)
    assert codes(ecg).count("leads_in_turn") == 1


def test_columns_padded_to_the_whole_time_are_told() -> None:
    rows = coarse()
    for number in range(12):
        rows[number, : 1250 * (number // 3)] = rows[number, 1250 * (number // 3 + 1) :] = 0
    ecg = read(padded(0, rows))
    assert codes(ecg).count("leads_in_turn") == 1
    assert np.isfinite(ecg.signal_mv).sum(axis=1).max() < 2000


def test_simultaneous_groups_are_merged() -> None:
    limb = {lead: stored()[lead] for lead in LEADS[:6]}
    chest = {lead: stored()[lead] for lead in LEADS[6:]}
    for pair in ((limb, chest), (chest, limb)):
        ecg = read(dicom(*(leads_group(part, MultiplexGroupTimeOffset=0) for part in pair)))
        expect(ecg)
        assert codes(ecg) == []
    assert codes(read(dicom(leads_group(limb), leads_group(chest)))) == ["group_times_assumed"]


def test_a_thirteenth_lead_is_taken_once_and_told_where_it_differs() -> None:
    rows = np.stack(list(stored().values()))
    channels = [*(lead_channel(lead) for lead in LEADS), lead_channel("II")]
    for again, told in ((rows[1], []), (rows[8], ["lead_given_twice"])):
        ecg = read(dicom(group(np.vstack([rows, again[None]]), channels)))
        expect(ecg)
        assert codes(ecg) == told


# --- names of leads -------------------------------------------------------------------------------


def named(by_code: list[str], by_label: list[str], rows: np.ndarray | None = None) -> Ecg:
    channels = [
        lead_channel(code, ChannelLabel=label)
        for code, label in zip(by_code, by_label, strict=True)
    ]
    return read(dicom(group(np.stack(list(stored().values())) if rows is None else rows, channels)))


def test_where_code_and_label_contradict_einthovens_law_decides() -> None:
    swapped = ["II", "I", *LEADS[2:]]
    for by_code, by_label in ((swapped, list(LEADS)), (list(LEADS), swapped)):
        ecg = named(by_code, by_label)
        expect(ecg)
        (told,) = ecg.caveats
        assert told.code == "lead_code_against_label"
        assert "(I, II)" in told.text and "Einthoven" in told.text


def test_where_nothing_decides_the_code_counts_and_it_is_told() -> None:
    swapped = [*LEADS[:6], "V2", "V1", *LEADS[8:]]
    ecg = named(list(LEADS), swapped)
    expect(ecg)
    assert codes(ecg) == ["lead_code_against_label"]
    assert "It is unknown which are right" in ecg.caveats[0].text


def test_one_code_for_all_channels_is_no_naming() -> None:
    ecg = named(["I"] * 12, list(LEADS))
    expect(ecg)
    assert codes(ecg) == ["lead_code_against_label"]


def test_names_that_agree_in_any_scheme_are_not_a_word_worth() -> None:
    spellings = ("2:{n}", "5.6.3-9-{n}", "MDC_ECG_LEAD_{lead}", "{lead}")
    for spelling in spellings:
        channels = [
            channel(spelling.format(n=NUMBERS[lead], lead=lead), f"Lead {lead}", ChannelLabel=lead)
            for lead in LEADS
        ]
        ecg = read(dicom(group(np.stack(list(stored().values())), channels)))
        expect(ecg)
        assert codes(ecg) == []


def test_minus_avr_is_not_taken_for_avr() -> None:
    rows = np.stack(list(stored().values()))
    rows[3] = -rows[3]
    channels = [lead_channel(lead) for lead in LEADS]
    channels[3].ChannelSourceSequence = [coded("2:65", meaning="-aVR")]
    ecg = read(dicom(group(rows, channels)))
    np.testing.assert_allclose(ecg.signal_mv, EXPECTED, atol=5e-3)


def test_calculated_leads_are_read_and_told() -> None:
    calculated = {"III": 111, "aVR": 112, "aVL": 113, "aVF": 114}
    channels = [channel(f"2:{calculated.get(lead, NUMBERS[lead])}", lead) for lead in LEADS]
    ecg = read(dicom(group(np.stack(list(stored().values())), channels)))
    expect(ecg)
    (told,) = ecg.caveats
    assert told.code == "leads_calculated" and told.text.endswith(": III, aVR, aVL, aVF.")


# --- annotations ----------------------------------------------------------------------------------

PRINTED = {
    "heart_rate_bpm": 71, "pr_ms": 162, "qrs_ms": 94, "qt_ms": 402, "qtc_ms": 431,
    "p_axis_deg": 41, "qrs_axis_deg": -30, "t_axis_deg": 28,
}  # fmt: skip
NUMBERED = dict(zip(PRINTED, (16770, 15872, 16156, 16160, 15880, 16128, 16132, 16136), strict=True))
SPELT = dict(
    zip(
        PRINTED,
        ("HEART_RATE", "TIME_PD_PR", "TIME_PD_QRS_GL", "TIME_PD_QT", "TIME_PD_QTc",
         "ANGLE_P_FRONT", "ANGLE_QRS_FRONT", "ANGLE_T_FRONT"),
        strict=True,
    )
)  # fmt: skip


def unit_of(key: str) -> str:
    return {"ms": "ms", "bpm": "/min", "deg": "deg"}[key.rsplit("_", 1)[1]]


@pytest.mark.parametrize("spelling", ["2:{number}", "{whole}", "MDC_ECG_{name}", "meaning"])
def test_what_was_printed_is_read_in_the_codes_of_today(spelling: str) -> None:
    annotations = []
    for key, value in PRINTED.items():
        number = NUMBERED[key]
        name = f"MDC_ECG_{SPELT[key]}"
        code = spelling.format(number=number, whole=2 * 2**16 + number, name=SPELT[key])
        meaning = name if spelling == "meaning" else ""
        annotations.append(measured(code, value, unit_of(key), meaning))
    ecg = read(dicom(leads_group(stored()), annotations=annotations))
    assert ecg.measurements == PRINTED


def test_units_count_rr_gives_the_rate_and_bazett_stands_before_fridericia() -> None:
    annotations = [
        measured("2:16168", 0.8, "s"), measured("2:15892", 420), measured("2:15880", 430),
        measured("2:15872", 0.162, "s"), measured("2:7168", 99), measured("2:16160", ""),
    ]  # fmt: skip
    annotations[-1].NumericValue = None
    ecg = read(dicom(leads_group(stored()), annotations=annotations))
    assert ecg.measurements == {"heart_rate_bpm": 75, "qtc_ms": 430, "pr_ms": 162}


# --- without a preamble ---------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [128, 132])
def test_a_file_that_begins_with_its_meta_group_is_read(cut: int) -> None:
    content = dicom_file(dicom(leads_group(stored())))
    expect(read_ecg_files({"a.bin": content[cut:]}))


@pytest.mark.parametrize("implicit", [True, False])
def test_a_bare_dataset_is_read(implicit: bool) -> None:
    dataset = dicom(leads_group(stored()))
    stream = io.BytesIO()
    del dataset.file_meta
    dataset.save_as(stream, implicit_vr=implicit, little_endian=True)
    assert stream.getvalue()[:2] == b"\x08\x00"
    expect(read_ecg_files({"a.bin": stream.getvalue()}))
