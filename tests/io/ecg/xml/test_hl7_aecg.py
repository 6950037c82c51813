"""HL7 annotated ECG."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg, read_ecg_files
from ptacl.io.ecg.leads.twelve_leads import SCP_LEAD_CODES
from ptacl.types import INDEPENDENT_LEADS, LEADS, Ecg
from tests.full_text import full_text
from tests.io.damage import cut_short, flipped, outcome
from tests.io.ecg.test_read import dicom_bytes, simple_leads

STEP_UV = 2.5
SAMPLES = 2600


def stored_leads(samples: int = SAMPLES) -> dict[str, np.ndarray]:
    signal = (simple_leads(samples) * 1000 / STEP_UV).round().astype(int)
    return dict(zip(INDEPENDENT_LEADS, signal, strict=True))


def lead(
    name: str, digits: np.ndarray, scale: str = "2.5", unit: str = "uV", origin: str = ""
) -> str:
    origin = origin or f'<origin value="0" unit="{unit}"/>'
    said = f'{origin}<scale value="{scale}" unit="{unit}"/>'
    return (
        f'<component><sequence><code code="MDC_ECG_LEAD_{name.upper()}"/><value>'
        f"{said}<digits>{' '.join(map(str, digits))}\n</digits></value></sequence></component>"
    )


def times(increment: str = 'value="0.002" unit="s"', kind: str = "RELATIVE") -> str:
    value = "GLIST_PQ" if kind == "RELATIVE" else "GLIST_TS"
    return (
        f'<component><sequence><code code="TIME_{kind}"/><value xsi:type="{value}">'
        f'<head value="20040115112004.000"/><increment {increment}/></value></sequence></component>'
    )


def sequences(*inner: str) -> str:
    return f"<component><sequenceSet>{''.join(inner)}</sequenceSet></component>"


def leads(stored: dict[str, np.ndarray] | None = None, **said: str) -> str:
    return "".join(
        lead(name, digits, **said) for name, digits in (stored or stored_leads()).items()
    )


def series(*inner: str, code: str = "RHYTHM", tag: str = "series") -> str:
    return f'<{tag}><code code="{code}"/>{"".join(inner)}</{tag}>'


def annotations(*inner: str) -> str:
    parts = "".join(f"<component>{annotation}</component>" for annotation in inner)
    return f"<subjectOf><annotationSet>{parts}</annotationSet></subjectOf>"


def annotation(code: str, value: object, unit: str = "ms", inner: str = "") -> str:
    said = f'<value xsi:type="PQ" value="{value}" unit="{unit}"/>'
    return f'<annotation><code code="{code}"/>{said}{inner}</annotation>'


def aecg(*inner: str) -> bytes:
    parts = "".join(f"<component>{one}</component>" for one in inner)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!-- FDA -->\n<AnnotatedECG xmlns="urn:hl7-org:v3" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{parts}</AnnotatedECG>'
    ).encode()


def _read(*inner: str) -> Ecg:
    return read_ecg_files({"ecg.xml": aecg(*inner)})


def _rhythm(*more: str) -> Ecg:
    return _read(series(sequences(times(), leads()), *more))


def test_the_real_file_is_read_as_its_digits_say(shared_data: Path) -> None:
    path = shared_data / "ecg/hl7_aecg/Example2.xml"
    ecg = read_ecg(path)
    digits = [part.split("</digits>")[0] for part in path.read_text().split("<digits>")[1:]]
    rhythm = np.array([part.split() for part in digits[:12]], float) * 2.5e-3
    beat = np.array([part.split() for part in digits[12:]], float) * 2.5e-3
    np.testing.assert_allclose(ecg.signal_mv, rhythm, atol=1e-5)
    np.testing.assert_allclose(ecg.median_mv, beat, atol=1e-5)
    assert (ecg.sample_rate_hz, ecg.median_rate_hz, ecg.duration_s) == (1000, 1000, 10)
    assert (ecg.source_format, ecg.missing) == ("aecg", {})
    assert ecg.measurements == {"heart_rate_bpm": 52}


def test_no_name_no_id_and_no_free_text_enter_the_record(shared_data: Path) -> None:
    content = (shared_data / "ecg/hl7_aecg/Example2.xml").read_bytes()
    content = content.replace(b"Investigator, Thomas", b"Zebedee").replace(b"106_ABC", b"QQ4711")
    shown = full_text(read_ecg_files({"a.xml": content})).lower()
    for secret in ("zebedee", "4711", "1971", "ppd", "prot"):
        assert secret not in shown


def test_hl7_and_dicom_of_one_recording_are_equal_within_a_step() -> None:
    """pydicom's recording, written as aECG by its stored numbers."""
    dataset = pydicom.dcmread(str(get_testdata_file("waveform_ecg.dcm", download=False)))
    groups = [
        np.frombuffer(group.WaveformData, "<i2").reshape(-1, 12).T
        for group in dataset.WaveformSequence
    ]
    rhythm, beat = (
        sequences(
            times('value="1" unit="ms"'), leads(dict(zip(LEADS, g, strict=True)), scale="1.25")
        )
        for g in groups
    )
    derived = f"<derivation>{series(beat, tag='derivedSeries')}</derivation>"
    hl7 = _read(series(rhythm, derived))
    dicom = read_ecg_files({"ecg.dcm": dicom_bytes()})
    assert hl7.sample_rate_hz == dicom.sample_rate_hz == 1000
    np.testing.assert_allclose(hl7.signal_mv, dicom.signal_mv, atol=1.25e-3 / 2)
    np.testing.assert_allclose(hl7.median_mv, groups[1] * 1.25e-3, atol=1.25e-3 / 2)


