"""FHIR Observations with the samples of an ECG."""

import json
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

import numpy as np
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg_files
from ptacl.types import Ecg
from tests.io.damage import cut_short, flipped, outcome
from tests.io.vendor_writers import (
    LEADS,
    as_json,
    fhir_component,
    fhir_observation,
    fhir_quantity,
    steps,
)
from tests.made.files import beating


def _read(document: object, name: str = "a.json", **given) -> Ecg:
    content = document if isinstance(document, bytes) else as_json(document)
    return read_ecg_files({name: content}, **given)


def _components(system: str = "mdc", **sampled: object) -> list[dict[str, object]]:
    return [fhir_component(lead, s, system, **sampled) for lead, s in steps(400).items()]


def _holds_the_made_ecg(ecg: Ecg) -> None:
    np.testing.assert_allclose(ecg.signal_mv, beating(), atol=0.00126)
    assert (ecg.source_format, ecg.sample_rate_hz) == ("fhir", 500)


@pytest.mark.parametrize("system", ["mdc", "lead", "name", "loinc", "words"])
def test_every_code_of_a_lead_is_known(system: str) -> None:
    _holds_the_made_ecg(_read(fhir_observation(_components(system))))


@pytest.mark.parametrize(
    "sampled",
    [
        {"period": 2},
        {"period": None, "interval": 2, "intervalUnit": "ms"},
        {"period": None, "interval": 0.002, "intervalUnit": "s"},
        {"period": None, "interval": 500, "intervalUnit": "Hz"},
        {"origin": {"value": 0, "unit": "microvolt", "code": "uV"}},
        {"origin": {"value": 0, "unit": "mV"}, "factor": 0.0025},
        {"origin": {"value": 0.0, "code": "mV"}, "factor": 0.0025, "lowerLimit": -3300},
    ],
)
def test_rate_and_scale_are_read_in_both_releases(sampled: dict[str, object]) -> None:
    _holds_the_made_ecg(_read(fhir_observation(_components(**sampled))))


def test_the_origin_is_what_a_datum_of_zero_means() -> None:
    shifted = [
        fhir_component(lead, s + 400, origin={"value": -1000, "unit": "uV"})
        for lead, s in steps(400).items()
    ]
    _holds_the_made_ecg(_read(fhir_observation(shifted)))


def test_errors_and_values_beyond_the_limits_are_missing() -> None:
    components = _components()
    data = components[8]["valueSampledData"]["data"].split()
    data[10], data[20], data[30:33] = "E", "U", ["L"] * 3
    components[8]["valueSampledData"]["data"] = " ".join(data)
    ecg = _read(fhir_observation(components))
    assert np.flatnonzero(np.isnan(ecg.signal_mv[8])).tolist() == [10, 20, 30, 31, 32]
    assert ecg.missing == {"V3": "gaps"}


def test_a_bundle_with_an_observation_a_lead_is_one_ecg() -> None:
    entries = [{"resource": {"resourceType": "Patient", "name": [{"family": "Zebedee"}]}}]
    for component in _components():
        one = fhir_observation([], component=[]) | component
        entries.append({"resource": one})
    _holds_the_made_ecg(_read({"resourceType": "Bundle", "type": "collection", "entry": entries}))


def test_a_bundle_a_contained_resource_and_one_a_line_are_found() -> None:
    whole = fhir_observation()
    _holds_the_made_ecg(_read({"resourceType": "Bundle", "entry": [{"resource": whole}]}))
    _holds_the_made_ecg(_read({"resourceType": "DiagnosticReport", "contained": [whole]}))
    patient = {"resourceType": "Patient", "name": "Bundle"}
    _holds_the_made_ecg(_read(b"\n".join(map(as_json, (patient, whole)))))


def test_xml_gives_the_same_as_json() -> None:
    content = f'<Observation xmlns="http://hl7.org/fhir">{_xml(fhir_observation())}</Observation>'
    _holds_the_made_ecg(_read(content.encode(), "a.xml"))
    bundle = f'<Bundle xmlns="http://hl7.org/fhir"><entry><resource>{content}</resource></entry>'
    _holds_the_made_ecg(_read(f"{bundle}</Bundle>".encode(), "a.xml"))


