"""Sex and age that a file states."""

from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file

from ptacl.io import read_ecg_files
from ptacl.io.stated_person import commented_person, stated_person
from ptacl.types import UNKNOWN_PERSON, Person
from tests.io.ecg.xml.test_muse import muse, rhythm
from tests.made.files import wfdb_files


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
