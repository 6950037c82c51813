"""The whole app in headless Chromium, on the shipped demonstration gallery."""

import re
from functools import cache
from pathlib import Path

import pytest
from pyarrow.parquet import read_schema

from ptacl.phenotypes import PHENOTYPES
from tests.app.browsing import DRAWN_MS, opened, settled, unexpected
from tests.app.conftest import DEMO

INSPECTED_MS = 30_000

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_deep_link_opens_its_subject_and_the_next_page_keeps_it(address, page):
    opened(page, address, "alignment")
    page.wait_for_url(re.compile(r"subject="))
    first = subject_in(page)
    page.get_by_role("combobox").first.click()
    page.get_by_role("option").nth(3).click()
    page.wait_for_url(lambda url: first not in url)
    other = subject_in(page)
    page.get_by_role("link", name="Retrieval").click()
    page.get_by_text(f"nearest to {other}").wait_for(timeout=DRAWN_MS)
    page.wait_for_url(f"**/retrieval?subject={other}")
    opened(page, address, f"alignment?subject={other}")
    page.get_by_text(f"The ECG of {other}").wait_for(timeout=DRAWN_MS)


def test_going_back_shows_the_former_subject(address, page):
    opened(page, address, "alignment")
    page.wait_for_url(re.compile(r"subject="))
    first = subject_in(page)
    page.get_by_role("combobox").first.click()
    page.get_by_role("option").nth(4).click()
    page.wait_for_url(lambda url: first not in url)
    page.go_back()
    page.get_by_text(f"The ECG of {first}").wait_for(timeout=DRAWN_MS)


def test_a_control_goes_into_the_player_by_a_click_and_into_the_link(address, page):
    opened(page, address, "alignment")
    page.get_by_role("button", name=re.compile("^Shuffled: ")).click()
    page.get_by_text("its frames shuffled,").wait_for(timeout=DRAWN_MS)
    page.wait_for_url(re.compile("frames=shuffled"))
    page.get_by_role("button", name=re.compile("^Another heart: ")).click()
    page.wait_for_url(lambda url: "cine_of=" in url and "frames=" not in url)
    link = page.url
    page.goto(link)
    other = re.search(r"cine_of=([\w-]+)", link)[1]
    page.get_by_text(f"with the cine of {other} with").wait_for(timeout=DRAWN_MS)
    pressed = page.get_by_role("button", name=re.compile("^Another heart: "))
    assert pressed.get_attribute("aria-pressed") == "true"
    assert unexpected(page.watch.errors) == []


def subject_in(page) -> str:
    """The subject in the address bar."""
    return re.search(r"subject=([\w-]+)", page.url)[1]


def drop(page, *files: str) -> None:
    # After an upload the emptied drop zone replaces the former one.
    page.wait_for_function("document.querySelectorAll('input[type=file]').length === 1")
    page.locator("input[type=file]").set_input_files(files)


@cache
def shipped_phenotypes() -> int:
    """How many phenotypes the shipped gallery holds, which may be fewer than the table has."""
    columns = read_schema(DEMO.parent / "table.parquet").names
    return sum(f"predicted_{entry.key}" in columns for entry in PHENOTYPES)


def predictions(page) -> dict[str, float]:
    """The values on the page's volume panel, by phenotype."""
    panel = page.locator(".volumes")
    panel.wait_for(timeout=INSPECTED_MS)
    names = panel.locator("tbody th").all_text_contents()
    words = panel.locator("tbody td:last-child").all_text_contents()
    return {
        name: float(re.fullmatch(r"(\d+) \(-?\d+–\d+\) \S+", word)[1])
        for name, word in zip(names, words, strict=True)
    }


def test_a_wfdb_pair_is_inspected_and_its_predictions_stand_on_the_page(address, page, shared_data):
    record = shared_data / "ecg" / "wfdb_ptbxl" / "00001_hr"
    opened(page, address)
    drop(page, f"{record}.hea", f"{record}.dat")
    page.get_by_role("heading", name="ECG of 00001_hr.hea").wait_for(timeout=INSPECTED_MS)
    values = predictions(page)
    assert set(values) >= {"LVEDV", "LVEF", "LVM", "RVEF"} and len(values) == shipped_phenotypes()
    assert 20 < values["LVEF"] < 85 and 60 < values["LVEDV"] < 350
    page.get_by_text("wfdb, 500 Hz, 10.0 s").wait_for(timeout=INSPECTED_MS)
    assert unexpected(page.watch.errors) == []


def test_a_dicom_ecg_is_inspected_and_its_predictions_stand_on_the_page(address, page):
    from pydicom.data import get_testdata_file

    opened(page, address)
    drop(page, str(get_testdata_file("waveform_ecg.dcm")))
    page.get_by_role("heading", name="ECG of waveform_ecg.dcm").wait_for(timeout=INSPECTED_MS)
    page.get_by_text("DICOM, 1000 Hz, 10.0 s").wait_for(timeout=INSPECTED_MS)
    assert len(predictions(page)) == shipped_phenotypes()


