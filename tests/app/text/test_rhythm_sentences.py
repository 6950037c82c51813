from dataclasses import replace

from app.text.rhythm_sentences import rhythm_sentence, rhythm_verdicts
from ptacl.types import RHYTHMS, Rhythm

FIBRILLATION = Rhythm(
    "atrial_fibrillation",
    0.93,
    {name: 0.93 if name == "atrial_fibrillation" else 0.014 for name in RHYTHMS},
    ("irregular, R–R varies by 22 %", "no P in common", "f waves 6.1/s in V1"),
)


class Inspected:
    def __init__(self, rhythm):
        self.rhythm = rhythm


def test_name_probability_and_evidence():
    assert rhythm_sentence(FIBRILLATION) == (
        "Atrial fibrillation, 93 %: irregular, R–R varies by 22 %, no P in common and "
        "f waves 6.1/s in V1."
    )


def test_an_unsure_name_has_its_rival_beside_it():
    unsure = replace(
        FIBRILLATION,
        probability=0.6,
        probabilities={**FIBRILLATION.probabilities, "atrial_fibrillation": 0.6, "sinus": 0.35},
    )
    assert "60 % (or sinus rhythm, 35 %)" in rhythm_sentence(unsure)


def test_the_narrower_name_is_shown():
    named = replace(FIBRILLATION, name="sinus", detail="sinus arrhythmia")
    assert rhythm_sentence(named).startswith("Sinus arrhythmia, 93 %")


def test_only_a_clear_sinus_rhythm_is_good():
    for name in RHYTHMS:
        ((subject, (state, _)),) = rhythm_verdicts(Inspected(replace(FIBRILLATION, name=name)))
        assert subject == "Rhythm" and (state == "good") == (name == "sinus")


def test_an_ecg_that_is_withheld_has_no_rhythm():
    assert rhythm_verdicts(Inspected(None)) == ()
