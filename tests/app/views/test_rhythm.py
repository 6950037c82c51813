"""The rhythm on the pages: a line with its evidence, and the blurred phase of fibrillation."""

from dataclasses import replace

import pytest

from ptacl.types import RHYTHMS, Rhythm
from tests.app.driving import shown, text

FIBRILLATION = Rhythm(
    "atrial_fibrillation",
    0.93,
    {name: 0.93 if name == "atrial_fibrillation" else 0.014 for name in RHYTHMS},
    ("irregular, R–R varies by 22 %", "no P in common", "f waves 6.1/s in V1"),
)


@pytest.fixture
def with_rhythm(gallery, monkeypatch):
    plain = gallery.inspection("S0-00000")

    def put(rhythm):
        monkeypatch.setattr(
            gallery, "inspection", lambda subject: replace(plain, rhythm=rhythm)
        )  # fmt: skip

    return put


def test_the_page_names_the_rhythm_and_what_speaks_for_it(app, with_rhythm):
    with_rhythm(FIBRILLATION)
    said = text(shown(app, "inspect_ecg"))
    assert "**Rhythm** :orange[:material/warning: check] · Atrial fibrillation, 93 %" in said
    assert "no P in common and f waves 6.1/s in V1" in said


@pytest.mark.parametrize("name", ["atrial_fibrillation", "sinus"])
def test_what_is_to_be_checked_stands_before_the_numbers(app, with_rhythm, name):
    with_rhythm(replace(FIBRILLATION, name=name))
    parts = [str(part.value) for part in shown(app, "inspect_ecg").main if hasattr(part, "value")]
    rhythm = next(at for at, part in enumerate(parts) if "**Rhythm**" in part)
    answer = next(at for at, part in enumerate(parts) if 'class="answer"' in part)
    assert (rhythm < answer) == (name != "sinus")


def test_without_a_rhythm_the_page_names_none(app, with_rhythm):
    with_rhythm(None)
    assert "**Rhythm**" not in text(shown(app, "inspect_ecg"))


@pytest.mark.parametrize(("name", "blurred"), [("atrial_fibrillation", True), ("sinus", False)])
def test_alignment_says_where_the_phase_is_blurred(app, with_rhythm, name, blurred):
    with_rhythm(replace(FIBRILLATION, name=name))
    page = shown(app, "alignment")
    assert any("phase is blurred" in entry.value for entry in page.warning) == blurred
