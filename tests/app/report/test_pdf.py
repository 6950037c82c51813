"""The report as a PDF, read back from its own bytes."""

import dataclasses
import re
import zlib

import numpy as np
import pytest

from app.report.content import ReportContent, compose
from app.report.html import to_html
from app.report.pdf import to_pdf
from ptacl.inference.volume_table import volume_rows
from ptacl.types import EcgQuality, LeadQuality
from tests.app.fake_gallery import FakeGallery

POINTS_PER_MM = 72 / 25.4
SUBJECT = "S0-00005"


def content(title: str = "heart (1).hea", **changes: object) -> ReportContent:
    gallery = FakeGallery()
    inspection = dataclasses.replace(gallery.inspection(SUBJECT), **changes)
    rows = volume_rows(inspection, gallery.table, subject_id=SUBJECT)
    rows = rows if inspection.predictions else []
    return compose(inspection, rows, title, origin="Trained here.", filter_label="as recorded")


def pages(pdf: bytes) -> list[str]:
    """The drawing commands of each page, a letter a byte."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.S)
    drawn = [zlib.decompress(s) for s in streams if s[:1] == b"\x78"]
    return [page.decode("latin-1") for page in drawn if b" Td" in page]


def words(pdf: bytes) -> str:
    """Its text, as a viewer selects it: glyphs by the letters that their font says they are."""
    fonts = dict(re.findall(rb"/(F\d+) (\d+) 0 R", pdf))
    letters = {name.decode("ascii"): letters_of(pdf, number) for name, number in fonts.items()}
    said, shown = [], {}
    for font, text in re.findall(
        r"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", "\n".join(pages(pdf)), re.S
    ):
        if font:
            shown = letters[font]
            continue
        plain = re.sub(r"\\(.)", lambda one: "\r" if one[1] == "r" else one[1], text, flags=re.S)
        said.append("".join(shown[a + b] for a, b in zip(plain[::2], plain[1::2], strict=True)))
    return "\n".join(said)


def letters_of(pdf: bytes, font: bytes) -> dict[str, str]:
    """Two bytes of a font → the letter."""
    about = re.search(rb"\n%s 0 obj\n.*?/ToUnicode (\d+)" % font, pdf, re.S)
    table = re.search(rb"\n%s 0 obj\n.*?endstream" % about[1], pdf, re.S)
    pairs = re.findall(rb"<(\w{4})> <(\w{4})>", table[0].partition(b"beginbfchar")[2])
    return {bytes.fromhex(a.decode()).decode("latin-1"): chr(int(b, 16)) for a, b in pairs}


@pytest.fixture(scope="module")
def saved() -> bytes:
    return to_pdf(content())


def test_it_says_what_the_page_in_html_says(saved):
    said, report = words(saved), content()
    assert saved.startswith(b"%PDF") and len(pages(saved)) == 2
    in_a_line = said.replace("\n", " ")
    for sentence in (report.volumes_text, report.neighbours_text, report.neighbours, *report.limits,
                     *report.volumes_notes, report.footer, *report.intervals.index):  # fmt: skip
        assert sentence in in_a_line
    for row in report.rows:
        assert f"{row.low:.0f}–{row.high:.0f}" in said
    assert in_a_line.count("Research use only, not a medical device") == 2
    assert "synthetic" in said


def test_the_grid_and_the_trace_are_in_true_millimetres():
    signal = np.zeros((12, 5000), np.float32)
    signal[:, 600:650] = 1.0  # 1 mV for 100 ms, 1.2 s after the start
    pdf = to_pdf(dataclasses.replace(content(), signal_mv=signal, sample_rate_hz=500.0))
    page = pages(pdf)[0]
    number = r"([\d.]+)"
    lines = re.findall(rf"{number} {number} m {number} {number} l S", page)
    across = sorted({float(x1) for x1, _, x2, _ in lines if x1 == x2})
    assert np.diff(across) == pytest.approx(POINTS_PER_MM, abs=0.011)
    strokes = re.findall(r"((?:[\d.]+ [\d.]+ [ml]\n){50,})", page)
    points = np.array([line.split()[:2] for line in strokes[-1].splitlines()], float)
    points /= POINTS_PER_MM
    assert np.ptp(points[:, 0]) == pytest.approx(250.0, abs=0.2)
    assert np.ptp(points[:, 1]) == pytest.approx(10.0, abs=0.02)
    assert "25 mm/s · 10 mm/mV · as recorded" in words(pdf)
    rise = points[np.argmax(points[:, 1] > points[0, 1] + 5), 0] - points[0, 0]
    assert rise == pytest.approx(1.2 * 25.0, abs=0.1)


def test_a_gap_lifts_the_pen():
    signal = content().signal_mv.copy()
    signal[:, 2000:3000] = np.nan
    assert "nan" not in "".join(pages(to_pdf(dataclasses.replace(content(), signal_mv=signal))))


@pytest.mark.parametrize("title", ["Łódź ważne", "καρδιά", "сердце (1)", "Ünïcødé ≥ ½"])
def test_a_name_in_any_script_and_no_other_trace_of_the_file(title):
    pdf = to_pdf(content(title=f"{title}.hea"))
    assert f"ECG of {title}.hea" in words(pdf)
    assert len(pdf) < 250_000  # of the font only the letters that are shown
    around_the_pages = re.sub(rb"stream\n.*?\nendstream", b"", pdf, flags=re.S)
    assert b"/Title" in around_the_pages and b"Helvetica" not in around_the_pages
    assert not any(".hea".encode(code) in around_the_pages for code in ("ascii", "utf-16-be"))


def test_the_warning_of_a_flat_lead_is_in_both_reports():
    inspection = FakeGallery().inspection(SUBJECT)
    flat = EcgQuality((LeadQuality("V3", "bad", "flat"),), True, "Read with care: V3 is flat.")
    prepared = dataclasses.replace(inspection.prepared, quality=flat)
    report = content(prepared=prepared)
    for said in (to_html(report), words(to_pdf(report))):
        assert "V3 flat: prediction shown with a warning." in said
        assert "Read with care: V3 is flat." in said


def test_a_withheld_prediction_is_said_and_nothing_is_drawn_of_it():
    report = content(predictions=(), neighbours=())
    said = words(to_pdf(report))
    assert "withheld for a recording of this quality" in said
    assert "LVEDV" not in said and "Most similar" not in said
