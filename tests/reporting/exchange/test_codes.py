import pytest
from pydicom.sr._concepts_dict import concepts  # the context groups of DICOM PS3.16

from ptacl.measurements import shown_in
from ptacl.phenotypes import PHENOTYPES
from ptacl.reporting.exchange.codes import ECG_CODES, ECG_STUDY, PERSON_CODES, ucum_unit

CODES = [*(row.loinc for row in (*ECG_CODES, *PERSON_CODES)), ECG_STUDY]


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.meaning)
def test_a_loinc_code_has_the_check_digit_of_its_number(code):
    number, check = code.value.split("-")
    total = 0
    for place, letter in enumerate(reversed(number)):
        digit = int(letter) * (2 if place % 2 == 0 else 1)
        total += digit // 10 + digit % 10
    assert int(check) == -total % 10


def test_the_codes_of_intervals_are_those_of_the_context_groups_of_dicom():
    known = {
        code.strip(): meaning
        for codes in concepts["MDC"].values()
        for code, (meaning, groups) in codes.items()
        if {3227, 3228, 3229} & set(groups)
    }
    coded = {row.mdc.value: row.mdc.meaning for row in ECG_CODES if row.key != "heart_rate_bpm"}
    assert coded.items() <= known.items()


def test_every_interval_of_an_inspection_has_a_code():
    assert {row.key for row in ECG_CODES} == {entry.key for entry in shown_in("inspection")}


def test_every_phenotype_has_a_unit_in_ucum():
    for entry in PHENOTYPES:
        assert "²" not in ucum_unit(entry.unit)
        if entry.indexed_reference is not None:
            assert ucum_unit(entry.indexed_unit).endswith("/m2")
