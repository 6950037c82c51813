"""Sex and age that a file states."""

import struct
from pathlib import Path

import pydicom
import pyedflib
import pytest
from pydicom.data import get_testdata_file

from ptacl.io import read_ecg, read_ecg_files
from ptacl.io.ecg.scp.person import read_person
from ptacl.io.stated_person import commented_person, stated_person
from ptacl.types import INDEPENDENT_LEADS, UNKNOWN_PERSON, Person
from tests.io.ecg.xml.test_muse import muse, rhythm
from tests.io.vendor_writers import VENDOR_FILES, as_json, fhir_observation
from tests.made.files import beating, wfdb_files


@pytest.mark.parametrize(
    ("said", "years"),
    [
        (("63",), 63.0),
        (("063Y",), 63.0),
        (("53", "YEARS"), 53.0),
        (("18M",), 1.5),
        (("", "YEARS"), None),
        (("0",), None),
        (("300",), None),
        (("about 60",), None),
        (("01.02.1960",), None),
        (("19600102",), None),
    ],
)
def test_an_age_is_a_number_of_years_and_never_a_date(said, years) -> None:
    assert stated_person("", *said).age_years == years


@pytest.mark.parametrize(
    ("said", "sex"),
    [("F", "female"), ("Male", "male"), (" MALE\n", "male"), ("O", None), ("Unknown", None)],
)
def test_a_sex_is_stated_or_it_is_unknown(said, sex) -> None:
    assert stated_person(said).sex == sex


@pytest.mark.parametrize(
    ("comments", "person"),
    [
        ("# Age: 56\n# Sex: Female\n", Person("female", 56.0)),
        ("#<age>: 63  <sex>: M  <diagnoses> (none)\n", Person("male", 63.0)),
        ("# Age: NaN\n# Sex: Unknown\n", UNKNOWN_PERSON),
        ("# Dosage: 40\n# Stage: 2\n# Dx: 426783006\n", UNKNOWN_PERSON),
        ("# Age: 8 months\n", Person(age_years=8 / 12)),
        ("# Age at first event: 40\n", UNKNOWN_PERSON),
    ],
)
def test_comments_of_a_wfdb_header_state_a_person(tmp_path: Path, comments, person) -> None:
    files = wfdb_files(tmp_path, "p")
    files["p.hea"] += comments.encode()
    assert read_ecg_files(files).stated == person


def test_a_comment_of_any_bytes_is_no_statement() -> None:
    assert (
        commented_person(b"p 0 500\n#\xff\xfe age: \x80\n# " + b"age:" * 10_000) == UNKNOWN_PERSON
    )


def test_muse_and_dicom_state_a_person_and_hand_on_no_more() -> None:
    demographics = (
        "<PatientDemographics><PatientAge>71</PatientAge><AgeUnits>YEARS</AgeUnits>"
        "<Gender>FEMALE</Gender><DateofBirth>01-02-1950</DateofBirth></PatientDemographics>"
    )
    ecg = read_ecg_files({"m.xml": muse(demographics, rhythm())})
    assert ecg.stated == Person("female", 71.0)
    path = Path(str(get_testdata_file("waveform_ecg.dcm")))
    dataset = pydicom.dcmread(path)
    dataset.PatientSex, dataset.PatientAge, dataset.PatientBirthDate = "M", "063Y", "19500201"
    stream = pydicom.filebase.DicomBytesIO()
    dataset.save_as(stream)
    ecg = read_ecg_files({"d.dcm": stream.parent.getvalue()})
    assert ecg.stated == Person("male", 63.0)


def test_what_real_exports_state_is_read(shared_data: Path) -> None:
    found = {}
    for pattern in ("philips_sierra_xml/129*.xml", "wfdb_cinc2021/*.hea"):
        path = sorted((shared_data / "ecg").glob(pattern))[0]
        files = {p.name: p.read_bytes() for p in path.parent.glob(f"{path.stem}.*")}
        found[path.parent.name] = read_ecg_files(files).stated
    assert found["philips_sierra_xml"] == Person("male", 50.0)
    assert found["wfdb_cinc2021"].sex and found["wfdb_cinc2021"].age_years


def test_a_file_that_states_nothing_leaves_the_person_untold() -> None:
    assert read_ecg_files({"m.xml": muse(rhythm())}).stated == UNKNOWN_PERSON


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("eli.xml", Person("female", 92.0)),
        ("schiller.xml", Person("female")),
        ("holter.ecg", Person("male")),
        ("cart.mwf", Person("female", 92.0)),
    ],
)
def test_a_vendor_s_file_states_what_its_format_has_a_field_for(name, person) -> None:
    assert read_ecg_files({name: VENDOR_FILES[name]()}).stated == person


