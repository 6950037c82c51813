"""The paper as it stands on the screen: its scale in pixels, its choices, calipers, overlays."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.browser

PAGE = Path(__file__).parents[1] / "component_page.py"
PIXELS_PER_MM = 96 / 25.4
READY_MS = 30_000
DARKEST_OF_THE_GRID = 180.0

Open = Callable[..., Any]


@pytest.fixture
def paper(streamlit_app: Callable[..., str], new_page: Callable[..., Any]) -> Open:
    """Open the paper, set by words, and wait until it is drawn; returns page and component."""

    def open_paper(
        words: str = "", show: str = "paper", choice: str = "", **settings: object
    ) -> tuple[Any, Any]:
        page = new_page(**settings)
        page.goto(f"{streamlit_app(PAGE)}/?show={show}&choice={choice}&paper={words}")
        root = page.locator(".ecg-paper[data-mm]")
        root.wait_for(timeout=READY_MS)
        return page, root

    return open_paper


def picture_of(page: Any, root: Any, height_mm: float) -> Any:
    """A screenshot of the sheet from its top to this height."""
    from PIL import Image

    top = {**root.locator("canvas").bounding_box(), "height": height_mm * PIXELS_PER_MM}
    return Image.open(io.BytesIO(page.screenshot(clip=top)))


def darkness(page: Any, root: Any, height_mm: float) -> np.ndarray:
    """How much darker than its grid each device pixel of the sheet's top is."""
    grey = np.asarray(picture_of(page, root, height_mm).convert("L"), float)
    return np.clip(DARKEST_OF_THE_GRID - grey, 0.0, None)


def centre(profile: np.ndarray) -> float:
    """Centre of a line across these pixels, finer than a pixel: its edges are grey."""
    return float(profile @ np.arange(len(profile)) / profile.sum())


def lines(profile: np.ndarray, mm: float) -> np.ndarray:
    """Centres of the lines along a profile, at least a millimetre apart."""
    inked = np.flatnonzero(profile > 0.3 * profile.max())
    groups = np.split(inked, np.flatnonzero(np.diff(inked) > mm) + 1)
    return np.array([group[0] + centre(profile[group]) for group in groups])


@pytest.mark.parametrize(
    ("words", "ratio"), [("", 1), ("", 2), ("50,20", 1), ("12.5,5", 2)], ids=str
)
def test_the_calibration_pulse_and_a_second_are_true_on_the_screen(
    paper: Open, words: str, ratio: int
) -> None:
    speed, gain = (float(word) for word in (words or "25,10").split(","))
    page, root = paper(
        f"12x1,{words}", "square",
        device_scale_factor=ratio, viewport={"width": 2200, "height": 1000},
    )  # fmt: skip
    mm = PIXELS_PER_MM * ratio
    baseline_mm = np.ceil((9 + max(gain, 10)) / 5) * 5
    ink = darkness(page, root, baseline_mm + gain + 2)
    margin = 10 if speed < 50 else 15
    pulse = ink[:, : int((margin - 0.2) * mm)]
    left, right = lines(pulse.sum(axis=0), mm)
    assert right - left == pytest.approx(0.2 * speed * mm, rel=0.01, abs=0.25)
    middle = int((left + right) / 2)
    top = centre(ink[:, middle])
    foot = centre(ink[:, int(left - 0.6 * mm)])
    assert (foot - top) / mm == pytest.approx(gain, rel=0.01)
    # The wave is 0 mV until 1 s, 2 mV until 2 s, and so on.
    beside_its_name_mm = margin + 5
    trace = ink[:, int(beside_its_name_mm * mm) :]
    steps = lines((trace > 60).sum(axis=0).astype(float), mm)
    assert len(steps) == 9
    assert np.diff(steps) / mm == pytest.approx(speed, rel=0.01)
    high, low = (centre(trace[:, int((at * speed - 5) * mm)]) for at in (1.5, 2.5))
    assert (low - high) / mm == pytest.approx(2 * gain, rel=0.01)


