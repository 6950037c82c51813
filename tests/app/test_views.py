"""Each page in its states, on a small gallery of random hearts; no browser, no model."""

from copy import copy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from fake_gallery import FakeGallery
from made_files import npz_bytes, wfdb_files, zip_bytes
from streamlit.testing.v1 import AppTest

import ptacl
import ptacl.gallery
import ptacl.io
from ptacl.errors import PtaclError
from ptacl.many.row import columns

MAIN = Path(__file__).parents[2] / "app" / "pages.py"
VIEWS = ("inspect_ecg", "cohort", "alignment", "retrieval", "volumes", "model")
QUESTIONS = {
    "inspect_ecg": "What would the MRI show?",
    "cohort": "Which hearts are alike?",
    "alignment": "Does the ECG know the beat?",
    "retrieval": "Who has a heart like this one?",
    "volumes": "How far may I trust the numbers?",
    "model": "Where does this come from?",
}


@pytest.fixture(scope="module")
def gallery() -> FakeGallery:
    return FakeGallery()


@pytest.fixture
def app(gallery, tmp_path, monkeypatch) -> AppTest:
    """The app as it starts, with one gallery and a model that knows nothing but its neighbours."""
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake" / "gallery.json").write_text("{}")
    monkeypatch.setattr("places.SHIPPED", tmp_path)
    monkeypatch.setattr("sys.argv", ["main.py"])
    monkeypatch.setattr(ptacl.gallery, "open_gallery", lambda path, progress=None: gallery)
    gallery.path = tmp_path / "fake"
    inspect = lambda ecg, **person: gallery.inspection("S0-00007")  # noqa: E731
    monkeypatch.setattr(
        ptacl, "load", lambda *a, **k: SimpleNamespace(inspect=inspect), raising=False
    )
    st.cache_resource.clear()
    st.cache_data.clear()
    return AppTest.from_file(str(MAIN), default_timeout=30)


def shown(app: AppTest, view: str) -> AppTest:
    app.run()
    if view != "inspect_ecg":
        app.switch_page(f"views/{view}.py").run()
    assert not app.exception, app.exception
    return app


def text(app: AppTest) -> str:
    return "\n".join(
        str(e.value) for e in [*app.title, *app.markdown, *app.caption, *app.subheader]
    )


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_asks_its_question_and_says_what_it_is(app, view):
    page = shown(app, view)
    assert [title.value for title in page.title] == [QUESTIONS[view]]
    assert "synthetic" in text(page)
    footer = page.main.caption[-1].value
    assert footer.startswith("Research use only, not a medical device · model fake")
    assert not page.error


def test_the_landing_page_opens_with_the_first_example_inspected(app):
    page = shown(app, "inspect_ecg")
    assert "ECG of S0-00000 (simulated)" in text(page)
    assert "Quality" in text(page) and "reference interval" in text(page)


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


def test_an_example_is_one_click_away(app):
    page = shown(app, "inspect_ecg")
    page.button(key="example-lbbb").click().run()
    assert "ECG of S0-00002 (simulated)" in text(page)


def test_a_link_opens_the_subject_that_it_names(app):
    app.query_params["subject"] = "S0-00009"
    assert "ECG of S0-00009" in text(shown(app, "inspect_ecg"))


def test_a_link_to_an_unknown_subject_opens_the_example_instead(app):
    app.query_params["subject"] = "nobody"
    assert "ECG of S0-00000" in text(shown(app, "inspect_ecg"))


def upload(page: AppTest, files: dict[str, bytes]) -> AppTest:
    page.file_uploader[0].set_value([(n, c, "application/octet-stream") for n, c in files.items()])
    page.run()
    assert not page.exception, page.exception
    return page


def table_of_leads() -> bytes:
    """Ten seconds at 500 Hz as CSV, without rate and unit."""
    rng = np.random.default_rng(0)
    time_s = np.arange(5000) / 500
    beat = np.exp(-(((time_s % 0.8) - 0.4) ** 2) / 0.0002)
    leads = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
    first, second = beat, 1.2 * beat
    limb = [first, second, second - first, -(first + second) / 2, first - second / 2]
    rows = np.stack([*limb, second - first / 2, *[0.8 * beat] * 6])
    rows = rows + rng.normal(0, 0.01, rows.shape)
    body = "\n".join(",".join(f"{v:.3f}" for v in row) for row in rows.T)
    return f"{','.join(leads)}\n{body}\n".encode()


def test_a_broken_file_gives_one_message_and_leaves_the_former_result(app):
    page = upload(shown(app, "inspect_ecg"), {"holiday.jpg": b"\xff\xd8\xff\xe0 not an ecg"})
    assert len(page.error) == 1 and "holiday.jpg" in page.error[0].value
    assert "Traceback" not in page.error[0].value
    assert "ECG of S0-00000 (simulated)" in text(page)


