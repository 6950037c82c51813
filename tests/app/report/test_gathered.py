"""A report that can be filed: person, dates, comment, indexed values, attribution, two hearts."""

import base64
import io
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PIL import Image

from app.report.gathered import report_content
from app.report.html import to_html
from app.report.pdf import to_pdf
from app.report.stills_png import ENLARGED
from ptacl.errors import PtaclError
from ptacl.phenotypes import body_surface_area_m2
from ptacl.reporting.details import ReportDetails
from ptacl.types import LEADS, Attribution, Person
from tests.app.fake_gallery import FakeGallery
from tests.app.report.test_pdf import pages, words

SUBJECT = "S0-00005"
DETAILS = ReportDetails("one.hea", date(2026, 3, 9), date(2026, 4, 1), "Echo <b>last</b> week.")
PERSON = Person("female", 61.0, 165.0, 60.0)


def gathered(person: Person = PERSON, gallery: FakeGallery | None = None):
    gallery = gallery or FakeGallery()
    segments = np.zeros((12, 200))
    segments[LEADS.index("V2"), 19:21] = -1.0
    drove = Attribution("lvef_pct", "LVEF", "%", 44.2, 63.0, segments, 0.05)
    inspection = replace(gallery.inspection(SUBJECT), person=person)
    return report_content(gallery, inspection, DETAILS, subject_id=SUBJECT, attribution=drove)


@pytest.fixture(scope="module")
def page() -> str:
    return to_html(gathered())


@pytest.fixture(scope="module")
def said() -> str:
    return words(to_pdf(gathered())).replace("\n", " ")


def test_the_person_and_the_body_surface_are_told_as_values_with_their_formula(page, said):
    for value in ("female", "61 years", "165 cm", "60 kg", "1.66 m² (Du Bois and Du Bois 1916"):
        assert value in page and value in said


def test_dates_and_comment_are_in_both_forms_and_text_stays_text(page, said):
    assert "2026-03-09" in page and "2026-04-01" in page
    assert "Echo &lt;b&gt;last&lt;/b&gt; week." in page
    assert "Recorded: 2026-03-09" in said and "Echo <b>last</b> week." in said


def test_absolute_and_indexed_volumes_stand_beside_each_other(page, said):
    content = gathered()
    surface = body_surface_area_m2(165.0, 60.0)
    absolute = {row.key: row for row in content.rows}
    assert {row.key for row in content.parts.indexed} == set(absolute) - {"lvef_pct", "rvef_pct"}
    for row in content.parts.indexed:
        assert row.value == pytest.approx(absolute[row.key].value / surface)
        assert f"{row.low:.0f}–{row.high:.0f}" in page and f"{row.low:.0f}–{row.high:.0f}" in said
    assert "LVEDVi" in page and "LVEDVi" in said


def test_without_a_body_size_nothing_is_indexed():
    content = gathered(Person("female"))
    assert content.parts.indexed == ()
    assert "LVEDVi" not in to_html(content) and "m² (" not in to_html(content)


def test_what_drove_the_first_number_is_told(page, said):
    assert "What drove LVEF" in page and "Decreased most by QRS in V2" in page
    assert "Decreased most by QRS in V2" in said and "Association in this model" in said


def test_two_neighbours_are_shown_at_both_ends_of_systole_and_named_synthetic(page):
    gallery = FakeGallery()
    near = gallery.inspection(SUBJECT).neighbours[:2]
    pictures = re.findall(r'<img src="data:image/png;base64,([^"]+)" alt="([^"]+)"', page)
    assert len(pictures) == 4
    for neighbour in near:
        assert re.search(rf'{neighbour.subject_id}, simulated heart.*class="badge"', page)
    diastole, systole = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(coded)))) for coded, _ in pictures[:2]
    )
    assert np.array_equal(
        diastole[::ENLARGED, ::ENLARGED], gallery.cine(near[0].subject_id).frames[0]
    )
    assert (systole > 128).sum() < 0.8 * (diastole > 128).sum()


def test_hearts_that_are_not_there_yet_leave_a_report_without_pictures():
    class Empty(FakeGallery):
        def cine(self, subject_id):
            raise PtaclError("not yet", code="gallery.not_found")

    content = gathered(gallery=Empty())
    assert content.parts.hearts == ()
    assert "<img" not in to_html(content)


def test_the_pdf_draws_the_four_frames():
    assert sum(page.count(" Do Q") for page in pages(to_pdf(gathered()))) == 4


def test_the_name_of_the_file_has_the_date_of_the_recording_or_of_the_report():
    assert DETAILS.file_name("pdf") == "ptacl-report-2026-03-09.pdf"
    assert replace(DETAILS, recorded_on=None).file_name("json").endswith("2026-04-01.json")
