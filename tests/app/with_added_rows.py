"""Every page with one phenotype and one interval more than the gallery has (`tests.added_rows`)."""

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.panels.intervals_table import intervals_table
from ptacl.gallery import Gallery, open_gallery
from ptacl.inference.table import columns, inspection_row, table
from ptacl.inference.trend import trends
from ptacl.measurements import EcgIntervals, measurement
from ptacl.metrics import readable
from ptacl.phenotypes import HEADLINE, phenotype
from ptacl.signal.delineation.intervals import measure
from tests.added_rows import MEASUREMENT, PHENOTYPE
from tests.app.conftest import APP, DEMO
from tests.app.driving import shown, text
from tests.app.fake_gallery import FakeGallery

VIEWS = (
    "inspect_ecg",
    "inspect_cine",
    "cohort",
    "groups",
    "alignment",
    "retrieval",
    "volumes",
    "model",
)


@pytest.fixture(scope="module")
def gallery() -> FakeGallery:
    return FakeGallery(without=(PHENOTYPE, MEASUREMENT))


def test_the_rows_are_there(gallery):
    assert phenotype(PHENOTYPE).name == "LAVmax"
    assert measurement(MEASUREMENT).unit == "ms"
    assert PHENOTYPE not in gallery.table and MEASUREMENT not in gallery.table


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_opens_on_a_gallery_made_before(app, view):
    page = shown(app, view)
    assert not page.error and not page.exception
    assert "LAVmax" not in text(page)


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_opens_on_the_shipped_gallery(view, monkeypatch):
    if not DEMO.is_file():
        pytest.skip("the demonstration gallery is not built")
    monkeypatch.setattr("sys.argv", ["main.py", str(DEMO.parent)])
    st.cache_resource.clear()
    st.cache_data.clear()
    page = AppTest.from_file(str(APP / "session" / "script.py"), default_timeout=600)
    page = shown(page, view)
    assert not page.error and not page.exception


def test_the_shipped_gallery_holds_what_its_table_holds():
    if not DEMO.is_file():
        pytest.skip("the demonstration gallery is not built")
    shipped = open_gallery(DEMO.parent)
    assert isinstance(shipped, Gallery)
    assert PHENOTYPE not in [entry.key for entry in shipped.phenotypes]
    assert len(shipped.phenotypes) >= len(HEADLINE)
    assert [m.key for m in shipped.measurements] == [
        "heart_rate_bpm", "pr_ms", "qrs_ms", "qt_ms", "qtc_ms", "qrs_axis_deg", "rr_sd_ms",
    ]  # fmt: skip
    assert np.isnan(shipped.inspection(str(shipped.table.index[0])).intervals.p_ms)
    assert PHENOTYPE not in [entry.key for entry in readable(shipped.table)]


def test_the_new_interval_is_measured_and_shown_everywhere(gallery):
    ecg = gallery.ecg("S0-00000")
    measured = measure(ecg.signal_mv, ecg.r_peaks, 500.0)
    assert 40 < measured.p_ms < 200
    inspection = gallery.inspection("S0-00000")
    inspection = type(inspection)(
        **{
            name: getattr(inspection, name)
            for name in type(inspection).__dataclass_fields__
            if name != "intervals"
        },
        intervals=EcgIntervals(**{MEASUREMENT: 104.0}),
    )
    assert intervals_table(inspection)["P ms"].iloc[0] == "104"
    row = inspection_row(inspection)
    assert table([row])[MEASUREMENT].tolist() == [104.0]
    assert MEASUREMENT in [column.key for column in columns()]
    (trend,) = (trend for trend in trends([row]) if trend.key == MEASUREMENT)
    assert trend.points[0].value == 104.0


def test_a_gallery_with_the_new_columns_shows_them(app, gallery, monkeypatch):
    whole = FakeGallery()
    with_columns = pd.concat(
        [gallery.table, whole.table[[c for c in whole.table if PHENOTYPE in str(c)]]], axis=1
    ).assign(p_ms=whole.table["qrs_ms"])
    monkeypatch.setattr(gallery, "table", with_columns)
    page = shown(app, "retrieval")
    assert any("LAVmax (mL)" in frame.value for frame in page.dataframe)
    page = shown(app, "cohort")
    assert any("P (ms)" in frame.value for frame in page.dataframe)
