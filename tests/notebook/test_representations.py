"""What a notebook shows: small HTML without anything to fetch, plots with axes, tables."""

import re

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot

import ptacl
from ptacl.display import LONGEST_REPR
from ptacl.notebook.ecg_sheet import HEIGHT_MM, WIDTH_MM
from ptacl.synthetic import simulate_subject
from ptacl.types import LEADS, Caveat, Cine, Ecg

LARGEST_HTML = 200_000
HOSTILE = "<img src=x onerror='a()'>"


@pytest.fixture(scope="module")
def model(tiny_checkpoint) -> "ptacl.Model":
    return ptacl.load(tiny_checkpoint)


@pytest.fixture(scope="module")
def shown(model, tiny_store) -> dict[str, object]:
    """One of each type that a notebook shows."""
    gallery = model.gallery
    inspection = gallery.inspection(str(gallery.table.index[0]))
    return {
        "ecg": inspection.ecg, "cine": simulate_subject(20, 0).cine, "inspection": inspection,
        "model": model, "gallery": gallery, "store": tiny_store, "embeddings": gallery.embeddings,
    }  # fmt: skip


@pytest.fixture(autouse=True)
def without_windows():
    matplotlib.use("Agg")
    yield
    pyplot.close("all")


HTML = ("ecg", "cine", "inspection", "model", "gallery", "store")


@pytest.mark.parametrize("name", HTML)
def test_html_is_small_and_fetches_nothing(shown, name) -> None:
    html = shown[name]._repr_html_()
    assert len(html.encode()) <= LARGEST_HTML
    assert not re.search(r"(src|href)=\"(?!data:image/png)|url\(|@import|<script", html)
    assert "synthetic" in html


@pytest.mark.parametrize("name", [*HTML, "embeddings"])
def test_the_text_is_short(shown, name) -> None:
    assert len(repr(shown[name])) <= LONGEST_REPR


def test_noise_of_full_length_stays_within_the_limit() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 3, (12, 60_000)).astype(np.float32)
    cine = Cine(rng.integers(0, 4096, (90, 400, 400)).astype(np.float32), (1.0, 1.0),
                np.arange(90.0) * 10, 900.0, "dicom")  # fmt: skip
    for record in (Ecg(noise, 1000.0, "npy"), cine):
        assert len(record._repr_html_().encode()) <= LARGEST_HTML


def test_text_of_a_file_is_escaped() -> None:
    caveat = Caveat("code", HOSTILE)
    ecg = Ecg(np.zeros((12, 5000), np.float32), 500.0, HOSTILE, caveats=(caveat,))
    html = ecg._repr_html_()
    assert "<img" not in html and html.count("&lt;img") == 2


def test_an_inspection_shows_each_prediction_on_its_reference_or_why_there_is_none(shown) -> None:
    inspection = shown["inspection"]
    html = inspection._repr_html_()
    if inspection.predictions:
        assert html.count('class="predicted"') == len(inspection.predictions)
    else:
        assert f"withheld: {inspection.withheld}" in html.replace("&#39;", "'")
    assert "Research use only, not a medical device" in html


@pytest.mark.parametrize("name", ["ecg", "cine", "inspection", "gallery"])
def test_a_plot_returns_the_axes_that_it_was_given(shown, name) -> None:
    _, axes = pyplot.subplots()
    assert shown[name].plot(axes) is axes
    assert axes.has_data()


def test_the_plotted_paper_has_the_size_of_paper(shown) -> None:
    axes = shown["ecg"].plot()
    assert axes.get_xlim() == (0, WIDTH_MM) and axes.get_ylim() == (HEIGHT_MM, 0)
    assert [text.get_text() for text in axes.texts][:4] == ["I", "aVR", "V1", "V4"]


def test_a_frame_of_an_ecg_has_its_leads_in_mv_by_seconds(shown) -> None:
    ecg = shown["ecg"]
    frame = ecg.to_frame()
    assert list(frame.columns) == list(LEADS) and frame.index.name == "time_s"
    assert frame.index[1] == 1 / ecg.sample_rate_hz
    np.testing.assert_array_equal(frame["V2"], ecg.signal_mv[LEADS.index("V2")])


def test_a_frame_of_an_inspection_has_a_row_for_each_prediction(shown) -> None:
    inspection = shown["inspection"]
    frame = inspection.to_frame()
    assert list(frame.index) == [entry.key for entry in inspection.predictions]
    assert list(frame["value"]) == [entry.value for entry in inspection.predictions]


def test_a_changed_frame_of_a_gallery_or_a_store_changes_neither(shown) -> None:
    for name in ("gallery", "store"):
        frame = shown[name].to_frame()
        frame["age_years"] = -1.0
        assert (shown[name].table["age_years"] != -1.0).all()


def test_a_frame_of_embeddings_has_a_row_for_each_subject(shown) -> None:
    embeddings = shown["embeddings"]
    frame = embeddings.to_frame()
    assert tuple(frame.index) == embeddings.subject_ids
    np.testing.assert_array_equal(frame["cmr_1"], embeddings.cmr[:, 1])