@pytest.mark.parametrize(
    ("increment", "rate_hz"),
    [
        ('value="0.002" unit="s"', 500),
        ('value="2" unit="ms"', 500),
        ('value="2000" unit="us"', 500),
        ('value="0.0033333333333" unit="s"', 300),
        ('value="4,0" unit="ms"', 250),
    ],
)
def test_the_rate_comes_from_the_increment(increment: str, rate_hz: float) -> None:
    for kind in ("RELATIVE", "ABSOLUTE"):
        ecg = _read(series(sequences(times(increment, kind), leads())))
        assert ecg.sample_rate_hz == pytest.approx(rate_hz, rel=1e-5)


def test_the_rate_comes_from_a_list_of_times() -> None:
    listed = times().replace('<increment value="0.002" unit="s"/>', "{}")
    digits = " ".join(str(2 * number) for number in range(SAMPLES))
    said = f'<scale value="1" unit="ms"/><digits>{digits}</digits>'
    assert _read(series(sequences(listed.format(said), leads()))).sample_rate_hz == 500
    uneven = said.replace(" 100 ", " 900 ")
    with pytest.raises(BadInput, match="not evenly spaced"):
        _read(series(sequences(listed.format(uneven), leads())))


@pytest.mark.parametrize(
    "increment", ['value="0" unit="s"', 'value="1"', 'value="-1" unit="s"', ""]
)
def test_without_a_usable_increment_the_rate_is_asked_for(increment: str) -> None:
    with pytest.raises(BadInput, match="its sample rate is missing"):
        _read(series(sequences(times(increment), leads())))


def test_units_scales_and_origins_all_mean_the_same_signal() -> None:
    expected = _rhythm().signal_mv
    for scale, unit in (("0.0025", "mV"), ("2500", "nV"), ("0.0000025", "V")):
        ecg = _read(series(sequences(times(), leads(scale=scale, unit=unit))))
        np.testing.assert_allclose(ecg.signal_mv, expected, atol=1e-6)
    shifted = leads(origin='<origin value="0.1" unit="mV"/>')
    ecg = _read(series(sequences(times(), shifted)))
    np.testing.assert_allclose(ecg.signal_mv[6:], expected[6:] + 0.1, atol=1e-6)