@pytest.mark.parametrize(
    ("patients", "person"),
    [
        ([{"gender": "male", "birthDate": "1931-05-15"}], Person("male")),
        ([{"gender": "other"}], UNKNOWN_PERSON),
        ([{"gender": "male"}, {"gender": "male"}], UNKNOWN_PERSON),
        ([], UNKNOWN_PERSON),
    ],
)
def test_the_one_patient_beside_a_fhir_ecg_states_the_sex(patients, person) -> None:
    held = [fhir_observation(), *({"resourceType": "Patient"} | one for one in patients)]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in held]}
    assert read_ecg_files({"b.json": as_json(bundle)}).stated == person
    contained = fhir_observation(contained=held[1:])
    assert read_ecg_files({"c.json": as_json(contained)}).stated == person


def scp_fields(*fields: tuple[int, bytes]) -> bytes:
    """Section 1: a tag, a length and a value each, then the tag that ends them."""
    body = b"".join(struct.pack("<BH", tag, len(value)) + value for tag, value in fields)
    return body + struct.pack("<BH", 255, 0)


@pytest.mark.parametrize(
    ("fields", "person"),
    [
        ([(0, b"Quux\0"), (4, b"\x3f\0\x01"), (5, b"\x8b\x07\x05\x0f"), (8, b"\x02")],
         Person("female", 63.0)),
        ([(8, b"\x01"), (4, b"\x12\0\x02")], Person("male", 1.5)),
        ([(4, b"\x3f\0\0"), (8, b"\x09")], UNKNOWN_PERSON),
        ([(4, b"\0\0\x01"), (8, b"\0")], UNKNOWN_PERSON),
        ([(5, b"\x8b\x07\x05\x0f")], UNKNOWN_PERSON),
        ([(8, b"")], UNKNOWN_PERSON),
    ],
)  # fmt: skip
def test_section_one_of_an_scp_record_states_sex_and_age_and_hands_on_no_more(
    fields, person
) -> None:
    assert read_person("a.scp", {1: scp_fields(*fields)}) == person


def test_a_torn_section_one_states_nothing_and_costs_nothing() -> None:
    whole = scp_fields((0, b"Quux\0"), (4, b"\x3f\0\x01"), (8, b"\x02"))
    assert read_person("a.scp", {}) == UNKNOWN_PERSON
    for size in range(len(whole)):
        said = read_person("a.scp", {1: whole[:size]})
        assert said in (UNKNOWN_PERSON, Person(age_years=63.0), Person("female", 63.0))


@pytest.mark.parametrize(
    ("kind", "sex", "stated"),
    [
        (pyedflib.FILETYPE_EDFPLUS, 0, Person("female")),
        (pyedflib.FILETYPE_BDFPLUS, 1, Person("male")),
        (pyedflib.FILETYPE_EDFPLUS, None, UNKNOWN_PERSON),
        (pyedflib.FILETYPE_EDF, 1, UNKNOWN_PERSON),
    ],
)
def test_the_patient_s_line_of_an_edf_plus_states_the_sex(tmp_path, kind, sex, stated) -> None:
    path = tmp_path / "made.edf"
    writer = pyedflib.EdfWriter(str(path), 8, file_type=kind)
    for number, lead in enumerate(INDEPENDENT_LEADS):
        writer.setSignalHeader(number, {
            "label": lead, "dimension": "mV", "sample_frequency": 500, "physical_min": -5,
            "physical_max": 5, "digital_min": -32768, "digital_max": 32767, "transducer": "",
            "prefilter": "",
        })  # fmt: skip
    if sex is not None:
        writer.setSex(sex)
    writer.setPatientName("M Quux" if kind != pyedflib.FILETYPE_EDF else "Q M Quux")
    writer.writeSamples([row[:5000].astype(float) for row in beating()[[0, 1, *range(6, 12)]]])
    writer.close()
    assert read_ecg_files({"made.edf": path.read_bytes()}).stated == stated


def test_the_real_scp_records_state_a_sex(shared_data: Path) -> None:
    for name in ("Example.scp", "demo.scp"):
        assert read_ecg(shared_data / "ecg" / "scp" / name).stated == Person("male")
