"""The page of a cine in headless Chromium: dropped, corrected, by folder; a real study."""

import re

import numpy as np
import pandas as pd
import pytest

from ptacl.segmentation.network.weights import SEGMENTER
from tests.app.browsing import DRAWN_MS, drawn, opened, settled, unexpected
from tests.app.component_browsing import frame_of
from tests.app.conftest import DEMO
from tests.app.made_cines import nifti_bytes
from tests.app.test_every_page_in_browser import violations
from tests.real_files import REPOSITORY
from tests.segmentation.made_hearts import Bullet

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCRIPT = REPOSITORY / "tests" / "app" / "cine_app.py"
STUDY_MS = 180_000


@pytest.fixture(scope="module")
def cine_address(streamlit_app, browser) -> str:
    """The address of the app whose segmenter is exact on made-up hearts."""
    if not DEMO.is_file():
        pytest.skip("checkpoints/demo holds no gallery; make one with `ptacl embed`")
    return streamlit_app(SCRIPT)


def drop(page, files, timeout_ms: int = DRAWN_MS) -> None:
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("heading", name="Volumes measured on the cine").wait_for(timeout=timeout_ms)
    page.locator(".cine-player .moment").wait_for(timeout=timeout_ms)
    settled(page)


def heart(name: str = "heart.nii.gz", **made) -> dict:
    return {"name": name, "mimeType": "application/gzip", "buffer": nifti_bytes(**made)}


def measured(page) -> dict[str, float]:
    """The measured values on the page, by phenotype."""
    panel = page.locator(".volumes").first
    panel.wait_for(timeout=DRAWN_MS)
    names = panel.locator("tbody th").all_text_contents()
    words = panel.locator("tbody td:last-child").all_text_contents()
    return {
        name: float(re.fullmatch(r"(\d+) \(-?\d+–\d+\) \S+", word)[1])
        for name, word in zip(names, words, strict=True)
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_dropped_heart_is_measured_and_its_page_is_accessible(cine_address, new_page, scheme):
    page = new_page(color_scheme=scheme, reduced_motion="reduce")
    opened(page, cine_address, "inspect_cine")
    drop(page, heart(bullet=Bullet(edv_ml=150.0, ef_pct=60.0)))
    values = measured(page)
    assert abs(values["LVEDV"] - 150) < 8 and abs(values["LVEF"] - 60) < 3
    page.locator(".cine-player").get_by_role("button", name="Correct", exact=True).click()
    assert violations(page, scheme) == []
    assert unexpected(page.watch.errors) == [] and page.watch.foreign_requests() == []


def test_a_correction_is_measured_in_place_and_undone(cine_address, new_page):
    page = new_page(reduced_motion="reduce")
    opened(page, cine_address, "inspect_cine")
    drop(page, heart())
    before = measured(page)
    root = page.locator(".cine-player")
    root.get_by_role("button", name="ED", exact=True).click()
    frame = frame_of(root)
    root.get_by_role("button", name="Correct", exact=True).click()
    for _ in range(4):
        root.get_by_role("button", name="Wider").click()
        settled(page)
    page.get_by_text("Corrected by hand: one frame in one slice.").wait_for(timeout=DRAWN_MS)
    assert measured(page)["LVEDV"] > before["LVEDV"]
    assert frame_of(root) == frame  # the player stays where it was
    assert root.locator(".mark").inner_text() == "ED · corrected by hand"
    page.get_by_role("button", name="Reset all").click()
    page.get_by_text("Corrected by hand:").wait_for(state="detached", timeout=DRAWN_MS)
    assert measured(page) == before
    assert unexpected(page.watch.errors) == []


def test_a_link_and_the_back_button_lead_to_the_slice_that_was_shown(cine_address, new_page):
    page = new_page(reduced_motion="reduce")
    opened(page, cine_address, "inspect_cine")
    drop(page, heart())
    title = page.locator(".cine-player .title")
    middle = title.inner_text()
    page.get_by_role("radio", name="1 base").click()
    page.wait_for_url(re.compile("slice=1"))
    page.get_by_text("heart.nii.gz · slice 1 of ").wait_for(timeout=DRAWN_MS)
    page.get_by_role("link", name="Model").click()
    drawn(page, "model")
    page.get_by_role("link", name="Inspect a cine").click()
    drawn(page, "inspect_cine")
    page.get_by_text("heart.nii.gz · slice 1 of ").wait_for(timeout=DRAWN_MS)
    assert re.fullmatch(r"heart\.nii\.gz · slice [5-7] of \d+", middle)


def test_a_folder_is_chosen_as_a_whole(cine_address, new_page, tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    for phase, frame in (("ed", 0), ("es", 9)):
        (folder / f"heart_{phase}.nii.gz").write_bytes(nifti_bytes(frame=frame))
    page = new_page(reduced_motion="reduce")
    opened(page, cine_address, "inspect_cine")
    page.get_by_text("a folder", exact=True).click()
    settled(page)
    page.locator("input[type=file][webkitdirectory]").set_input_files(folder)
    page.get_by_role("heading", name="Cine study").wait_for(timeout=DRAWN_MS)
    page.get_by_text("slices at end-diastole and end-systole only").wait_for(timeout=DRAWN_MS)
    assert abs(measured(page)["LVEF"] - 60) < 3


def test_what_is_no_cine_is_refused_by_its_name(cine_address, new_page, shared_data):
    page = new_page(reduced_motion="reduce")
    opened(page, cine_address, "inspect_cine")
    drop(page, heart())
    files = sorted((shared_data / "cmr" / "rejects").iterdir())
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_text("it is a perfusion series").wait_for(timeout=DRAWN_MS)
    assert page.get_by_role("heading", name="Cine heart.nii.gz").is_visible()


@pytest.mark.long
def test_a_real_study_is_read_off_the_page(address, new_page, shared_data):
    """The shipped segmenter, which never saw a real heart, against the mesh of the study."""
    if not SEGMENTER.shipped().is_dir():
        pytest.skip("no segmenter is shipped; train one with `ptacl train --stage segment`")
    folder = shared_data / "cmr" / "dicom_siemens_stack"
    mesh = pd.read_csv(folder / "mesh_volumes.csv", comment="#")
    volume = mesh[next(name for name in mesh if name.lower().startswith("lv"))].to_numpy(float)
    page = new_page(reduced_motion="reduce")
    opened(page, address, "inspect_cine")
    drop(page, str(folder / "study.zip"), STUDY_MS)
    values, root = measured(page), page.locator(".cine-player")
    root.get_by_role("button", name="ES", exact=True).click()
    end_systole = frame_of(root)
    ef = 100 * (1 - volume.min() / volume.max())
    assert values["LVEDV"] == pytest.approx(volume.max(), rel=0.12)
    assert values["LVEF"] == pytest.approx(ef, abs=4)
    assert abs(end_systole - int(np.argmin(volume))) <= 1
    page.get_by_text("6 slices of 25 frames").wait_for()
    assert unexpected(page.watch.errors) == []