def test_any_leads_that_determine_twelve_suffice() -> None:
    stored = stored_leads()
    stored["aVF"] = stored.pop("II") * 2 - stored["I"]  # twice aVF = 2 II - I, in half steps
    halves = leads({"aVF": stored.pop("aVF")}, scale="1.25")
    ecg = _read(series(sequences(times(), halves, leads(stored))))
    assert ecg.missing == dict.fromkeys(("II", "III", "aVR", "aVL"), "derived")
    np.testing.assert_allclose(ecg.signal_mv, _rhythm().signal_mv, atol=1e-6)
    del stored["V5"]
    with pytest.raises(BadInput, match="missing: II, V5"):
        _read(series(sequences(times(), leads(stored))))


def test_the_longest_rhythm_of_all_leads_is_read() -> None:
    short = sequences(times(), leads({name: d[:2550] for name, d in stored_leads().items()}))
    strip = sequences(times(), leads({"II": np.arange(9000) % 50}))
    whole = sequences(times(), leads())
    for order in ([short, strip, whole], [whole, short, strip]):
        for ecg in (_read(series(*order)), _read(*map(series, order))):
            np.testing.assert_array_equal(ecg.signal_mv, _rhythm().signal_mv)


@pytest.mark.parametrize(
    "spelt",
    ["NOM_ECG_LEAD_{}", "MDC_ECG_LEAD_{}", "ECG_LEAD_{}", "MDC_LEAD_{}", "X_ECG_LEAD_{}", "{}"],
)
def test_lead_codes_are_known_whatever_their_system_is_called(spelt: str) -> None:
    content = leads()
    for name in INDEPENDENT_LEADS:
        code = spelt.format(name.upper())
        content = content.replace(f'"MDC_ECG_LEAD_{name}"', f'"{code}"')
    ecg = _read(series(sequences(times(), content), code="ECG_RHYTHM_WAVEFORMS"))
    np.testing.assert_array_equal(ecg.signal_mv, _rhythm().signal_mv)


def test_lead_codes_are_known_by_their_number() -> None:
    for partition in (0, 2 * 2**16):
        content = leads()
        for number, name in SCP_LEAD_CODES.items():
            content = content.replace(f'"MDC_ECG_LEAD_{name}"', f'"{partition + number}"')
        ecg = _read(series(sequences(times(), content)))
        np.testing.assert_array_equal(ecg.signal_mv, _rhythm().signal_mv)


COLUMNS = (("I", "II", "III"), ("aVR", "aVL", "aVF"), ("V1", "V2", "V3"), ("V4", "V5", "V6"))
QUARTER = SAMPLES // 4


def _time(kind: str, place: int) -> str:
    """When a column began: in its own head, or where all begin at the same time."""
    second = QUARTER * place * 0.002
    head = {
        "absolute": f'value="200401151120{4 + second:06.3f}"',
        "relative": f'value="{second}" unit="s"',
        "milliseconds": f'value="{second * 1000}" unit="ms"',
        "the same": 'value="20040115112004.000"',
        "none": 'value=""',
    }[kind]
    said = times(kind="RELATIVE" if kind in ("relative", "milliseconds", "none") else "ABSOLUTE")
    return said.replace('value="20040115112004.000"', head)


