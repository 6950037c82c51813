"""A page on a narrow window, zoomed, in the dark, in a row of tabs, and on paper."""

import re

import pytest

from tests.app.browsing import DRAWN_MS, QUESTIONS, go_by_keys, opened
from tests.app.charts.test_palette import contrast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CLIPPED = """() => [...document.querySelectorAll('.stMain, .stMain *, .stApp, .stApp > div')]
  .filter((e) => getComputedStyle(e).overflowY !== 'visible')
  .filter((e) => !e.closest('.stDataFrame'))  // a grid of many rows scrolls in itself
  .filter((e) => e.scrollHeight > e.clientHeight + 1 && e.clientHeight > 200)
  .map((e) => e.dataset.testid || e.className)"""
"""Containers of the page that hide a part of what they hold."""

WHOLE = """() => document.documentElement.scrollHeight >=
  document.querySelector('.stMainBlockContainer').getBoundingClientRect().height - 1"""
"""Whether the document is as long as what the page holds."""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (720, 500), (1024, 700)])
def test_the_header_covers_nothing_on_a_narrow_window_or_at_twice_the_size(
    address, new_page, width, height
):
    # 1440 px at 200 % are 720 px of the page.
    page = new_page(viewport={"width": width, "height": height})
    opened(page, address)
    for path, question in QUESTIONS.items():
        go_by_keys(page, path)
        header = page.get_by_test_id("stHeader").bounding_box()
        heading = page.get_by_role("heading", name=question).bounding_box()
        folded = page.get_by_test_id("stExpandSidebarButton").count()
        bottom = header["y"] + header["height"] if folded else 0
        assert heading["y"] >= bottom, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        shown = page.evaluate("document.querySelector('.stMain').getBoundingClientRect().top")
        inner = page.evaluate("document.querySelector('.stMain').clientTop")
        assert shown + inner >= bottom - 1, path  # what is scrolled ends below the header


def test_the_lowest_values_of_the_map_are_seen_in_the_dark(address, new_page):
    page = new_page(color_scheme="dark")
    opened(page, address, "cohort?colour=lvef_pct")
    ramp = page.locator(".embedding-map .ramp")
    ramp.wait_for(timeout=DRAWN_MS)
    steps = re.findall(r"rgb\((\d+), (\d+), (\d+)\)", ramp.evaluate("e => e.style.background"))
    ground = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    behind = hexadecimal(re.findall(r"\d+", ground))
    assert min(contrast(hexadecimal(step), behind) for step in steps) >= 3
    light = opened(new_page(), address, "cohort?colour=lvef_pct").locator(".embedding-map .ramp")
    assert light.evaluate("e => e.style.background") != ramp.evaluate("e => e.style.background")


def hexadecimal(parts) -> str:
    return "#" + "".join(f"{int(part):02X}" for part in parts[:3])


def test_every_page_prints_whole(address, page):
    opened(page, address)
    for path in QUESTIONS:
        go_by_keys(page, path)
        page.emulate_media(media="print")
        assert page.evaluate(CLIPPED) == [], path
        for hidden in ("stSidebar", "stHeader"):
            assert not page.get_by_test_id(hidden).is_visible(), path
        page.wait_for_function(WHOLE)
        sheets = page.pdf(format="A4").count(b"/Type /Page\n")
        # One window's height would fit on one; with nothing dropped the page of a cine is short.
        assert sheets >= (1 if path == "inspect_cine" else 2), path
        page.emulate_media(media="screen")
