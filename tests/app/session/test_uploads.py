"""An uploaded ECG is one object: its person, its reading, its token in the address."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import ptacl
import ptacl.gallery
import ptacl.io
from ptacl.types import UNKNOWN_PERSON
from tests.app.driving import (
    COMMENTED,
    button,
    by_label,
    open_page,
    reading,
    shown,
    table_of_leads,
    text,
    upload,
)
from tests.app.fake_gallery import FakeGallery
from tests.made.files import npz_bytes, wfdb_files

GONE = "This was an uploaded ECG; it is not kept."


def said(page: AppTest) -> str:
    """What the page answers in place of a heart."""
    return "\n".join(str(one.value) for one in page.info)


def address(page: AppTest) -> str:
    """The subject or token in the address bar."""
    found = page.query_params["subject"]
    return found if isinstance(found, str) else found[-1]


@pytest.fixture
def two(app, monkeypatch, tmp_path) -> AppTest:
    """The app with two galleries, whose models read the same ECG otherwise."""
    galleries = {name: FakeGallery(seed=seed) for seed, name in enumerate(("fake", "other"))}
    for name, one in galleries.items():
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "gallery.json").write_text("{}")
        one.path, one.name = tmp_path / name, name
    monkeypatch.setattr(
        ptacl.gallery, "open_gallery", lambda path, progress=None: galleries[path.name]
    )

    class Model:
        def __init__(self, gallery: FakeGallery) -> None:
            self.gallery = gallery

        def inspect(self, ecg, person=UNKNOWN_PERSON, begin=None):
            return replace(
                self.gallery.inspection(self.gallery.table.index[7]), ecg=ecg, person=person
            )

    monkeypatch.setattr(ptacl, "load", lambda checkpoint, gallery: Model(gallery), raising=False)
    return app


def test_the_address_holds_a_token_that_means_nothing_and_no_name(app):
    page = upload(shown(app, "inspect_ecg"), {"zebedee_4711.npz": npz_bytes()})
    first = address(page)
    assert first.startswith("upload-") and "zebedee" not in str(page.query_params)
    upload(page, {"zebedee_4711.npz": npz_bytes()})
    assert address(page) != first


def test_a_link_without_its_ecg_says_so_and_shows_no_other_heart(app):
    app.query_params["subject"] = "upload-0123456789abcdef"
    page = shown(app, "inspect_ecg")
    assert GONE in said(page) and "ECG of" not in text(page) and not page.error
    assert not page.download_button and "not kept" in page.sidebar.caption[0].value
    assert address(page) == "upload-0123456789abcdef"
    page.button(key="example-lbbb").click().run()
    assert "ECG of S0-00002" in text(page) and GONE not in said(page)


@pytest.mark.parametrize("view", ["alignment", "retrieval"])
def test_such_a_link_on_another_page_shows_no_other_heart_either(app, view):
    app.run()
    app.query_params["subject"] = "upload-0123456789abcdef"
    page = open_page(app, view).run()
    assert GONE in said(page) and "S0-00000" not in text(page)
    page.selectbox(key="subject").set_value("S0-00013").run()
    assert "S0-00013" in text(page) and GONE not in said(page)


def test_another_gallery_reads_the_upload_anew(two):
    page = upload(shown(two, "inspect_ecg"), {"a.npz": npz_bytes()})
    before = reading(page)
    page.selectbox(key="gallery").set_value("other").run()
    after = reading(page)
    assert "ECG of a.npz" in text(page)
    assert after.neighbours[0].subject_id.startswith("S1-")
    assert after.predictions[0].value != before.predictions[0].value
    page.selectbox(key="gallery").set_value("fake").run()
    assert reading(page).predictions == before.predictions


def test_another_gallery_reads_a_batch_anew(two):
    page = upload(shown(two, "inspect_ecg"), {"a.npz": npz_bytes(), "b.npz": npz_bytes()})
    before = page.dataframe[0].value
    page.selectbox(key="gallery").set_value("other").run()
    after = page.dataframe[0].value
    assert list(after.file) == ["a.npz", "b.npz"]
    assert (after.lvef_pct != before.lvef_pct).all() and after.nearest.str.startswith("S1-").all()


def test_the_person_belongs_to_its_ecg_and_the_next_one_begins_untold(app):
    page = upload(shown(app, "inspect_ecg"), {"a.npz": npz_bytes()})
    by_label(page.selectbox, "Sex").set_value("female").run()
    by_label(page.number_input, "Age (years)").set_value(50).run()
    upload(page, {"b.npz": npz_bytes()})
    assert by_label(page.selectbox, "Sex").value == "—"
    assert by_label(page.number_input, "Age (years)").value is None
    assert "reference intervals for women (above) and men (below)" in text(page)
    button(page, "a.npz").click().run()
    assert by_label(page.selectbox, "Sex").value == "female"
    assert by_label(page.number_input, "Age (years)").value == 50
    open_page(page, "model").run()
    open_page(page, "inspect_ecg").run()
    assert "ECG of a.npz" in text(page) and by_label(page.selectbox, "Sex").value == "female"


def test_sex_and_age_of_the_file_fill_the_form_and_say_so(app, tmp_path: Path):
    files = wfdb_files(tmp_path, "p")
    files["p.hea"] += b"# Age: 71\n# Sex: Female\n"
    page = upload(shown(app, "inspect_ecg"), files)
    assert by_label(page.selectbox, "Sex").value == "female"
    assert by_label(page.number_input, "Age (years)").value == 71
    assert "Sex and age are from the file." in text(page)
    assert "reference interval for women" in text(page)
    by_label(page.number_input, "Age (years)").set_value(72).run()
    assert "Sex is from the file." in text(page)


@pytest.mark.parametrize(("stated", "taken"), [("9", 9), ("300", None)])
def test_an_age_that_nobody_reaches_is_no_age(app, tmp_path: Path, stated, taken):
    """PTB-XL writes 300 for people above 89."""
    files = wfdb_files(tmp_path, "p")
    files["p.hea"] += f"# Age: {stated}\n".encode()
    page = upload(shown(app, "inspect_ecg"), files)
    assert by_label(page.number_input, "Age (years)").value == taken
    assert reading(page).person.age_years == taken


def test_the_tray_opens_compares_and_forgets(app):
    page = shown(app, "inspect_ecg")
    for name in ("a.npz", "b.npz"):
        upload(page, {name: npz_bytes()})
    first, second = page.session_state["_uploads"]
    page.button(key=f"compare-{first}").click().run()
    assert page.selectbox(key="compare").value == first
    page.button(key=f"open-{first}").click().run()
    assert "ECG of a.npz" in text(page) and page.selectbox(key="compare").value == "nothing"
    page.button(key=f"forget-{second}").click().run()
    assert list(page.session_state["_uploads"]) == [first] and "ECG of a.npz" in text(page)
    page.button(key=f"forget-{first}").click().run()
    assert GONE in said(page) and "ECG of" not in text(page)
    assert not page.session_state["_upload_inspections"]


def test_two_uploads_of_one_name_are_told_apart(app):
    page = upload(shown(app, "inspect_ecg"), {"a.npz": npz_bytes()})
    upload(page, {"a.npz": npz_bytes(0.8)})
    assert "ECG of a.npz (2)" in text(page)
    labels = [b.label.strip("*") for b in page.button]
    assert [label for label in labels if label.startswith("a.npz")] == ["a.npz", "a.npz (2)"]


def test_a_link_to_a_subject_shows_it_though_an_upload_is_open(app):
    page = upload(shown(app, "inspect_ecg"), {"a.npz": npz_bytes()})
    open_page(page, "volumes").run()
    page.query_params["subject"] = "S0-00009"
    open_page(page, "inspect_ecg").run()
    assert "ECG of S0-00009" in text(page)


def test_a_way_back_shows_what_stood_there(app):
    page = shown(app, "inspect_ecg")
    subject = address(page)
    upload(page, {"a.npz": npz_bytes()})
    token = address(page)
    page.query_params["subject"] = subject
    page.run()
    assert f"ECG of {subject}" in text(page)
    page.query_params["subject"] = token
    page.run()
    assert "ECG of a.npz" in text(page)


def test_the_sidebar_names_what_a_page_shows_and_the_upload_that_is_open(app):
    page = upload(shown(app, "inspect_ecg"), {"a.npz": npz_bytes()})
    assert "**ECG** a.npz, in this session only" in page.sidebar.caption[0].value
    open_page(page, "alignment").run()
    card = page.sidebar.caption[0].value
    assert "**Subject** S0-00000" in card and "**Uploaded ECG** a.npz" in card
    open_page(page, "model").run()
    assert "**ECG** a.npz" in page.sidebar.caption[0].value


BROKEN = {"first.jpg": b"\xff\xd8\xff\xe0 one"}


@pytest.mark.parametrize(
    "second", [{"second.pdf": b"%PDF-1.4 no ecg"}, {"second.hea": b"\x00\x01"}, {"s.csv": b""}]
)
def test_a_second_broken_file_is_reported_as_itself(app, second):
    page = upload(shown(app, "inspect_ecg"), BROKEN)
    assert "first.jpg" in page.error[0].value
    upload(page, second)
    (name,) = second
    assert name in page.error[0].value and "first.jpg" not in page.error[0].value


def test_a_broken_file_after_half_a_record_is_reported_as_itself(app, tmp_path: Path):
    files = wfdb_files(tmp_path, "p")
    page = upload(shown(app, "inspect_ecg"), {"p.hea": files["p.hea"]})
    assert "p.dat is missing" in page.error[0].value
    upload(page, BROKEN)
    assert "first.jpg" in page.error[0].value and "p.hea" not in page.error[0].value


def test_what_could_not_be_read_is_no_longer_said_beside_another_ecg(app):
    page = upload(shown(app, "inspect_ecg"), BROKEN)
    page.button(key="example-lbbb").click().run()
    assert not page.error


def test_an_upload_that_cannot_be_trusted_is_no_query_of_a_search(app, gallery, monkeypatch):
    found = gallery.inspection
    monkeypatch.setattr(
        gallery, "inspection", lambda s: replace(found(s), predictions=(), neighbours=())
    )
    page = upload(shown(app, "inspect_ecg"), {"good.csv": COMMENTED + table_of_leads()})
    open_page(page, "retrieval").run()
    assert "withheld" in said(page) and "nearest to" not in text(page)
