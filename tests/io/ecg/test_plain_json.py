"""Plain JSON with the leads of an ECG."""

import json

import numpy as np
import pandas as pd
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg_files
from ptacl.types import Ecg
from tests.io.damage import cut_short, flipped, outcome
from tests.io.vendor_writers import LEADS, as_json, json_leads
from tests.made.files import beating

ROWS = np.round(beating().astype(float), 4)
BY_NAME = dict(zip(LEADS, ROWS.tolist(), strict=True))
FRAME = pd.DataFrame(BY_NAME)


def _read(document: object, **given) -> Ecg:
    content = document if isinstance(document, bytes) else as_json(document)
    return read_ecg_files({"a.json": content}, **given)


def _said(inner: dict[str, object]) -> dict[str, object]:
    return {"sampling_rate": 500, "unit": "mV"} | inner


SHAPES = {
    "leads by name": json_leads(),
    "leads at the top": _said(BY_NAME),
    "camel case": {
        "samplingRate": 500, "units": "mV", "signals": {f"lead{k}": v for k, v in BY_NAME.items()}
    },
    "a list of named leads": _said(
        {"leads": [{"name": lead, "samples": row} for lead, row in BY_NAME.items()]}
    ),
    "a list that says all of each lead": [
        {"lead": lead, "data": row, "fs": 500, "unit": "mV"} for lead, row in BY_NAME.items()
    ],
    "a lead is a record": _said(
        {"ecg": {lead: {"values": row} for lead, row in BY_NAME.items()}}
    ),
    "rows and their names": _said({"signal": ROWS.tolist(), "lead_names": list(LEADS)}),
    "columns and their names": _said({"data": ROWS.T.tolist(), "leads": list(LEADS)}),
    "rows without names": _said({"ecg": ROWS.tolist()}),
    "deeper": {"patient": {"id": 1}, "recording": _said({"waveform": {"leads": BY_NAME}})},
    "the unit of each lead": {"fs": 500, "units": ["mV"] * 12, "signals": BY_NAME},
    "pandas columns": _said({"data": json.loads(FRAME.to_json())}),
    "pandas split": _said(json.loads(FRAME.to_json(orient="split"))),
    "pandas records": _said({"data": json.loads(FRAME.to_json(orient="records"))}),
    "a record beside them": {"metadata": {"fs": 500, "unit": "mV"}, "leads": BY_NAME},
    "a record a lead": {
        lead: {"samples": row, "sample_rate_hz": 500, "unit": "mV"} for lead, row in BY_NAME.items()
    },
    "a rate in words": {"Sampling Rate (Hz)": "500 Hz", "unit": "mV", "leads": BY_NAME},
    "a frequency of the mains": _said({"leads": BY_NAME, "frequency": 50, "mainsFreq": 60}),
    "a gain on paper": _said({"leads": BY_NAME, "gain": "10 mm/mV", "scale": 1}),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_leads(shape: str) -> None:
    ecg = _read(SHAPES[shape])
    np.testing.assert_allclose(ecg.signal_mv, ROWS, atol=1e-6)
    assert (ecg.source_format, ecg.sample_rate_hz) == ("json", 500)


@pytest.mark.parametrize(
    "document",
    [BY_NAME, ROWS.tolist(), json.loads(FRAME.to_json(orient="records"))],
    ids=["leads", "rows", "records"],
)
def test_rate_and_unit_are_asked_for_where_nothing_says_them(document: object) -> None:
    with pytest.raises(BadInput, match="its sample rate and unit are missing"):
        _read(document)
    ecg = _read(document, sample_rate_hz=500, unit="mV")
    np.testing.assert_allclose(ecg.signal_mv, ROWS, atol=1e-6)


def test_each_lead_of_a_record_says_its_own_unit() -> None:
    micro = {
        n: {"samples": (1000 * ROWS[i]).tolist(), "unit": "uV", "fs": 500}
        for i, n in enumerate(LEADS)
    }
    np.testing.assert_allclose(_read({"unit": "mV", "leads": micro}).signal_mv, ROWS, atol=1e-6)


def test_null_and_nan_are_missing_samples() -> None:
    leads = {lead: list(row) for lead, row in BY_NAME.items()}
    leads["V2"][7] = None
    leads["V3"][8] = float("nan")
    ecg = _read(_said({"leads": leads}))
    assert np.isnan(ecg.signal_mv[[7, 8], [7, 8]]).all()
    assert ecg.missing == {"V2": "gaps", "V3": "gaps"}


@pytest.mark.parametrize(
    "scale",
    [
        {"resolution": 4.88}, {"gain": 200}, {"adc_gain": 1000.0}, {"amplitudeResolution": 500},
        {"unitsPerMv": 200}, {"lsb_uv": 2.5}, {"scale": "4.88 uV/bit"}, {"adc_zero": 1024},
    ],
    ids=str,
)  # fmt: skip
def test_steps_of_a_converter_are_never_taken_for_voltages(scale: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="a gain, a resolution or a zero"):
        _read(_said({"leads": BY_NAME}) | scale)
    for inside in (
        _said({"metadata": scale, "leads": BY_NAME}),
        _said({n: {"samples": r} | scale for n, r in BY_NAME.items()}),
    ):
        with pytest.raises(BadInput, match="a gain, a resolution or a zero"):
            _read(inside)
    with pytest.raises(BadInput, match="a gain, a resolution or a zero"):
        _read(_said({"leads": [{"name": n, "samples": r} | scale for n, r in BY_NAME.items()]}))


def test_a_lead_that_ends_early_is_missing_there() -> None:
    ecg = _read(_said({"leads": BY_NAME | {"V1": ROWS[6, :4000].tolist()}}))
    assert np.isnan(ecg.signal_mv[6, 4000:]).all() and np.isfinite(ecg.signal_mv[6, :4000]).all()
    assert [caveat.code for caveat in ecg.caveats] == ["gaps"]


def test_a_kardia_export_is_named() -> None:
    limb = {f"lead{lead}": ROWS[place].tolist() for place, lead in enumerate(("I", "II", "III"))}
    document = {"frequency": 300, "mainsFrequency": 50, "amplitudeResolution": 500, "samples": limb}
    with pytest.raises(BadInput, match="Kardia recording of limb leads"):
        _read(document)
    with pytest.raises(BadInput, match="Kardia recording of limb leads"):
        _read({"recordedAt": "2023-12-01", "data": {"raw": document}})
    with pytest.raises(BadInput, match="Kardia 12L"):
        _read({"recordedAt": "2023-12-01", "data12L": {"samples": BY_NAME}})


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (_said({"leads": {k: v for k, v in BY_NAME.items() if k != "V6"}}), "missing: V6"),
        (
            _said({"leads": [{"name": "I", "samples": ROWS[0].tolist()}] * 2}),
            "lead is present twice",
        ),
        (as_json(BY_NAME).replace(b'"III"', b'"II"'), "a key is there twice"),
        (as_json(BY_NAME)[:-40], "cut short or damaged"),
        ({"ecg": {"note": "x"}, "signal_times": list(range(99))}, "holds no ECG leads"),
        ({"fs": 500, "sampleRate": 250, "unit": "mV", "leads": BY_NAME}, "contradict each other"),
        (
            [{"lead": n, "data": r, "fs": 500 + (n == "V6")} for n, r in BY_NAME.items()],
            "differ in rate or unit",
        ),
    ],
)
def test_what_is_wrong_is_named(document: object, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        _read(document, sample_rate_hz=500, unit="mV")


@pytest.mark.parametrize(
    "content",
    [b'{"name": "package", "version": [1, 2, 3]}', b"[section]\nkey = 1\n", b"{}", b"[]", b'{"a"'],
)
def test_other_json_is_not_taken_for_an_ecg(content: bytes) -> None:
    with pytest.raises(BadInput, match="this looks like a text file"):
        _read(content)


def test_a_sidecar_beside_a_recording_costs_nothing() -> None:
    from tests.made.files import csv_bytes

    for told in (
        {"leads": list(LEADS), "sampling_rate": 500, "device": "cart"},
        {"st_mv": dict.fromkeys(LEADS, 0.1), "axis": {"I": [1, 2, 3]}},
    ):
        files = {"a.csv": csv_bytes(), "a.json": as_json(told)}
        assert read_ecg_files(files).source_format == "csv"


def test_brackets_a_million_deep_are_refused_soon() -> None:
    content = b'{"ecg": [1, 2, 3, 4, 5, 6, 7, 8, 9], "II": ' + b"[" * 1_000_000
    assert isinstance(outcome(content), BadInput)


def test_damage_gives_a_record_or_an_error() -> None:
    content = as_json(json_leads())
    assert all(isinstance(outcome(part), PtaclError) for part in cut_short(content, 30))
    for damaged in flipped(content, 40):
        outcome(damaged)