def cell(page, column: int, row: int):
    """A cell of the table, which is a canvas: its text stands in the canvas for screen readers."""
    return page.get_by_test_id(f"glide-cell-{column}-{row}")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("muse_xml/muse_ecg1.xml", "GE MUSE XML, 500 Hz"),
        ("philips_sierra_xml/*-04.xml", "Philips Sierra XML, 500 Hz"),
        ("hl7_aecg/Example2.xml", "HL7 aECG, 1000 Hz"),
        ("scp/Example.scp", "SCP-ECG, 500 Hz"),
    ],
)
def test_what_carts_export_is_inspected(address, page, shared_data, file, said):
    path = next(iter(sorted((shared_data / "ecg").glob(file))))
    opened(page, address)
    drop(page, str(path))
    page.get_by_role("heading", name=f"ECG of {path.name}").wait_for(timeout=INSPECTED_MS)
    page.get_by_text(said).wait_for(timeout=INSPECTED_MS)
    assert len(predictions(page)) == shipped_phenotypes()
    assert unexpected(page.watch.errors) == []


def test_three_files_of_different_kinds_become_a_table_whose_rows_open(
    address, page, tmp_path, shared_data
):
    from pydicom.data import get_testdata_file

    record = shared_data / "ecg" / "wfdb_ptbxl" / "00001_hr"
    broken = tmp_path / "torn.dcm"
    broken.write_bytes(b"\0" * 128 + b"DICM" + b"\x01\x02\x03")
    dicom = str(get_testdata_file("waveform_ecg.dcm"))
    opened(page, address)
    former = page.get_by_role("heading", name="ECG of ").inner_text()
    drop(page, f"{record}.hea", f"{record}.dat", dicom, str(broken))
    page.get_by_text("3 recordings, 1 of them not read").wait_for(timeout=INSPECTED_MS)
    cell(page, 1, 2).wait_for(state="attached", timeout=INSPECTED_MS)
    files = [cell(page, 1, row).inner_text() for row in range(3)]
    assert files == ["00001_hr.hea", "torn.dcm", "waveform_ecg.dcm"]
    assert [cell(page, 2, row).inner_text() for row in range(3)] == ["read", "failed", "read"]
    assert "DICOM" in cell(page, 3, 1).inner_text()
    assert page.get_by_role("heading", name="ECG of ").inner_text() == former
    settled(page)
    with page.expect_download(timeout=INSPECTED_MS) as download:
        page.get_by_role("button", name="Save table (CSV)").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("file,status,reason,code,format") and len(lines) == 4
    grid = page.locator(".dvn-scroller").first  # lies over the canvas
    grid.click(position={"x": 20, "y": 35 * 2 + 17})
    page.get_by_text(re.compile("torn.dcm: .*DICOM")).wait_for(timeout=INSPECTED_MS)
    grid.click(position={"x": 20, "y": 35 * 1 + 17})
    page.get_by_role("heading", name="ECG of 00001_hr.hea").wait_for(timeout=INSPECTED_MS)
    assert len(predictions(page)) == shipped_phenotypes()
    settled(page)
    with page.expect_download(timeout=INSPECTED_MS) as download:
        page.get_by_role("button", name="Save report (HTML)").click()
    assert "<h1>ECG of 00001_hr.hea" in Path(download.value.path()).read_text(encoding="utf-8")
    assert unexpected(page.watch.errors) == []


def test_a_broken_file_gives_its_message_and_leaves_the_former_result(
    address, page, tmp_path, shared_data
):
    record = shared_data / "ecg" / "wfdb_ptbxl" / "00001_hr"
    opened(page, address)
    drop(page, f"{record}.hea", f"{record}.dat")
    page.get_by_role("heading", name="ECG of 00001_hr.hea").wait_for(timeout=INSPECTED_MS)
    broken = tmp_path / "torn.dcm"
    broken.write_bytes(b"\0" * 128 + b"DICM" + b"\x01\x02\x03")
    drop(page, str(broken))
    message = page.get_by_test_id("stAlertContentError")
    message.wait_for(timeout=INSPECTED_MS)
    assert "torn.dcm" in message.inner_text() and "Traceback" not in message.inner_text()
    assert page.get_by_role("heading", name="ECG of 00001_hr.hea").is_visible()
    assert len(predictions(page)) == shipped_phenotypes()


def test_the_header_alone_asks_for_its_other_half_and_takes_it_when_it_follows(
    address, page, shared_data
):
    record = shared_data / "ecg" / "wfdb_ptbxl" / "00001_hr"
    opened(page, address)
    drop(page, f"{record}.hea")
    message = page.get_by_test_id("stAlertContentError")
    message.wait_for(timeout=INSPECTED_MS)
    assert "00001_hr" in message.inner_text()
    drop(page, f"{record}.dat")
    page.get_by_role("heading", name="ECG of 00001_hr.hea").wait_for(timeout=INSPECTED_MS)


