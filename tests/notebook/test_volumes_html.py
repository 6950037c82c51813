import re

import numpy as np
import pytest

from ptacl.inference.measured_table import measured_rows
from ptacl.inference.volume_table import volume_rows
from ptacl.notebook.volumes_html import HIGHEST, LOWEST, measured_html, volumes_html
from ptacl.phenotypes import PHENOTYPES
from ptacl.segmentation.records import SUMMATION, CineMeasurement, Coverage, Measured
from ptacl.types import UNKNOWN_PERSON, Prediction
from tests.app.fake_gallery import FakeGallery

SUBJECT = "S0-00002"


@pytest.fixture(scope="module")
def gallery() -> FakeGallery:
    return FakeGallery()


def lefts(html: str, kind: str) -> list[float]:
    """Percent from the left of every mark of a kind."""
    return [float(left) for left in re.findall(rf'class="{kind}"[^>]*?left:([\d.]+)%', html)]


def test_each_row_prints_its_value_with_its_interval_and_its_limits(gallery):
    rows = volume_rows(gallery.inspection(SUBJECT), gallery.table, subject_id=SUBJECT)
    sex = gallery.table.loc[SUBJECT, "sex"]
    html = volumes_html(rows, sex)
    for row in rows:
        assert f"<b>{row.value:.0f}</b> ({row.low:.0f}–{row.high:.0f}) {row.unit}" in html
        assert f"{row.reference[sex][0]:.0f}–{row.reference[sex][1]:.0f} {row.unit}" in html
    assert len(lefts(html, "measured")) == len(PHENOTYPES)
    assert len(lefts(html, "neighbour")) == sum(len(row.neighbours) for row in rows)


def test_a_mark_stands_where_its_value_lies_on_the_reference_interval(gallery):
    rows = volume_rows(gallery.inspection(SUBJECT), gallery.table, subject_id=SUBJECT)
    html = volumes_html(rows[:1], "male")
    low, high = rows[0].reference["male"]
    start, end = (
        2.5 + 95 * -LOWEST / (HIGHEST - LOWEST),
        2.5 + 95 * (1 - LOWEST) / (HIGHEST - LOWEST),
    )
    expected = start + (end - start) * (rows[0].value - low) / (high - low)
    assert lefts(html, "predicted") == [pytest.approx(expected, abs=0.01)]
    assert lefts(html, "band whole male") == [pytest.approx(start, abs=0.01)]


def test_each_row_shows_two_bands_where_the_sex_is_unknown(gallery):
    rows = volume_rows(gallery.inspection(SUBJECT), gallery.table)
    assert volumes_html(rows, None).count('class="band half') == 2 * len(PHENOTYPES)
    assert volumes_html(rows, "female").count('class="band whole female') == len(PHENOTYPES)


def test_a_row_is_read_out_with_its_verdict_and_measurement(gallery):
    rows = volume_rows(gallery.inspection(SUBJECT), gallery.table, subject_id=SUBJECT)
    words = f"{rows[0].verdict('male')} the reference interval, measured {rows[0].measured:.0f}"
    assert f'role="img" aria-label="{words}"' in volumes_html(rows, "male")


def test_without_a_prediction_there_is_no_chart():
    assert volumes_html([], "male") == ""


def test_a_measurement_stands_with_its_interval_and_the_prediction_beside_it():
    prediction = Prediction("lvef_pct", "LVEF", "%", 50.0, 40.0, 60.0, {})
    (row,) = measured_rows(measured(61.0, 58.0, 64.0), UNKNOWN_PERSON, (prediction,))
    html = measured_html([row], "male")
    assert "<b>61</b> (58–64) %" in html and "measured (90 % interval)" in html
    (blue,), (red,) = lefts(html, "measured"), lefts(html, "predicted")
    (low,) = lefts(html, "interval of_cine")
    assert red < blue and low < blue
    assert 'aria-label="within the reference interval, predicted 50"' in html


def test_a_measurement_alone_has_no_mark_of_a_prediction():
    html = measured_html(measured_rows(measured(61.0, 58.0, 64.0), UNKNOWN_PERSON), None)
    assert not lefts(html, "predicted") and len(lefts(html, "measured")) == 1
    assert measured_html([], "male") == ""


def measured(value: float, low: float, high: float) -> CineMeasurement:
    ef = Measured(value, low, high, SUMMATION)
    return CineMeasurement(np.zeros(3), Coverage(10.0), lvef_pct=ef)