def test_a_fault_of_ours_while_reading_leaves_the_former_result_too(app, monkeypatch):
    def fail(files, **asked):
        raise ZeroDivisionError

    monkeypatch.setattr("ptacl.io.read_ecg_files", fail)
    page = upload(shown(app, "inspect_ecg"), {"odd.csv": b"1,2"})
    assert "odd.csv: PTACL failed" in page.error[0].value
    assert "ECG of S0-00000" in text(page)
    assert not page.run().exception


def test_an_empty_file_gives_a_message(app):
    page = upload(shown(app, "inspect_ecg"), {"empty.csv": b""})
    assert len(page.error) == 1 and "empty.csv" in page.error[0].value


def test_a_table_without_rate_and_unit_is_asked_for_them_and_then_read(app):
    page = upload(shown(app, "inspect_ecg"), {"leads.csv": table_of_leads()})
    assert "Fill in" in page.error[0].value
    page.button(key="FormSubmitter:units-Read").click().run()
    assert not page.error
    assert "ECG of leads.csv" in text(page)


def test_an_upload_stays_when_the_next_one_is_broken(app):
    commented = b"# sample_rate_hz: 500\n# unit: mV\n" + table_of_leads()
    page = upload(shown(app, "inspect_ecg"), {"good.csv": commented})
    assert "ECG of good.csv" in text(page) and not page.error
    upload(page, {"bad.hea": b"\x00\x01"})
    assert "bad.hea" in page.error[0].value
    assert "ECG of good.csv" in text(page)


def test_sex_and_size_of_the_person_change_the_reference_of_an_upload(app):
    commented = b"# sample_rate_hz: 500\n# unit: mV\n" + table_of_leads()
    page = upload(shown(app, "inspect_ecg"), {"good.csv": commented})
    page.selectbox(key="person_sex").set_value("female").run()
    assert "reference interval for women" in text(page)


def test_an_upload_can_be_the_query_of_the_retrieval_page(app):
    commented = b"# sample_rate_hz: 500\n# unit: mV\n" + table_of_leads()
    page = upload(shown(app, "inspect_ecg"), {"good.csv": commented})
    page.switch_page("views/retrieval.py").run()
    page.segmented_control(key="query_source").set_value("good.csv").run()
    assert "most like good.csv" in text(page)


COMMENTED = b"# sample_rate_hz: 500\n# unit: mV\n"


def several(page: AppTest) -> pd.DataFrame:
    """The table of several recordings, by file."""
    (found,) = [frame.value for frame in page.dataframe if "status" in frame.value]
    return found.set_index("file")


def test_several_files_of_several_kinds_become_one_table(app):
    files = {
        "b.csv": COMMENTED + table_of_leads(),
        "a.npz": npz_bytes(),
        "holiday.jpg": b"\xff\xd8\xff\xe0 not an ecg",
    }
    page = upload(shown(app, "inspect_ecg"), files)
    assert not page.error
    table = several(page)
    assert list(table.index) == ["a.npz", "b.csv", "holiday.jpg"]
    assert list(table.status) == ["read", "read", "failed"]
    assert "JPEG" in table.reason["holiday.jpg"]
    assert np.isfinite(table.lvef_pct.iloc[:2]).all() and table.lvm_g_for_women.iloc[0]
    assert "3 recordings, 1 of them not read" in text(page)
    assert "ECG of S0-00000 (simulated)" in text(page)


def test_the_table_has_the_columns_of_the_command(app):
    page = upload(
        shown(app, "inspect_ecg"), {"a.npz": npz_bytes(), "b.csv": COMMENTED + table_of_leads()}
    )
    assert list(several(page).reset_index().columns) == [column.key for column in columns()]
    page.selectbox(key="person_sex").set_value("male").run()
    assert list(several(page).reset_index().columns) == [column.key for column in columns("male")]


def test_a_zip_of_many_and_a_wfdb_pair_are_taken_apart(app, tmp_path):
    pair = wfdb_files(tmp_path, "p", 0.8)
    many = zip_bytes({"x/1.csv": COMMENTED + table_of_leads(), "x/2.npz": npz_bytes()})
    page = upload(shown(app, "inspect_ecg"), {**pair, "many.zip": many})
    table = several(page)
    assert list(table.index) == ["many.zip/x/1.csv", "many.zip/x/2.npz", "p.hea"]
    assert set(table.status) == {"read"}


def select(page: AppTest, row: int) -> AppTest:
    number = page.session_state["_several_round"]
    page.session_state[f"several-{number}"] = {"selection": {"rows": [row], "columns": []}}
    page.run()
    assert not page.exception, page.exception
    return page


def test_a_failed_row_says_why_when_it_is_selected(app):
    page = upload(shown(app, "inspect_ecg"), {"a.npz": npz_bytes(), "b.jpg": b"\xff\xd8\xff"})
    select(page, 1)
    assert "b.jpg: " in page.warning[0].value and "JPEG" in page.warning[0].value
    assert "ECG of S0-00000" in text(page)