def test_a_file_name_is_shown_as_it_is_and_fetches_nothing(address, page, tmp_path):
    name = "![x](http:) <img src=x onerror=alert(1)>.csv"
    (tmp_path / name.replace("/", "")).write_bytes(b"no ecg")
    opened(page, address)
    drop(page, str(tmp_path / name))
    message = page.get_by_test_id("stAlertContentError")
    message.wait_for(timeout=INSPECTED_MS)
    # A word joiner keeps the browser's Markdown from making a link of it.
    assert name in message.inner_text().replace("\u2060", "")
    assert message.locator("img").count() == 0
    assert page.watch.foreign_requests() == []


def test_a_saved_report_is_one_page_with_badge_and_disclaimer(address, page):
    opened(page, address)
    with page.expect_download(timeout=INSPECTED_MS) as download:
        page.get_by_role("button", name="Save report (HTML)").click()
    html = Path(download.value.path()).read_text(encoding="utf-8")
    assert "Research use only" in html and "synthetic" in html and "<svg" in html


def test_a_lasso_is_summed_up_and_its_link_opens_the_same_selection(address, page, new_page):
    opened(page, address, "cohort?colour=sex")
    page.locator(".embedding-map .legend").wait_for(timeout=DRAWN_MS)
    box = page.locator(".embedding-map .panel").bounding_box()
    corners = [(0.3, 0.1), (0.7, 0.1), (0.7, 0.6), (0.3, 0.6), (0.3, 0.15)]
    points = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in corners]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=5)
    page.mouse.up()
    summary = page.get_by_text(re.compile(r"\d+ of 500 subjects"))
    summary.wait_for(timeout=INSPECTED_MS)
    page.wait_for_url(re.compile("colour=sex.*lasso="))
    other = new_page()
    opened(other, address, page.url.removeprefix(f"{address}/"))
    assert (
        other.get_by_text(re.compile(r"\d+ of 500 subjects")).inner_text() == summary.inner_text()
    )
    assert other.url == page.url
    page.locator(".embedding-map .panel").focus()
    page.keyboard.press("Escape")
    page.get_by_text("Table of all subjects").wait_for(timeout=INSPECTED_MS)
    page.wait_for_url(lambda url: "lasso=" not in url)
    assert unexpected(page.watch.errors) == unexpected(other.watch.errors) == []


def test_the_map_beside_the_volumes_shows_the_heart_under_the_pointer(address, page):
    opened(page, address)
    panel = page.locator(".embedding-map .panel")
    panel.scroll_into_view_if_needed()
    page.locator(".embedding-map").get_by_role("button", name="Full screen").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    card = page.locator(".embedding-map .card")
    card.locator(".still[data-drawn=true]").wait_for(timeout=DRAWN_MS)
    assert re.search(r"^LVEF \d+ %$", card.inner_text(), re.MULTILINE)
    assert unexpected(page.watch.errors) == []


def test_a_row_of_the_table_lights_its_subject_and_a_bar_narrows_the_map(address, page):
    opened(page, address, "cohort")
    ring = page.locator(".embedding-map .legend").get_by_text("ECG of S1-")
    assert ring.count() == 0
    cell(page, 1, 3).wait_for(state="attached", timeout=INSPECTED_MS)
    subject = cell(page, 1, 3).inner_text()
    table = page.locator(".dvn-scroller").first  # lies over the canvas
    table.click(position={"x": 20, "y": 35 * 4 + 17})
    page.get_by_role("heading", name=f"Subject {subject}").wait_for(timeout=INSPECTED_MS)
    page.locator(".embedding-map .legend").get_by_text(f"ECG of {subject}").wait_for()
    assert subject_in(page) == subject
    bars = page.locator(".histogram-bars .bins").first
    bars.click()
    page.get_by_text(re.compile(r"Filters leave \d+ of 500")).wait_for(timeout=INSPECTED_MS)
    page.wait_for_url(lambda url: "by=lvef_pct" in url and "lvef_pct=" in url)
    page.get_by_role("button", name="Whole range").click()
    page.wait_for_url(lambda url: "lvef_pct" not in url)
    assert unexpected(page.watch.errors) == []


def test_what_was_chosen_for_the_paper_survives_a_page_switch_and_a_link(address, page):
    opened(page, address, "?subject=S1-05005&overlays=what+drove&drove=LVM&paper=6x2,cabrera")
    drawn = page.locator(".ecg-paper canvas")
    page.get_by_text("baseline with average beats in this rhythm").wait_for(timeout=INSPECTED_MS)
    page.get_by_label("Gain").select_option("20")
    words = "6 × 2; Cabrera order; 25 mm/s · 20 mm/mV"
    page.get_by_role("link", name="Model").click()
    page.get_by_role("heading", name="Where does this come from?").wait_for(timeout=DRAWN_MS)
    page.get_by_role("link", name="Inspect an ECG").click()
    page.get_by_text(re.compile(r"^LVM \d+ g$")).wait_for(timeout=INSPECTED_MS)
    assert words in drawn.get_attribute("aria-label")
    words = ("overlays=what+drove", "drove=LVM", "paper=6x2%2Ccabrera%2C20")
    # What is not Streamlit's own is written at the end of the run.
    page.wait_for_url(lambda url: all(word in url for word in words), timeout=DRAWN_MS)
    assert unexpected(page.watch.errors) == []