def test_fitting_keeps_proportions_and_says_so(paper: Open) -> None:
    _, root = paper(viewport={"width": 900, "height": 700})
    canvas = root.locator("canvas")
    true_size = canvas.bounding_box()
    assert float(root.get_attribute("data-mm")) == pytest.approx(PIXELS_PER_MM)
    assert root.locator(".beyond").inner_text().startswith("27 cm of paper: scroll sideways")
    root.get_by_role("button", name="Fit to width").click()
    fitted = canvas.bounding_box()
    assert fitted["width"] <= 900
    assert fitted["width"] / fitted["height"] == pytest.approx(
        true_size["width"] / true_size["height"], rel=0.005
    )
    assert "% of true size" in canvas.get_attribute("aria-label")
    assert root.locator(".beyond").is_hidden()


def test_choices_are_made_without_the_server_and_outlive_a_rerun_and_a_reload(paper: Open) -> None:
    page, root = paper()
    canvas, sent = root.locator("canvas"), len(page.watch.sent)
    for name, value in [
        ("Layout", "6x2"), ("Order of the leads", "cabrera"), ("Paper speed", "50"), ("Gain", "20"),
    ]:  # fmt: skip
        root.get_by_label(name).select_option(value)
    words = "6 × 2; Cabrera order; 50 mm/s · 20 mm/mV · 0.5–40 Hz"
    assert words in canvas.get_attribute("aria-label")
    assert len(page.watch.sent) == sent
    page.get_by_role("button", name="waves").click()
    page.wait_for_timeout(800)
    assert len(page.watch.sent) > sent
    assert words in canvas.get_attribute("aria-label")
    assert "paper=6x2%2Ccabrera%2C50%2C20" in page.url
    page.reload()
    root.wait_for(timeout=READY_MS)
    assert words in canvas.get_attribute("aria-label")
    assert page.watch.errors == [] and page.watch.foreign_requests() == []


@pytest.mark.parametrize(
    ("words", "reading"),
    [
        ("", "Δt 800 ms · 75 /min · ΔU 0.50 mV"),
        ("50,20", "Δt 400 ms · 150 /min · ΔU 0.25 mV"),
        ("12.5,5,cabrera", "Δt 1600 ms · 38 /min · ΔU 1.00 mV"),
    ],
)
def test_calipers_read_time_rate_and_voltage_at_every_scale(
    paper: Open, words: str, reading: str
) -> None:
    page, root = paper(words)
    box = root.locator("canvas").bounding_box()
    x, y = box["x"] + 300, box["y"] + 200
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20 * PIXELS_PER_MM, y + 5 * PIXELS_PER_MM, steps=4)
    page.mouse.up()
    assert root.locator(".reading").inner_text() == reading
    page.keyboard.press("Escape")  # the drag has left the focus on the paper
    assert root.locator(".caliper").is_hidden()


def test_calipers_are_laid_moved_and_sized_by_keys(paper: Open) -> None:
    page, root = paper()
    reading = root.locator(".reading")
    root.locator(".scroll").focus()
    page.keyboard.press("Enter")
    assert reading.inner_text() == "Δt 200 ms · 300 /min · ΔU 0.50 mV"
    before = root.locator(".caliper").bounding_box()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    after = root.locator(".caliper").bounding_box()
    step = 0.25 * PIXELS_PER_MM
    assert after["x"] - before["x"] == pytest.approx(step, abs=0.1)
    assert before["y"] - after["y"] == pytest.approx(step, abs=0.1)
    for key in ["Shift+ArrowRight"] * 4 + ["Shift+ArrowDown"] * 2:
        page.keyboard.press(key)
    assert reading.inner_text() == "Δt 240 ms · 250 /min · ΔU 0.55 mV"
    page.keyboard.press("Escape")
    assert root.locator(".caliper").is_hidden()


