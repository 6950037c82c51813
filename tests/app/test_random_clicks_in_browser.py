"""Clicks, keys, drags and files at random: every page stands whole after each. `pytest -m fuzz`."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.browsing import DRAWN_MS, FOOTER, QUESTIONS, opened, settled, unexpected

pytestmark = [pytest.mark.browser, pytest.mark.fuzz]

STEPS = 120
SOON_MS = 1500
"""What cannot be clicked by then is covered or gone, as it may be for a person."""
PAUSES_MS = (0, 30, 80, 150, 400)
KEYS = ("Tab", "Enter", "Space", "Escape", "ArrowRight", "ArrowDown", "?")
FAULTS = "text=/PTACL failed|ran out of memory|Page not found/"
MOST_BYTES = 5_000_000


def any_of(found, rng: random.Random):
    """One of the elements that a locator finds now; the first to come where there are none."""
    return found.nth(rng.randrange(found.count() or 1))


def pause(page, rng: random.Random) -> None:
    page.wait_for_timeout(rng.choice(PAUSES_MS))


def go(page, rng, files) -> None:
    any_of(page.locator("[data-testid=stSidebarNav] a"), rng).click(timeout=SOON_MS)


def press(page, rng, files) -> None:
    """One button, or several faster than the page answers."""
    for _ in range(rng.choice((1, 1, 3))):
        button = any_of(page.locator("[data-testid=stMain] button:visible"), rng)
        button.click(timeout=SOON_MS, no_wait_after=True)
        pause(page, rng)


def draw(page, rng, files) -> None:
    """Point at something drawn, rest, click, or draw over it."""
    drawn = any_of(page.locator(".embedding-map .panel, .component canvas"), rng)
    drawn.scroll_into_view_if_needed(timeout=SOON_MS)
    box = drawn.bounding_box(timeout=SOON_MS)

    def move(steps: int) -> None:
        x, y = box["x"] + rng.random() * box["width"], box["y"] + rng.random() * box["height"]
        page.mouse.move(x, y, steps=steps)

    for _ in range(rng.choice((1, 3))):
        move(3)
        pause(page, rng)
        page.mouse.down()
        for _ in range(rng.choice((0, 0, 4))):
            move(4)
        page.mouse.up()


def choose(page, rng, files) -> None:
    any_of(page.locator("[data-testid=stMain] [role=combobox]:visible"), rng).click(timeout=SOON_MS)
    any_of(page.get_by_role("option"), rng).click(timeout=SOON_MS)


def slide(page, rng, files) -> None:
    any_of(page.locator("[role=slider]:visible"), rng).focus(timeout=SOON_MS)
    for _ in range(3):
        page.keyboard.press(rng.choice(("ArrowRight", "ArrowLeft", "Home", "End")))


def type_keys(page, rng, files) -> None:
    for _ in range(3):
        page.keyboard.press(rng.choice(KEYS))
        pause(page, rng)


def upload(page, rng, files) -> None:
    """A real recording, or half of one; the page may be left before it is read."""
    chosen = rng.choice(files)
    other = chosen.with_suffix(".dat")
    both = [chosen, other] if chosen.suffix == ".hea" and other.is_file() else [chosen]
    place = page.locator("input[type=file]").first
    place.set_input_files([str(file) for file in both], timeout=SOON_MS)
    pause(page, rng)


def scroll(page, rng, files) -> None:
    page.mouse.wheel(0, rng.choice((-900, 600, 1200)))


ACTIONS: dict[Callable[..., None], int] = {
    press: 8, draw: 5, go: 2, choose: 2, slide: 2, type_keys: 2, scroll: 2, upload: 1,
}  # fmt: skip
"""Each with how often it is taken."""


@pytest.mark.parametrize("seed", range(3))
def test_every_page_stands_whole_whatever_is_clicked(
    address, page, shared_data: Path, seed: int
) -> None:
    from playwright.sync_api import TimeoutError as NotThere

    rng = random.Random(seed)
    files = sorted(
        file
        for file in (shared_data / "ecg").rglob("*")
        if file.is_file() and file.stat().st_size < MOST_BYTES
    )
    opened(page, address, rng.choice(list(QUESTIONS)))
    taken: list[str] = []
    missed = 0
    for _ in range(STEPS):
        action = rng.choices(list(ACTIONS), list(ACTIONS.values()))[0]
        taken.append(action.__name__)
        try:
            action(page, rng, files)
        except NotThere:
            missed += 1
        settled(page)
        last = f"seed {seed}, step {len(taken)}, {page.url}: {taken[-8:]}"
        for below in (page.locator("[data-testid=stMain] hr").last, page.get_by_text(FOOTER)):
            below.wait_for(timeout=DRAWN_MS)
        assert page.locator("[data-testid=stException]").count() == 0, last
        assert page.locator(FAULTS).count() == 0, last
        assert unexpected(page.watch.errors) == [], last
    # What stands in full screen covers the rest until Escape is pressed.
    assert missed < 0.8 * STEPS
