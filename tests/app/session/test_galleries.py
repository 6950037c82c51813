"""Which gallery the app shows: none, several, one that changes while it runs."""

from copy import copy
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import ptacl
import ptacl.gallery
import ptacl.io
from ptacl.errors import PtaclError
from tests.app.driving import COMMENTED, open_page, shown, table_of_leads, text, upload
from tests.app.fake_gallery import FakeGallery


def withdraw(gallery: FakeGallery, page: AppTest, folder: Path, gone: list[str]) -> AppTest:
    """The page's next run after these subjects have withdrawn."""
    fewer = copy(gallery)
    fewer.table = gallery.table.drop(gone)
    fewer.examples = tuple(e for e in gallery.examples if e.subject_id not in gone)
    kept = np.flatnonzero(gallery.table.index.isin(fewer.table.index))
    fewer.map_ecg, fewer.map_cmr = gallery.map_ecg[kept], gallery.map_cmr[kept]
    ptacl.gallery.open_gallery = lambda path, progress=None: fewer
    (folder / "withdrawn.csv").write_text("\n".join(gone))
    page.run()
    assert not page.exception and not page.error
    return page


def test_a_running_app_leaves_out_whoever_withdraws(app, gallery, tmp_path):
    page = shown(app, "alignment")
    page.selectbox(key="subject").set_value("S0-00013").run()
    page.selectbox(key="cine_of").set_value("S0-00011").run()
    withdraw(gallery, page, tmp_path / "fake", ["S0-00011", "S0-00013"])
    for name in ("subject", "cine_of"):
        assert "S0-00012" in page.selectbox(key=name).options
        assert not {"S0-00011", "S0-00013"} & set(page.selectbox(key=name).options)
    assert not any(gone in text(page) for gone in ("S0-00011", "S0-00013"))


def test_the_context_card_forgets_who_has_withdrawn(app, gallery, tmp_path):
    page = shown(app, "alignment")
    page.selectbox(key="subject").set_value("S0-00013").run()
    open_page(page, "cohort").run()
    assert "S0-00013" in page.sidebar.caption[0].value
    withdraw(gallery, page, tmp_path / "fake", ["S0-00013"])
    assert "S0-00013" not in page.sidebar.caption[0].value
    assert "S0-00013" not in page.dataframe[0].value.index


def test_an_upload_loses_the_alike_heart_that_has_withdrawn(app, gallery, tmp_path):
    page = upload(shown(app, "inspect_ecg"), {"good.csv": COMMENTED + table_of_leads()})
    nearest = gallery.inspection("S0-00007").neighbours[0].subject_id
    assert "Nearest neighbours: 6 hearts" in text(page)
    withdraw(gallery, page, tmp_path / "fake", [nearest])
    assert "Nearest neighbours: 5 hearts" in text(page)


def test_two_galleries_of_one_name_keep_their_own_figures(app, gallery, monkeypatch, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "gallery.json").write_text("{}")
    galleries = {name: FakeGallery(seed=seed) for seed, name in enumerate(("fake", "other"))}
    for name, one in galleries.items():
        one.path = tmp_path / name
    monkeypatch.setattr(
        ptacl.gallery, "open_gallery", lambda path, progress=None: galleries[path.name]
    )
    page = shown(app, "volumes")
    first = [entry for entry in text(page).split("\n") if "explains most" in entry]
    page.selectbox(key="gallery").set_value("other").run()
    assert first and first[0] not in text(page)


def test_without_any_gallery_the_page_says_how_to_make_one(app, monkeypatch, tmp_path):
    monkeypatch.setattr("app.session.discovery.SHIPPED", tmp_path / "empty")
    page = app.run()
    assert "ptacl embed" in page.error[0].value and not page.exception


def test_a_gallery_that_cannot_be_opened_is_a_message_and_tried_again(app, gallery, monkeypatch):
    def refuse(path, progress=None):
        raise PtaclError("This gallery is of version 9. Run `ptacl embed` again.")

    monkeypatch.setattr(ptacl.gallery, "open_gallery", refuse)
    page = app.run()
    assert "version 9" in page.error[0].value
    monkeypatch.setattr(ptacl.gallery, "open_gallery", lambda path, progress=None: gallery)
    assert not page.run().error


@pytest.mark.parametrize("simulated", [False, True])
def test_real_people_under_a_model_of_simulated_hearts_are_not_called_simulated(
    app, gallery, monkeypatch, simulated
):
    monkeypatch.setattr(gallery, "simulated", simulated)
    monkeypatch.setattr(gallery, "trained_on_simulated", not simulated)
    page = shown(app, "inspect_ecg")
    assert ("ECG of S0-00000 (simulated)" in text(page)) == simulated
    card = page.sidebar.caption[0].value
    assert f"trained on {'a real cohort' if simulated else 'simulated hearts'}" in card
    assert [badge for badge in page.sidebar.markdown if "synthetic" in badge.value]


def test_a_misspelt_folder_is_told_on_the_page_that_shows_another(app, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["main.py", str(tmp_path / "fakes")])
    page = shown(app, "model")
    (warning,) = page.warning
    assert (
        "is no folder" in warning.value and f"Did you mean `{tmp_path / 'fake'}`?" in warning.value
    )
    monkeypatch.setattr("sys.argv", ["main.py", str(tmp_path / "fake")])
    assert not shown(app, "model").warning


def test_a_folder_without_a_gallery_is_told_with_the_command_where_there_is_none_at_all(
    app, tmp_path, monkeypatch
):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "plan.json").write_text("{}")
    monkeypatch.setattr("app.session.discovery.SHIPPED", tmp_path / "nothing")
    monkeypatch.setattr("sys.argv", ["main.py", str(tmp_path / "store")])
    page = shown(app, "inspect_ecg")
    assert "is a store, not a gallery yet" in page.warning[0].value
    assert f"ptacl embed {tmp_path / 'store'}" in page.warning[0].value
    assert "No gallery found" in page.error[0].value
