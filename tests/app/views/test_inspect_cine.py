"""The page of a cine without a browser: upload, tray, corrections, the ECG, refusals."""

import io
import json
import re
import time
import zipfile

import numpy as np
import pytest

from app.components.contour_layer import Correction
from app.views.inspect_cine import slices as slice_view
from ptacl.segmentation.contours import contours
from tests.app.driving import button, by_label, open_page, reading, shown, tables, text, upload
from tests.app.made_cines import nifti_bytes
from tests.app.session.test_uploads import npz_bytes
from tests.segmentation.made_hearts import Bullet

GONE = "it is not kept"


def dropped(app, name: str = "heart.nii.gz", **made):
    return settled(upload(shown(app, "inspect_cine"), {name: nifti_bytes(**made)}))


def settled(page):
    """Run until the work in the background was taken."""
    for _ in range(50):
        if "_cine_work" not in page.session_state:
            break
        time.sleep(0.1)
        page.run()
    assert not page.exception, page.exception
    return page


def said(page) -> str:
    return "\n".join(str(entry.value) for entry in [*page.info, *page.warning, *page.error])


def held(page):
    """The cine of the page's session that was uploaded last."""
    return list(page.session_state["_cines"].values())[-1]


def volumes(page) -> dict[str, float]:
    """Measured values on the page."""
    (panel,) = [h.proto.body for h in page.get("html") if 'class="volumes"' in h.proto.body]
    rows = re.findall(r'<th scope="row"[^>]*>(\w+)</th>.*?<b>(\d+)</b>', panel, re.S)
    return {name: float(value) for name, value in rows}


def test_a_heart_of_known_volume_is_measured_and_shown(cine_app):
    page = dropped(cine_app, bullet=Bullet(edv_ml=150.0, ef_pct=60.0))
    assert "Cine heart.nii.gz" in text(page)
    found = volumes(page)
    assert found["LVEDV"] == pytest.approx(150, abs=6)
    assert found["LVEF"] == pytest.approx(60, abs=2)
    assert "summation of slices" in text(page) and "Reference interval" in text(page)
    choice = by_label(page.get("button_group"), "Slice, from base to apex")
    assert len(choice.options) == len(held(page).inspection.slices)


def test_the_empty_page_says_what_it_takes_and_offers_a_heart(cine_app):
    page = shown(cine_app, "inspect_cine")
    assert "NIfTI" in text(page) and button(page, "simulated heart")
    assert not page.download_button and not page.error


def test_a_refused_file_says_why_and_the_former_result_stays(cine_app):
    page = dropped(cine_app)
    settled(upload(page, {"holiday.jpg": b"\xff\xd8\xff\xe0 not a cine"}))
    assert "not a cine" in said(page) and "Cine heart.nii.gz" in text(page)
    settled(upload(page, {"second.nii.gz": nifti_bytes()}))
    assert "not a cine" not in said(page) and "Cine second.nii.gz" in text(page)


def test_too_large_an_upload_is_refused_before_it_is_read(cine_app, monkeypatch):
    monkeypatch.setattr("app.views.inspect_cine.upload.MOST_MB", 1)
    page = shown(cine_app, "inspect_cine")
    settled(upload(page, {"one.dcm": bytes(600_000), "two.dcm": bytes(600_000)}))
    assert "the page takes up to" in said(page) and not page.session_state["_cines"]


def test_a_missing_rr_interval_is_asked_for_and_never_guessed(cine_app):
    page = shown(cine_app, "inspect_cine")
    settled(upload(page, {"heart.nii.gz": nifti_bytes(timed=False)}))
    assert "Give the R–R interval" in said(page) and not page.session_state["_cines"]
    by_label(page.number_input, "R–R interval of the scan (ms)").set_value(800)
    settled(button(page, "Read").click().run())
    assert "Cine heart.nii.gz" in text(page) and not page.error
    assert held(page).inspection.slices[0].rr_ms == 800


def test_a_part_of_a_heart_gets_areas_and_no_volume(cine_app):
    page = dropped(cine_app, chosen=slice(7, 9))
    assert "No volume is given." in said(page)
    assert not any('class="volumes"' in h.proto.body for h in page.get("html"))


def test_a_single_slice_is_measured_with_a_wide_interval(cine_app):
    page = dropped(cine_app, chosen=slice(4, 5))
    assert "area–length" in text(page) and "how long the ventricle is" in text(page)
    measured = held(page).inspection.measurement.lvedv_ml
    assert measured.high - measured.low > 0.15 * measured.value


def test_an_unlike_cine_has_no_similar_hearts(cine_app):
    page = dropped(cine_app)
    assert "no embedding and no similar hearts" in said(page)


def test_the_address_holds_a_token_and_an_unknown_one_shows_no_other_cine(cine_app):
    page = dropped(cine_app)
    token = page.query_params["cine"]
    assert token == held(page).token and "heart" not in token
    page.query_params["cine"] = "cine-0123456789abcdef"
    page.run()
    assert GONE in said(page) and "Cine heart" not in text(page)
    button(page, "heart.nii.gz").click().run()
    assert GONE not in said(page) and "Cine heart.nii.gz" in text(page)


def test_cines_of_the_tray_are_opened_and_forgotten(cine_app):
    page = dropped(cine_app, "first.nii.gz", bullet=Bullet(edv_ml=150.0))
    settled(upload(page, {"second.nii.gz": nifti_bytes(Bullet(edv_ml=220.0))}))
    assert volumes(page)["LVEDV"] > 200
    button(page, "first.nii.gz").click().run()
    assert volumes(page)["LVEDV"] < 160
    page.button(key=f"forget-{page.query_params['cine']}").click().run()
    assert "Cine second.nii.gz" in text(page) and len(page.session_state["_cines"]) == 1