def test_files_without_rate_and_unit_are_asked_for_them_in_the_table_too(app):
    files = {"a.npz": npz_bytes(), "b.csv": table_of_leads(), "c.csv": table_of_leads()}
    page = upload(shown(app, "inspect_ecg"), files)
    assert list(several(page).status) == ["read", "failed", "failed"]
    assert "unit in 2 files" in page.info[0].value
    assert "--rate-hz" not in several(page).reason["b.csv"]
    page.button(key="FormSubmitter:units_of_several-Read").click().run()
    assert list(several(page).status) == ["read"] * 3
    assert not page.info


def test_a_fault_of_ours_in_one_of_several_costs_its_row_only(app, monkeypatch):
    read = ptacl.io.read_ecg_files

    def fail(files, **asked):
        if "a.npz" in files:
            raise ZeroDivisionError
        return read(files, **asked)

    monkeypatch.setattr("ptacl.io.read_ecg_files", fail)
    page = upload(
        shown(app, "inspect_ecg"), {"a.npz": npz_bytes(), "b.csv": COMMENTED + table_of_leads()}
    )
    assert list(several(page).status) == ["failed", "read"]
    assert "PTACL failed" in several(page).reason["a.npz"]


def test_too_many_recordings_are_one_message_that_names_the_command(app, monkeypatch):
    monkeypatch.setattr("several.LIMIT", 2)
    page = shown(app, "inspect_ecg")
    files = {f"{n}.csv": b"" for n in range(3)}
    upload(page, files)
    assert "3 recordings" in page.error[0].value and "--out table.csv" in page.error[0].value
    assert not page.dataframe and "ECG of S0-00000 (simulated)" in text(page)


def test_a_bad_upload_leaves_the_table_and_the_result(app):
    page = upload(shown(app, "inspect_ecg"), {"a.npz": npz_bytes(), "b.npz": npz_bytes()})
    before = several(page)
    upload(page, {"bad.hea": b"\x00\x01"})
    assert "bad.hea" in page.error[0].value
    assert several(page).equals(before) and "ECG of S0-00000" in text(page)


def test_two_files_of_one_name_are_not_mixed_up(app):
    page = shown(app, "inspect_ecg")
    twice = [("a.csv", b"1", "text/csv"), ("a.csv", b"2", "text/csv")]
    page.file_uploader[0].set_value(twice)
    page.run()
    assert "Two different files are named a.csv" in page.error[0].value
    assert not page.dataframe


def test_the_table_can_be_closed_and_one_recording_behaves_as_before(app):
    page = upload(shown(app, "inspect_ecg"), {"a.npz": npz_bytes(), "b.npz": npz_bytes()})
    next(button for button in page.button if button.label == "Close table").click()
    page.run()
    assert not page.dataframe
    upload(page, {"c.npz": npz_bytes()})
    assert not page.dataframe and "ECG of c.npz" in text(page)


def test_alignment_against_another_heart_is_named(app):
    page = shown(app, "alignment")
    page.selectbox(key="cine_of").set_value("S0-00011").run()
    assert "the cine of S0-00011" in text(page)
    assert "Chance 12.5" in text(page)


def test_the_chosen_subject_comes_along_to_another_page(app):
    page = shown(app, "alignment")
    page.selectbox(key="subject").set_value("S0-00013").run()
    page.switch_page("views/retrieval.py").run()
    assert "most like S0-00013" in text(page)


@pytest.mark.parametrize("direction", ["ecg-cmr", "ecg-ecg", "cmr-ecg"])
def test_retrieval_searches_in_three_directions(app, direction):
    page = shown(app, "retrieval")
    page.segmented_control(key="direction").set_value(direction).run()
    assert not page.error
    assert "**6 " in text(page)


def test_filters_that_leave_nobody_say_so(app):
    page = shown(app, "retrieval")
    page.get_by_key("retrieval_sex").set_value([]).run()
    assert "Fewer than two subjects" in page.error[0].value
    assert page.main.caption[-1].value.startswith("Research use only")


def test_the_cohort_can_be_coloured_by_numbers_and_by_categories(app):
    page = shown(app, "cohort")
    for column in ("modality", "sex", "truth_lbbb", "own_rank", "lvm_g"):
        page.selectbox(key="colour").set_value(column).run()
        assert not page.exception and not page.error


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
    page.switch_page("views/cohort.py").run()
    assert "S0-00013" in page.sidebar.caption[0].value
    withdraw(gallery, page, tmp_path / "fake", ["S0-00013"])
    assert "S0-00013" not in page.sidebar.caption[0].value
    assert "S0-00013" not in page.dataframe[0].value.index


def test_an_upload_loses_the_alike_heart_that_has_withdrawn(app, gallery, tmp_path):
    page = upload(shown(app, "inspect_ecg"), {"good.csv": COMMENTED + table_of_leads()})
    nearest = gallery.inspection("S0-00007").neighbours[0].subject_id
    assert "Looks like 6 hearts" in text(page)
    withdraw(gallery, page, tmp_path / "fake", [nearest])
    assert "Looks like 5 hearts" in text(page)


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
    monkeypatch.setattr("places.SHIPPED", tmp_path / "empty")
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
