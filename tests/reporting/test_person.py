from ptacl.reporting.person import person_lines
from ptacl.types import UNKNOWN_PERSON, Person


def test_what_is_not_known_is_a_dash_and_what_the_file_states_is_marked():
    lines = dict(person_lines(Person("male", 61.0), Person("male", 61.4)))
    assert lines["Sex"] == "male (from the file)" and lines["Age"] == "61 years (from the file)"
    assert lines["Height"] == lines["Body surface area"] == "–"


def test_what_was_entered_against_the_file_is_not_marked():
    lines = dict(person_lines(Person("female", 40.0, 170.0, 70.0), Person("male", 61.0)))
    assert lines["Sex"] == "female" and lines["Age"] == "40 years"
    assert lines["Body surface area"].startswith("1.81 m²")
    assert set(dict(person_lines(UNKNOWN_PERSON, UNKNOWN_PERSON)).values()) == {"–"}