def test_long_leads_in_xml_are_read() -> None:
    minute = [fhir_component(lead, np.tile(s, 6)) for lead, s in steps(400).items()]
    content = f'<Observation xmlns="http://hl7.org/fhir">{_xml(fhir_observation(minute))}'
    assert _read(f"{content}</Observation>".encode(), "a.xml").duration_s == 60


def _xml(record: dict[str, object]) -> str:
    inner = ""
    for key, value in record.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                inner += f"<{key}>{_xml(one)}</{key}>"
            elif key != "resourceType":
                inner += f"<{key} value={quoteattr(str(one))}/>"
    return inner


def test_parts_of_a_lead_are_joined_and_said() -> None:
    halves = [
        fhir_component(lead, part)
        for lead, samples in steps(400).items()
        for part in (samples[:2500], samples[2500:])
    ]
    ecg = _read(fhir_observation(halves))
    _holds_the_made_ecg(ecg)
    assert [caveat.code for caveat in ecg.caveats] == ["parts_joined"]


def test_printed_values_are_kept_in_milliseconds() -> None:
    quantities = [
        fhir_quantity("76282-3", 75, "{beats}/min"), fhir_quantity("8625-6", 0.16, "s"),
        fhir_quantity("8633-0", 90, "ms"), fhir_quantity("8634-8", 0.4, "s"),
        fhir_quantity("8636-3", 0.42, "s"), fhir_quantity("8632-2", 30, "deg"),
        fhir_quantity("9995-2", 1.2, "mV"),
    ]  # fmt: skip
    ecg = _read(fhir_observation([*_components(), *quantities]))
    assert ecg.measurements == pytest.approx(
        {"heart_rate_bpm": 75, "pr_ms": 160, "qrs_ms": 90, "qt_ms": 400, "qtc_ms": 420,
         "qrs_axis_deg": 30}
    )  # fmt: skip


def test_what_is_not_said_is_asked_for() -> None:
    unsaid = fhir_observation(_components(origin={"value": 0}, period=None))
    with pytest.raises(BadInput, match="its sample rate and unit are missing"):
        _read(unsaid)
    _holds_the_made_ecg(_read(unsaid, sample_rate_hz=500, unit="uV"))


def _twice(lead: str) -> Sequence[dict[str, object]]:
    return [*_components(), fhir_component(lead, steps(400)[lead])]


def _mislabelled() -> list[dict[str, object]]:
    components = _components()
    components[0]["code"]["coding"][0]["display"] = "Lead V5"
    return components


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (fhir_observation(_components()[:6]), "6 of the 12 standard leads"),
        (fhir_observation(_twice("V2")), "present several times"),
        (fhir_observation(_mislabelled()), "code and name mean different leads"),
        (fhir_observation(_components(dimensions=2)), "several dimensions"),
        (fhir_observation(_components(factor=0)), "factor"),
        (fhir_observation(_components(data="1 2 x 3")), "text among its samples"),
        (fhir_observation(status="entered-in-error"), "entered in error"),
        (fhir_observation([fhir_quantity("8867-4", 60, "/min")]), "no samples of an ECG lead"),
        (
            {"resourceType": "Bundle", "entry": [{"resource": fhir_observation()}] * 2},
            "several ECGs",
        ),
        (
            fhir_observation([*_components()[:11], *_components(period=4)[11:]]),
            "differ in their rate",
        ),
    ],
)
def test_what_is_wrong_is_named(document: object, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        _read(document)


def test_damage_gives_a_record_or_an_error() -> None:
    content = as_json(fhir_observation())
    assert all(isinstance(outcome(part), PtaclError) for part in cut_short(content, 30))
    for damaged in flipped(content, 60):
        outcome(damaged)


def test_the_models_of_fhir_resources_hold_what_is_written_and_give_it_back() -> None:
    models = pytest.importorskip("fhir.resources.R4B.observation", reason="the peer is absent")
    whole = models.Observation.model_validate(fhir_observation())
    _holds_the_made_ecg(_read(json.loads(whole.model_dump_json())))
    assert {component.code.coding[0].code for component in whole.component} == {
        str(131328 + code) for code in (1, 2, 61, 62, 63, 64, 3, 4, 5, 6, 7, 8)
    }
    assert len(whole.component) == len(LEADS)