def _in_columns(kind: str, strip: bool) -> list[str]:
    stored = stored_leads()
    one, two = stored["I"], stored["II"]
    stored |= {"III": two - one, "aVR": -(one + two) // 2,
               "aVL": one - two // 2, "aVF": two - one // 2}  # fmt: skip
    sets = [
        sequences(
            _time(kind, place),
            leads({n: stored[n][QUARTER * place : QUARTER * (place + 1)] for n in names}),
        )
        for place, names in enumerate(COLUMNS)
    ]
    return [*sets, sequences(_time(kind, 0), leads({"II": stored["II"]}))] if strip else sets


@pytest.mark.parametrize("kind", ["absolute", "relative", "milliseconds", "the same", "none"])
@pytest.mark.parametrize("strip", [True, False])
@pytest.mark.parametrize("apart", [True, False])
def test_the_columns_of_a_printout_are_one_ecg_with_gaps(
    kind: str, strip: bool, apart: bool
) -> None:
    parts = _in_columns(kind, strip)
    ecg = _read(*map(series, parts)) if apart else _read(series(*parts))
    whole = _rhythm().signal_mv
    assert ecg.signal_mv.shape == (12, SAMPLES)
    for place, names in enumerate(COLUMNS):
        part = slice(QUARTER * place, QUARTER * (place + 1))
        for row in map(LEADS.index, names):
            np.testing.assert_allclose(ecg.signal_mv[row, part], whole[row, part], atol=2.6e-3)
            expected = SAMPLES if strip and LEADS[row] == "II" else QUARTER
            assert np.isfinite(ecg.signal_mv[row]).sum() == expected
    codes = [caveat.code for caveat in ecg.caveats]
    assert ("group_times_assumed" in codes) == (kind in ("the same", "none"))
    assert codes.count("leads_in_turn") == 1


def test_series_that_say_when_they_began_are_placed_by_it() -> None:
    parts = [
        series(part).replace(
            "<component>",
            f'<effectiveTime><low value="200401151120{4 + 0.002 * QUARTER * place:06.3f}"/>'
            "</effectiveTime><component>",
            1,
        )
        for place, part in enumerate(_in_columns("none", strip=False))
    ]
    ecg = _read(*parts)
    assert "group_times_assumed" not in [caveat.code for caveat in ecg.caveats]
    assert np.isfinite(ecg.signal_mv[6]).nonzero()[0].tolist() == list(
        range(2 * QUARTER, 3 * QUARTER)
    )


def test_limb_and_chest_leads_in_two_sets_are_one_ecg() -> None:
    stored = stored_leads()
    limb = {name: stored.pop(name) for name in ("I", "II")}
    ecg = _read(series(sequences(times(), leads(limb)), sequences(times(), leads(stored))))
    np.testing.assert_array_equal(ecg.signal_mv, _rhythm().signal_mv)


def test_a_sentinel_that_no_body_gives_is_no_signal() -> None:
    stored = stored_leads()
    stored["V4"][:700] = -32768
    ecg = _read(series(sequences(times(), leads(stored))))
    assert np.flatnonzero(np.isnan(ecg.signal_mv[9])).tolist() == list(range(700))
    fine = _read(series(sequences(times(), leads(stored, scale="0.5"))))
    assert fine.missing == dict.fromkeys(("III", "aVR", "aVL", "aVF"), "derived")
    assert fine.signal_mv[9].min() == pytest.approx(-16.384)


def test_a_representative_beat_is_kept_apart_and_its_damage_costs_nothing() -> None:
    short = {name: digits[:300] for name, digits in stored_leads().items()}
    beat = series(sequences(times('value="4" unit="ms"'), leads(short)), code="REPRESENTATIVE_BEAT")
    ecg = _read(beat, series(sequences(times(), leads())))
    assert (ecg.median_rate_hz, ecg.sample_rate_hz) == (250, 500)
    np.testing.assert_array_equal(ecg.median_mv, ecg.signal_mv[:, :300])
    broken = beat.replace("<digits>", "<digits>x ", 1)
    assert _read(broken, series(sequences(times(), leads()))).median_mv is None
    with pytest.raises(BadInput, match="holds no rhythm"):
        _read(beat)


def test_global_measurements_are_kept_and_those_of_a_lead_are_not() -> None:
    region = "<support><supportingROI/></support>"
    nested = annotation("MINDRAY_QTC", 1)
    of_the_lead = f"<component>{annotation('MDC_ECG_TIME_PD_PR', 99)}</component>"
    ecg = _rhythm(
        annotations(
            annotation("MDC_ECG_LEAD_II", 1, inner=region + of_the_lead),
            annotation("MDC_ECG_TIME_PD_QT", 111, inner=region),
            annotation("MDC_ECG_HEART_RATE", 61, "bpm"),
            annotation("MDC_ECG_TIME_PD_PR", 0.162, "s"),
            annotation("MDC_ECG_TIME_PD_QRS_GL", 88),
            annotation("MDC_ECG_TIME_PD_QT", 402, inner=f"<component>{nested}</component>"),
            annotation("MDC_ECG_TIME_PD_QTc", 405),
            annotation("MDC_ECG_ANGLE_P_FRONT", 41, "deg"),
            annotation("MDC_ECG_ANGLE_QRS_FRONT", -30, "deg"),
            annotation("MDC_ECG_ANGLE_T_FRONT", 32767, "deg"),
        )
    )  # fmt: skip
    assert ecg.measurements == {
        "heart_rate_bpm": 61, "pr_ms": 162, "qrs_ms": 88, "qt_ms": 402, "qtc_ms": 405,
        "p_axis_deg": 41, "qrs_axis_deg": -30,
    }  # fmt: skip


def test_a_measurement_inside_another_is_found_and_rr_gives_the_rate() -> None:
    inner = f"<component>{annotation('MDC_ECG_TIME_PD_QTcB', 431)}</component>"
    outer = annotation("MDC_ECG_TIME_PD_QTc", "", inner=inner)
    ecg = _rhythm(annotations(outer, annotation("MDC_ECG_TIME_PD_RR", 1000)))
    assert ecg.measurements == {"heart_rate_bpm": 60, "qtc_ms": 431}


def test_text_among_the_digits_is_refused() -> None:
    content = leads().replace("<digits>", "<digits>NaN? ", 1)
    with pytest.raises(BadInput, match="text among its samples"):
        _read(series(sequences(times(), content)))


def test_damage_gives_a_record_or_an_error(shared_data: Path) -> None:
    real = (shared_data / "ecg/hl7_aecg/Example2.xml").read_bytes().rstrip()
    assert isinstance(outcome(real), Ecg)
    assert all(isinstance(outcome(part), PtaclError) for part in cut_short(real, 50))
    synthetic = aecg(series(sequences(times(), leads())))
    for damaged in (*flipped(real, 50), *flipped(synthetic, 150)):
        outcome(damaged)
    assert isinstance(outcome(bytes(5000)), PtaclError)


@pytest.mark.parametrize("scale", ["", "2.5x", "0"])
def test_a_damaged_scale_is_never_taken_for_one(scale: str) -> None:
    with pytest.raises(BadInput, match="its scale is missing"):
        _read(series(sequences(times(), leads(scale=scale))))


def test_a_damaged_origin_is_never_taken_for_zero() -> None:
    with pytest.raises(BadInput, match="its scale is missing"):
        _read(series(sequences(times(), leads(origin='<origin value="x" unit="uV"/>'))))


@pytest.mark.parametrize(
    "code",
    ["MDC_ECG_ELEC_POTL_{name}", "NOM_ECG_ELEC_POTL_{name}", "2:{number}", "{voltage}"],
)
def test_the_code_of_a_lead_s_voltage_names_the_lead(code: str) -> None:
    numbers = {lead: number for number, lead in SCP_LEAD_CODES.items()}
    inner = leads()
    for name in INDEPENDENT_LEADS:
        number = numbers[name]
        spelt = code.format(name=name, number=number, voltage=131328 + number)
        inner = inner.replace(f'"MDC_ECG_LEAD_{name.upper()}"', f'"{spelt}"')
    expected = _rhythm().signal_mv
    np.testing.assert_array_equal(_read(series(sequences(times(), inner))).signal_mv, expected)


def test_another_number_near_those_of_leads_names_none() -> None:
    inner = leads().replace('"MDC_ECG_LEAD_V6"', '"135169"')  # 4096 + 1 in partition 2
    with pytest.raises(BadInput, match="V6"):
        _read(series(sequences(times(), inner)))
