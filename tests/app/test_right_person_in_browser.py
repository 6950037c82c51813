"""Numbers on a page are of the person and of the model that it names, whatever came before."""

import csv
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from ptacl.config.checksums import unseal
from tests.app.browsing import DRAWN_MS, after_run, opened, settled, unexpected
from tests.app.conftest import APP, DEMO, FIRST_START_MS
from tests.made.files import beating, csv_bytes, npz_bytes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GONE = "This was an uploaded ECG; it is not kept."
SHIFT = 40.0
"""What the second model adds to every volume: nobody can take its numbers for the first's."""


@pytest.fixture(scope="session")
def address(streamlit_app, browser, tmp_path_factory) -> str:
    """The app on two galleries: the demonstration, and one whose model reads 40 more of all."""
    if not DEMO.is_file():
        pytest.skip("checkpoints/demo holds no gallery; make one with `ptacl embed`")
    other = tmp_path_factory.mktemp("galleries") / "other"
    shutil.copytree(DEMO.parent.parent, other)
    for place, key in (
        (other / "config.json", "name"),
        (other / "gallery" / DEMO.name, "checkpoint_name"),
    ):
        said = json.loads(place.read_text())
        place.write_text(json.dumps(said | {key: "other"}))
        unseal(place.parent)
    for place in (other / "gallery").glob("heads*.npz"):
        heads = dict(np.load(place))
        np.savez(place, **heads | {"bias": heads["bias"] + SHIFT})
    started = streamlit_app(APP / "main.py", env={"PTACL_GALLERIES": str(other)})
    page = browser.new_page()
    for gallery in ("demo", "other"):
        page.goto(f"{started}/?gallery={gallery}")
        page.get_by_role("heading", name="Similar hearts").wait_for(timeout=FIRST_START_MS)
    page.close()
    return started


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Name → path of ECGs of made hearts."""
    contents = {"a.npz": npz_bytes(), "b.npz": npz_bytes(0.8), "c.csv": csv_bytes(0.7)}
    contents["torn.dcm"] = b"\0" * 128 + b"DICM" + b"\x01\x02\x03"
    contents["holiday.jpg"] = b"\xff\xd8\xff\xe0 no ecg"
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    assert beating().shape[0] == 12
    return {name: str(tmp_path / name) for name in contents}


def drop(page, *paths: str) -> None:
    page.wait_for_function("document.querySelectorAll('input[type=file]').length === 1")
    page.locator("input[type=file]").set_input_files(paths)


def shows(page, name: str) -> None:
    """Wait until the page shows the ECG of this name, and settles."""
    page.get_by_role("heading", name=f"ECG of {name}", exact=True).wait_for(timeout=DRAWN_MS)
    settled(page)


def choose_gallery(page, name: str) -> None:
    page.get_by_role("combobox", name="Gallery", exact=True).click()
    page.get_by_role("option", name=name, exact=True).click()
    model_is(page, name)


def model_is(page, name: str) -> None:
    page.locator(".stSidebar").get_by_text(f"Model {name},").wait_for(timeout=DRAWN_MS)
    settled(page)


def lvedv(page) -> float:
    row = page.locator(".volumes tbody tr").filter(has_text="LVEDV")
    return float(re.search(r"(\d+) \(", row.locator("td").last.inner_text())[1])


def no_heart(page) -> None:
    """The page says that the upload is gone, and shows nothing of any heart."""
    page.get_by_text(GONE).wait_for(timeout=DRAWN_MS)
    settled(page)
    assert page.get_by_role("heading", name="ECG of").count() == 0
    assert page.locator(".volumes, .ecg-paper, .cine-grid").count() == 0
    assert page.get_by_role("button", name="Save report").count() == 0


def field(page, label: str):
    return page.get_by_label(label, exact=True)


def saved(page, label: str) -> str:
    with page.expect_download(timeout=DRAWN_MS) as download:
        page.get_by_role("button", name=label).click()
    return Path(download.value.path()).read_text(encoding="utf-8")


def test_another_gallery_reads_the_upload_anew_and_so_does_the_report(address, page, files):
    opened(page, address, "?gallery=demo")
    drop(page, files["a.npz"])
    shows(page, "a.npz")
    first = lvedv(page)
    choose_gallery(page, "other")
    shows(page, "a.npz")
    assert lvedv(page) == pytest.approx(first + SHIFT, abs=1)
    report = saved(page, "Save report (HTML)")
    assert "Model other" in report and "Model demo" not in report
    value = re.search(r"<th>LVEDV</th>\s*<td>(\d+)</td>", report)[1]
    assert float(value) == lvedv(page)
    said = json.loads(saved(page, "Save data (JSON)"))
    assert said["model"]["name"] == "other"
    choose_gallery(page, "demo")
    shows(page, "a.npz")
    assert lvedv(page) == first
    assert unexpected(page.watch.errors) == []


def test_the_person_of_one_ecg_is_not_the_person_of_the_next(address, page, files):
    opened(page, address, "?gallery=demo")
    drop(page, files["a.npz"])
    shows(page, "a.npz")
    page.get_by_role("combobox", name="Sex", exact=True).click()
    page.get_by_role("option", name="female", exact=True).click()
    page.get_by_text("Predicted from the ECG and sex").wait_for(timeout=DRAWN_MS)
    field(page, "Age (years)").fill("50")  # typed, and not yet sent when the next file comes
    drop(page, files["b.npz"])
    shows(page, "b.npz")
    page.get_by_text("Predicted from the ECG alone").wait_for(timeout=DRAWN_MS)
    assert field(page, "Age (years)").input_value() == ""
    assert page.get_by_role("combobox", name="Sex", exact=True).input_value() == "—"
    page.get_by_text("reference intervals for women (above) and men (below)").wait_for()
    page.get_by_role("button", name="a.npz", exact=True).click()
    shows(page, "a.npz")
    page.get_by_text("Predicted from the ECG and sex").wait_for(timeout=DRAWN_MS)
    assert page.get_by_role("combobox", name="Sex", exact=True).input_value() == "female"


def test_after_a_reload_the_page_says_that_the_upload_is_gone(address, page, files):
    opened(page, address, "?gallery=demo")
    drop(page, files["a.npz"])
    shows(page, "a.npz")
    page.wait_for_url(re.compile("subject=upload-"))
    assert "a.npz" not in page.url
    page.reload()
    no_heart(page)
    page.get_by_role("button", name="Average heart").click()
    page.get_by_role("heading", name=re.compile(r"ECG of S1-\d+ ")).wait_for(timeout=DRAWN_MS)
    assert page.get_by_text(GONE).count() == 0


@pytest.mark.parametrize("path", ["", "retrieval", "alignment"])
def test_a_link_to_an_upload_in_a_second_tab_shows_no_other_heart(
    address, page, new_page, files, path
):
    opened(page, address, "?gallery=demo")
    drop(page, files["a.npz"])
    shows(page, "a.npz")
    page.wait_for_url(re.compile("subject=upload-"))
    token = re.search(r"subject=(upload-\w+)", page.url)[1]
    for second in (page.context.new_page(), new_page()):  # of this browser, and of another
        second.goto(f"{address}/{path}?gallery=demo&subject={token}")
        no_heart(second)
    assert page.get_by_role("heading", name="ECG of a.npz").is_visible()


def test_the_way_back_shows_each_heart_under_its_own_address(address, page, files):
    opened(page, address, "?gallery=demo")
    page.wait_for_url(re.compile("subject=S1-"))
    subject = re.search(r"subject=(S1-\d+)", page.url)[1]
    for name in ("a.npz", "b.npz"):
        former = page.url
        drop(page, files[name])
        shows(page, name)
        page.wait_for_url(lambda url, former=former: url != former)
        settled(page)
    page.go_back()
    shows(page, "a.npz")
    page.go_back()
    page.get_by_role("heading", name=f"ECG of {subject} ").wait_for(timeout=DRAWN_MS)
    page.go_forward()
    shows(page, "a.npz")
    settled(page)
    upload = page.url
    visited = []
    page.on("framenavigated", lambda frame: visited.append(frame.url))
    after_run(page, page.get_by_role("link", name="Alignment").click)
    page.get_by_text(f"The ECG of {subject}").wait_for(timeout=DRAWN_MS)
    page.wait_for_url(re.compile(f"alignment.*subject={subject}"))
    assert all("/alignment" in url for url in visited)  # no subject of it under the page before
    while "/alignment" in page.url:  # once without its subject, as the menu opened it
        page.go_back()
        page.wait_for_timeout(1000)  # a step may need no run, so that there is none to wait for
        settled(page)
    shows(page, "a.npz")
    assert page.url == upload


def test_a_single_ecg_ends_the_batch_and_its_trend(address, page, files):
    opened(page, address, "?gallery=demo")
    drop(page, files["a.npz"], files["b.npz"])
    page.get_by_text("2 recordings").wait_for(timeout=DRAWN_MS)
    settled(page)
    page.get_by_text("These are ECGs of one person").click()
    page.get_by_role("button", name="Compare these two").click()
    shows(page, "b.npz")
    page.get_by_role("button", name="End comparison").wait_for(timeout=DRAWN_MS)
    drop(page, files["c.csv"])
    shows(page, "c.csv")
    assert page.get_by_text("2 recordings").count() == 0
    assert page.get_by_text("From the first to the last ECG").count() == 0
    assert page.get_by_role("combobox", name="Compare with").input_value() == "nothing"
    drop(page, files["a.npz"], files["c.csv"])
    page.get_by_text("2 recordings").wait_for(timeout=DRAWN_MS)
    settled(page)
    assert page.get_by_text("From the first to the last ECG").count() == 0


def test_a_row_of_a_batch_opens_its_own_ecg_under_the_gallery_that_is_chosen(address, page, files):
    opened(page, address, "?gallery=demo")
    drop(page, files["a.npz"], files["b.npz"])
    page.get_by_text("2 recordings").wait_for(timeout=DRAWN_MS)
    settled(page)
    choose_gallery(page, "other")
    page.get_by_text("2 recordings").wait_for(timeout=DRAWN_MS)
    settled(page)
    grid = page.locator(".dvn-scroller").first  # lies over the canvas
    grid.click(position={"x": 20, "y": 35 * 2 + 17})
    shows(page, "b.npz")
    rows = list(csv.DictReader(saved(page, "Save table (CSV)").splitlines()))
    assert [row["file"] for row in rows] == ["a.npz", "b.npz"]
    assert float(rows[1]["lvedv_ml"]) == pytest.approx(lvedv(page), abs=0.6)


def test_a_second_broken_file_is_told_of_as_itself(address, page, files):
    opened(page, address, "?gallery=demo")
    drop(page, files["a.npz"])
    shows(page, "a.npz")
    message = page.get_by_test_id("stAlertContentError")
    for name, other in (("torn.dcm", "holiday.jpg"), ("holiday.jpg", "torn.dcm")):
        drop(page, files[name])
        message.filter(has_text=name).wait_for(timeout=DRAWN_MS)
        assert other not in message.inner_text()
        assert page.get_by_role("heading", name="ECG of a.npz").is_visible()


def test_the_report_after_a_switch_is_of_the_model_on_the_page(address, page, files):
    opened(page, address, "?gallery=other")
    drop(page, files["b.npz"])
    shows(page, "b.npz")
    page.get_by_role("link", name="Model").click()
    page.get_by_role("heading", name="Where does this come from?").wait_for(timeout=DRAWN_MS)
    choose_gallery(page, "demo")
    page.get_by_role("link", name="Inspect an ECG").click()
    shows(page, "b.npz")
    model_is(page, "demo")
    said = json.loads(saved(page, "Save data (JSON)"))
    (volume,) = [entry for entry in said["phenotypes"] if entry["key"] == "lvedv_ml"]
    assert said["model"]["name"] == "demo" and round(volume["value"]) == lvedv(page)


def test_a_link_to_a_subject_leads_to_it_though_an_upload_is_open(address, page, files):
    opened(page, address, "?gallery=demo")
    drop(page, files["a.npz"])
    shows(page, "a.npz")
    page.get_by_role("link", name="Volumes").click()
    page.get_by_role("heading", name="Worst cases").wait_for(timeout=DRAWN_MS)
    settled(page)
    link = page.get_by_role("link", name="Inspect", exact=True).first
    link.scroll_into_view_if_needed()
    link.click()
    page.get_by_role("heading", name=re.compile(r"ECG of S1-\d+ ")).wait_for(timeout=DRAWN_MS)
    settled(page)
    subject = re.search(r"subject=(S1-\d+)", page.url)[1]
    assert page.get_by_role("heading", name=f"ECG of {subject} ").is_visible()


def test_what_is_forgotten_leaves_no_other_heart_in_its_place(address, page, files):
    opened(page, address, "?gallery=demo")
    drop(page, files["a.npz"])
    shows(page, "a.npz")
    page.get_by_role("button", name="Forget").click()
    no_heart(page)
