"""What holds of every page: accessible, quiet, local, moved by keys, reopened by its address."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from pydicom.data import get_testdata_file

from ptacl.segmentation.network.weights import SEGMENTER
from tests.app.browsing import DRAWN_MS, QUESTIONS, drawn, go_by_keys, opened, settled, unexpected

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEASURED_MS = 240_000
"""Contours and strain of one heart, on a busy computer."""

LINKS = {
    "?subject=S1-00074": "ECG of S1-00074",
    "cohort?colour=lvm_g&subject=S1-00074": "Subject S1-00074",
    "alignment?subject=S1-00074&cine_of=S1-03855": "The ECG of S1-00074 is aligned with the "
    "cine of S1-03855",
    "retrieval?direction=ecg-ecg&subject=S1-00074": "6 ECGs nearest to S1-00074",
    "volumes?volume=LVM": "Left ventricular myocardial mass",
}
"""Address of a view → what stands on it then and not otherwise."""


RULES = {
    "light": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "dark": {"type": "rule", "values": ["color-contrast"]},  # all else is the same document
}


STILL = """document.getAnimations().every(
    (one) => !(one instanceof CSSTransition && one.playState === "running"))"""


def violations(page, scheme: str) -> list[str]:
    """What axe-core calls serious or critical, with the first element at fault."""
    page.wait_for_function(STILL)  # what a run replaces is pale for a moment
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    options = {"runOnly": RULES[scheme], "resultTypes": ["violations"], "preload": False}
    found = axe.Axe().run(page, options=options).response["violations"]
    grave = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in grave]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_without_an_error_and_asks_nothing_of_another_host(
    address, new_page, scheme
):
    page = opened(new_page(color_scheme=scheme, reduced_motion="reduce"), address)
    for path, question in QUESTIONS.items():
        go_by_keys(page, path)
        assert page.get_by_role("heading", level=1).inner_text() == question
        assert page.locator(".stMain").get_by_text("synthetic").first.is_visible()
        assert page.locator(".stException, .stAlertContentError").count() == 0
        assert violations(page, scheme) == [], path
    assert unexpected(page.watch.errors) == []
    assert page.watch.foreign_requests() == []


def test_an_uploaded_ecg_on_a_narrow_window_is_accessible_too(address, new_page):
    page = new_page(viewport={"width": 1024, "height": 900}, reduced_motion="reduce")
    opened(page, address)
    page.locator("input[type=file]").first.set_input_files(get_testdata_file("waveform_ecg.dcm"))
    page.get_by_role("heading", name="ECG of waveform_ecg.dcm").wait_for(timeout=DRAWN_MS)
    settled(page)
    assert violations(page, "light") == []
    go_by_keys(page, "retrieval")
    page.get_by_role("radio", name="waveform_ecg.dcm").click()
    page.get_by_role("group", name="waveform_ecg.dcm, your ECG").wait_for(timeout=DRAWN_MS)
    settled(page)
    assert violations(page, "light") == []
    for path in ("groups", "model"):  # wide tables, and commands that scroll
        go_by_keys(page, path)
        assert violations(page, "light") == [], path
    assert unexpected(page.watch.errors) == []


def test_not_found_is_only_streamlit_looking_for_its_own_base_path(address, page):
    missing = []
    page.on("response", lambda r: r.status >= 400 and missing.append(r.url))
    opened(page, address, "model")
    assert [url for url in missing if "/_stcore/" not in url] == []


def test_a_link_reopens_each_view_and_back_and_forward_move_between_them(address, page):
    for link, said in LINKS.items():
        opened(page, address, link)
        page.get_by_text(said).first.wait_for(timeout=DRAWN_MS)
        asked, kept = (parse_qs(urlsplit(url).query) for url in (link, page.url))
        assert {name: kept.get(name) for name in asked} == asked
    go_by_keys(page, "cohort")
    page.go_back()
    drawn(page, "volumes")
    page.get_by_text("Left ventricular myocardial mass").first.wait_for(timeout=DRAWN_MS)
    page.go_forward()
    drawn(page, "cohort")


def test_keys_seek_a_subject_list_themselves_and_leave_a_field_alone(address, page):
    opened(page, address, "model")
    page.get_by_role("button", name="Keys").wait_for()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").get_by_text("Find a subject").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Keys").wait_for(state="hidden")
    page.keyboard.press("/")
    drawn(page, "")
    field = page.locator(".st-key-subject input")
    page.wait_for_function("document.activeElement.closest('.st-key-subject') !== null")
    page.keyboard.type("gv?")
    page.wait_for_function("document.activeElement.value === 'gv?'")
    assert field.input_value() == "gv?"
    assert page.locator("h1").inner_text() == QUESTIONS[""]  # the open list hides it from roles


def test_a_term_tells_its_meaning_to_the_keyboard_and_the_skip_link_leads_past_the_menu(
    address, page
):
    opened(page, address, "alignment")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#stMain"
    term = page.locator(".term", has_text="Diastasis")
    meaning = term.get_by_role("tooltip")
    meaning.wait_for(state="hidden")
    term.focus()
    assert "hardly moves" in meaning.inner_text()


@pytest.mark.skipif(not SEGMENTER.shipped().is_dir(), reason="no segmenter is shipped")
def test_contours_and_strain_appear_without_a_reload_and_are_accessible(address, new_page):
    page = opened(new_page(reduced_motion="reduce"), address, "alignment")
    assert page.locator(".cine-player .lines").count() == 0
    page.get_by_test_id("stCheckbox").get_by_text("Contours").click()
    page.locator(".cine-player .lines").wait_for(timeout=MEASURED_MS)
    page.wait_for_url(re.compile("contours=1"))
    page.locator(".cine-player .ring").wait_for(timeout=MEASURED_MS)
    page.get_by_text("Peak global circumferential strain").wait_for(timeout=DRAWN_MS)
    settled(page)
    assert page.locator(".cine-player .follows").count() == 2
    assert violations(page, "light") == []
    assert unexpected(page.watch.errors) == []
