import dataclasses
import re

import numpy as np
import pytest

from app.views.retrieval.query import Query
from app.views.retrieval.query_card import phenotypes_html, query_tile
from ptacl.cohort_analysis.differences import NUMBERS
from ptacl.phenotypes import PHENOTYPES
from tests.app.fake_gallery import FakeGallery

SUBJECT = "S0-00003"


@pytest.fixture(scope="module")
def query() -> Query:
    gallery = FakeGallery()
    row = gallery.table.loc[SUBJECT]
    return Query(
        title=SUBJECT,
        subject_id=SUBJECT,
        vector=np.ones(2),
        ecg=gallery.ecg(SUBJECT),
        predicted={"lvef_pct": (54.2, 47.4, 61.6)},
        values={key: row[key] for key in ("sex", *NUMBERS)},
    )


def cells(html: str) -> dict[str, list[str]]:
    rows = re.findall(r"<tr><th[^>]*>([^<]*)</th><td>([^<]*)</td><td>([^<]*)</td></tr>", html)
    return {name: [measured, read] for name, measured, read in rows}


def test_measured_stands_beside_what_the_ecg_says(query):
    found = cells(phenotypes_html(query, PHENOTYPES))
    assert len(found) == len(PHENOTYPES)
    assert found["LVEF, %"] == [f"{query.values['lvef_pct']:.0f}", "54 (47–62)"]
    assert found["LVM, g"][1] == "–"


def test_an_upload_has_nothing_measured(query):
    """What it is compared by is predicted: that must not pass for a measurement."""
    upload = dataclasses.replace(query, subject_id=None)
    assert {measured for measured, _ in cells(phenotypes_html(upload, PHENOTYPES)).values()} == {
        "–"
    }


def test_a_subject_stands_among_the_hearts_with_its_own(query):
    tile = query_tile(FakeGallery(), query, {}, with_beat=False)
    assert tile.is_query and tile.opens and tile.frames is not None and tile.beat_mv is None


def test_an_upload_stands_among_the_hearts_as_its_beat_and_what_it_predicts(query):
    upload = dataclasses.replace(query, subject_id=None, title="mine.dcm")
    tile = query_tile(FakeGallery(), upload, {}, with_beat=False)
    assert tile.is_query and not tile.opens and tile.frames is None
    assert tile.caption[0] == "mine.dcm" and "not imaged" in tile.caption[1]
    assert tile.caption[2] == "predicted: LVEF 54 %"
    assert np.argmax(tile.beat_mv) == 0 and tile.rr_ms == pytest.approx(1000)
    silent = dataclasses.replace(upload, ecg=dataclasses.replace(query.ecg, r_peaks=np.array([9])))
    assert query_tile(FakeGallery(), silent, {}, with_beat=False) is None
