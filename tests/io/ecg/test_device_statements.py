import pytest

from ptacl.io import read_ecg
from ptacl.io.ecg.device_statements import MOST_TEXTS, PHRASES, known_statements
from tests.real_files import SHARED


def test_phrases_are_taken_and_other_text_of_the_file_never():
    texts = ["SINUS RHYTHM", "Confirmed by SMITH, JOHN (17)", None, "", "Left axis deviation; Anna"]
    assert known_statements(texts) == ("sinus rhythm", "left axis deviation")


def test_the_longest_phrase_counts():
    assert known_statements(["Incomplete right bundle branch block"]) == (
        "incomplete right bundle branch block",
    )
    assert known_statements(["Otherwise normal ECG"]) == ("otherwise normal ECG",)


@pytest.mark.parametrize(
    "text",
    ["No ST elevation", "Sinus rhythm has replaced atrial fibrillation",
     "Compared with the previous ECG, T wave inversion", "atrial fibrillation not present"],
)  # fmt: skip
def test_negations_and_comparisons_are_no_statements(text):
    assert known_statements([text]) == ()


def test_doubt_is_kept():
    assert known_statements(["Possible Left atrial enlargement"]) == (
        "left atrial enlargement (possible)",
    )


def test_each_phrase_is_known_and_a_flood_is_cut():
    assert all(known_statements([phrase]) == (phrase,) for phrase in PHRASES)
    assert known_statements(["x"] * MOST_TEXTS + ["sinus rhythm"]) == ()


@pytest.mark.parametrize(
    ("file", "statements"),
    [
        ("philips_sierra_xml/129DYPRG_1-03.xml", ("sinus bradycardia", "inferior infarct")),
        ("cardiosoft_xml/rest_with_full_disclosure.xml",
         ("sinus bradycardia", "otherwise normal ECG")),
    ],
)  # fmt: skip
def test_real_files_have_them(file, statements):
    path = SHARED / "ecg" / file
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    assert set(statements) <= set(read_ecg(path).device_statements)