def test_the_person_belongs_to_its_cine(cine_app):
    page = dropped(cine_app, "first.nii.gz")
    by_label(page.selectbox, "Sex").set_value("female").run()
    assert "Grey: the reference interval for women." in text(page)
    settled(upload(page, {"second.nii.gz": nifti_bytes()}))
    assert by_label(page.selectbox, "Sex").value == "—"
    button(page, "first.nii.gz").click().run()
    open_page(page, "model").run()
    open_page(page, "inspect_cine").run()
    assert by_label(page.selectbox, "Sex").value == "female"


def correct(page, index: int, frame: int, factor: float) -> None:
    """What the player does when the endocardium of a frame was made wider."""
    cine = held(page)
    (ring, *_) = contours(cine.inspection.labels[index][frame], "endocardium")
    moved = ring.mean(0) + factor * (ring - ring.mean(0))
    message = Correction(f"{cine.token}/{index}", frame, "endocardium", 0, moved)
    with_session(page, lambda: slice_view._correct(cine.token, index, message))


def with_session(page, work) -> None:
    """Run what a callback does in the page's session, then the page."""
    session = {"_cines": page.session_state["_cines"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streamlit.session_state", session)
        work()
    for key, value in session.items():
        page.session_state[key] = value
    page.run()


def test_a_corrected_contour_is_measured_marked_undone_and_reset(cine_app):
    page = dropped(cine_app)
    before = held(page)
    ed = before.inspection.measurement.ed_frame
    correct(page, 4, ed, 1.2)
    after = held(page)
    volume, former = (one.inspection.measurement.lvedv_ml.value for one in (after, before))
    pixels = (after.inspection.labels[4] == 3).sum() - (before.inspection.labels[4] == 3).sum()
    assert pixels > 100
    assert volume - former == pytest.approx(pixels * 1.5**2 * 10 / 1000, rel=0.1)
    assert after.inspection.corrected == ((4, ed),)
    assert "Corrected by hand: one frame in one slice." in text(page)
    assert np.array_equal(after.inspection.labels[3], before.inspection.labels[3])
    correct(page, 5, 3, 0.9)
    assert len(held(page).inspection.corrected) == 2
    page.button(key="undo").click().run()
    assert held(page).inspection.corrected == ((4, ed),)
    page.button(key="reset-all").click().run()
    assert held(page).inspection.corrected == () and "Corrected by hand" not in text(page)
    assert held(page).inspection.measurement.lvedv_ml == before.inspection.measurement.lvedv_ml
    page.button(key="undo").click().run()
    assert held(page).inspection.corrected == ((4, ed),)


def test_a_correction_of_another_slice_or_of_nonsense_changes_nothing(cine_app):
    page = dropped(cine_app)
    token, before = held(page).token, held(page).inspection
    ring = np.zeros((5, 2), np.float32)
    for target, key, frame in [
        (f"{token}/3", "endocardium", 0),
        ("cine-other/4", "endocardium", 0),
        (f"{token}/4", "dogs", 0),
        (f"{token}/4", "endocardium", 999),
    ]:
        message = Correction(target, frame, key, 0, ring)
        with_session(page, lambda m=message: slice_view._correct(token, 4, m))
        assert held(page).inspection is before
    assert "The correction was not taken" in said(page)


def test_the_ecg_of_the_same_person_is_stated_and_compared(cine_app):
    page = upload(shown(cine_app, "inspect_ecg"), {"a.npz": npz_bytes()})
    open_page(page, "inspect_cine").run()
    settled(upload(page, {"heart.nii.gz": nifti_bytes()}))
    choice = by_label(page.selectbox, "ECG of this person")
    assert choice.value == ""  # never guessed
    assert not any("Difference" in one for one in tables(page))
    (ecg,) = page.session_state["_uploads"]
    choice.set_value(ecg).run()
    (table,) = [one for one in tables(page) if "Difference" in one]
    predicted = {p.name: p.value for p in reading(page).predictions}
    measured = held(page).inspection.measurement.phenotypes["lvef_pct"].value
    assert table.loc["LVEF", "Predicted from the ECG"].startswith(f"{predicted['LVEF']:.0f} (")
    difference = table.loc["LVEF", "Difference"].split(" ")[0].replace("−", "-")
    assert float(difference) == pytest.approx(measured - predicted["LVEF"], abs=0.51)
    settled(upload(page, {"other.nii.gz": nifti_bytes()}))
    assert by_label(page.selectbox, "ECG of this person").value == ""


def test_the_export_holds_the_corrected_masks_and_names_them(cine_app, tmp_path):
    import nibabel

    from app.report.cine_export import to_zip

    page = dropped(cine_app)
    correct(page, 4, 2, 1.2)
    inspection = held(page).inspection
    packed = zipfile.ZipFile(io.BytesIO(to_zip(inspection)))
    names = packed.namelist()
    record = json.loads(packed.read(next(n for n in names if n.endswith(".json"))))
    assert record["corrected"] == [[4, 2]]
    packed.extract("masks.nii.gz", tmp_path)
    masks = np.asarray(nibabel.load(tmp_path / "masks.nii.gz").dataobj)
    assert np.array_equal(masks[:, :, 4, 2].T, inspection.labels[4][2])
    assert sum(name.endswith(".csv") for name in names) == 2