def test_measurements_are_kept_named_marched_out_and_removed(paper: Open) -> None:
    page, root = paper()
    root.locator(".scroll").focus()
    for key in ["Enter", "Enter", "Enter", *["Shift+ArrowRight"] * 4]:
        page.keyboard.press(key)
    root.get_by_role("button", name="March out").click()
    lines = [line.bounding_box()["x"] for line in root.locator(".march-line").all()]
    assert len(lines) in (41, 42)  # each 6 mm on 250 mm of paper
    np.testing.assert_allclose(np.diff(lines), 6 * PIXELS_PER_MM, atol=0.1)
    root.get_by_role("button", name="Keep").click()
    assert root.locator(".march-line").count() == 0
    assert root.locator(".measured-line .values").all_inner_texts() == [
        f"aVL · {reading} · ΔU 0.50 mV"
        for reading in ("Δt 200 ms · 300 /min", "Δt 240 ms · 250 /min")
    ]
    root.get_by_label("Name of measurement 2").fill("P to P")
    root.get_by_label("Name of measurement 2").press("Enter")
    root.locator(".scroll").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert root.locator(".march-line").count() == 0
    page.reload()  # kept with the recording, in the tab
    root.locator(".measured-line").nth(1).wait_for(timeout=READY_MS)
    assert root.get_by_label("Name of measurement 2").input_value() == "P to P"
    root.get_by_label("Remove measurement 1").click()
    assert root.locator(".measured-line").count() == 1
    with page.expect_download() as saved:
        root.get_by_role("button", name="Save measurements").click()
    assert '"P to P",aVL,' in Path(saved.value.path()).read_text()


def test_a_long_recording_opens_where_it_was_read_and_is_paged(paper: Open) -> None:
    _, root = paper(choice="200")
    excerpt = root.locator(".excerpt")
    assert excerpt.inner_text() == "140–150 s of 200 s"
    root.get_by_label("10 s later").click()
    assert excerpt.inner_text() == "150–160 s of 200 s"
    for _ in range(4):
        root.get_by_label("10 s later").click()
    assert excerpt.inner_text() == "190–200 s of 200 s"
    assert root.get_by_label("10 s later").is_disabled()
    assert excerpt.inner_text() in root.locator("canvas").get_attribute("aria-label")


def coloured(page: Any, root: Any, colour: tuple[int, int, int]) -> int:
    """Pixels of the sheet's first two rows within a few shades of a colour."""
    picture = np.asarray(picture_of(page, root, 60.0).convert("RGB"), int)
    return int((np.abs(picture - colour).max(axis=-1) < 12).sum())


def becomes(page: Any, condition: Callable[[], bool], tries: int = 20) -> bool:
    """Whether a condition comes true within seconds: a busy machine draws late."""
    for _ in range(tries):
        if condition():
            return True
        page.wait_for_timeout(250)
    return False


def test_waves_attribution_and_another_ecg_are_laid_on_and_taken_off(paper: Open) -> None:
    page, root = paper(device_scale_factor=2)
    # Slate bars, the lowering tint at its full strength on white paper, and the other's green.
    colours = {"waves": (90, 100, 114), "drove": (232, 161, 79), "other": (0, 134, 106)}
    plain = {mark: coloured(page, root, colour) for mark, colour in colours.items()}
    for mark, colour in colours.items():
        page.get_by_role("button", name=mark).click()
        assert becomes(page, lambda m=mark, c=colour: coloured(page, root, c) > plain[m] + 100), (
            mark
        )
        page.get_by_role("button", name=mark).click()
        assert becomes(page, lambda m=mark, c=colour: coloured(page, root, c) == plain[m]), mark
    assert page.watch.errors == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_paper_has_the_themes_ground_and_tells_itself_in_words(paper: Open, theme: str) -> None:
    page, root = paper(color_scheme=theme)
    page.wait_for_timeout(300)
    grey = np.asarray(picture_of(page, root, 60.0).convert("L"), float)
    assert (np.median(grey) > 200) == (theme == "light")
    words = root.locator("canvas").get_attribute("aria-label")
    assert "12 beats, 71 per minute; lead V3: noisy" in words
    assert page.watch.errors == [] and page.watch.foreign_requests() == []
