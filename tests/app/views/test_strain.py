"""Strain on Inspect a cine, Alignment and Groups, with a measurement of known result."""

from pathlib import Path

import numpy as np
import pytest

import app.views.alignment.page as alignment
import app.views.groups.strain as group_strain
import app.views.inspect_cine.slices as slices
import ptacl.motion.estimate
from app.session import cine_work, heart_contours, heart_motion
from app.session.heart_queue import HeartQueue
from ptacl.errors import PtaclError
from ptacl.motion.many import MOTION_FILE, cohort_motion, resampled_curves, write_cohort_motion
from ptacl.segmentation.records import QualityFlag
from tests.app.driving import by_label, shown, tables, text
from tests.app.made_cines import DiscLabeller
from tests.app.made_motion import made_motion
from tests.app.views.test_inspect_cine import dropped, held, with_session

PATIENCE_S = 60.0


@pytest.fixture
def measured(monkeypatch):
    """Slices whose motion was measured; the middle of every wall shortens by 20 %."""
    calls: list[tuple[int, int]] = []
    queues = (heart_contours, heart_motion)
    assert all(module.queue.wait(PATIENCE_S) for module in queues)

    def measure(cine, labels, progress=None):
        calls.append((len(cine.frames), int(labels.sum())))
        if len(cine.frames) < 8:
            raise PtaclError("Motion needs the whole beat.", code="motion.not_a_beat")
        return made_motion(len(cine.frames), cine.rr_ms, flags=(FLAG,))

    monkeypatch.setattr(ptacl.motion.estimate, "measure_slice_motion", measure)
    monkeypatch.setattr(cine_work, "segmenter", DiscLabeller)
    monkeypatch.setattr(
        heart_contours, "queue", HeartQueue(heart_contours.CAPACITY, heart_contours.draw)
    )
    monkeypatch.setattr(
        heart_motion, "queue", HeartQueue(heart_motion.CAPACITY, heart_motion.measure)
    )
    yield calls
    # A thread that outlives its test would be counted by the next one.
    assert all(module.queue.wait(PATIENCE_S) for module in queues)


FLAG = QualityFlag("motion_not_closed", "Points miss their start by 9 mm.", "check")


@pytest.fixture
def players(monkeypatch):
    """What the players of both pages are given last."""
    given: dict[str, object] = {}

    def player(frames, *args, key, **named):
        given.update(frames=frames, **named)

    monkeypatch.setattr(alignment, "cine_player", player)
    monkeypatch.setattr(slices, "cine_player", player)
    return given


def until_measured(page, queue):
    assert queue().wait(PATIENCE_S)
    page.run()
    assert not page.exception, page.exception
    return page


def uploads_queue(page):
    return lambda: next(iter(page.session_state["_slice_motion"].values()))


def test_strain_of_the_slice_shown_is_measured_on_demand(cine_app, measured, players, monkeypatch):
    page = dropped(cine_app, name="heart.nii.gz")
    assert measured == [] and players["ring"] is None and list(players["curves"]) == []
    by_label(page.toggle, "Strain").set_value(True).run()
    until_measured(page, uploads_queue(page))
    assert len(measured) == 1 and page.query_params["strain"] in ("1", ["1"])
    assert [curve.title for curve in players["curves"]] == [
        "Circumferential strain", "Radial strain, global",
    ]  # fmt: skip
    lines = players["curves"][0].lines
    assert len(lines) == 7 and min(lines[0].values) == pytest.approx(-20.0, abs=0.2)
    assert players["ring"].strain_percent.shape == (6, len(players["frames"]))
    assert "Points miss their start by 9 mm." in text(page)
    (table,) = [shown_table for shown_table in tables(page) if "Time to peak" in shown_table]
    assert table.loc["Global circumferential, mid-wall", "Peak"] == "−19.9 %"
    by_label(page.get("button_group"), "Slice, from base to apex").set_value("3").run()
    until_measured(page, uploads_queue(page))
    assert len(measured) == 2


def test_corrected_contours_are_measured_anew_and_a_forgotten_cine_leaves_nothing(
    cine_app,
    measured,
    players,
):
    page = dropped(cine_app)
    by_label(page.toggle, "Strain").set_value(True).run()
    until_measured(page, uploads_queue(page))
    cine = held(page)
    index = len(cine.inspection.slices) // 2
    from app.session import cines
    from ptacl.segmentation.contours import contours

    labels = cine.inspection.labels[index][1]
    ring = contours(labels, "endocardium")[0]
    wider = ring.mean(axis=0) + 1.2 * (ring - ring.mean(axis=0))
    with_session(page, lambda: cines.move_contour(cine.token, index, 1, "endocardium", 0, wider))
    page.run()
    until_measured(page, uploads_queue(page))
    assert len(measured) == 2 and measured[0] != measured[1]
    page.button(key=f"forget-{cine.token}").click().run()
    assert page.session_state["_slice_motion"] == {}


def test_a_pair_of_phases_says_why_it_has_no_strain(cine_app, measured, players, monkeypatch):
    def refuse(cine, labels, progress=None):
        raise PtaclError("Motion needs the whole beat.", code="motion.not_a_beat")

    monkeypatch.setattr(ptacl.motion.estimate, "measure_slice_motion", refuse)
    page = dropped(cine_app)
    by_label(page.toggle, "Strain").set_value(True).run()
    until_measured(page, uploads_queue(page))
    assert "Motion needs the whole beat." in "\n".join(str(entry.value) for entry in page.info)
    assert players["ring"] is None and not page.error


@pytest.mark.parametrize("order", ["as recorded", "rolled"])
def test_alignment_shows_strain_after_the_contours_in_the_order_of_the_frames(
    app, measured, players, order
):
    page = shown(app, "alignment")
    by_label(page.get("button_group"), "Its frames").set_value(order)
    by_label(page.toggle, "Contours").set_value(True).run()
    until_measured(page, lambda: heart_contours.queue)
    until_measured(page, lambda: heart_motion.queue)
    assert len(measured) == 1
    area, strain = players["curves"]
    assert strain.lines[0].values.argmin() == strain.marks[0][1]
    assert (players["ring"].strain_percent[0] == strain.lines[1].values).all()
    assert len(area.lines[0].values) == players["ring"].inner.shape[1]
    shift = 0 if order == "as recorded" else 1
    assert (strain.lines[0].values[0] == 0) == (shift == 0)
    assert "Peak global circumferential strain" in text(page)
    assert "Points miss their start by 9 mm." in text(page)


@pytest.fixture
def figures(monkeypatch):
    """Group curves that the page draws."""
    drawn: list[object] = []
    own = group_strain.charts.strain_by_group

    def keep(groups, axis):
        drawn[:] = groups
        return own(groups, axis)

    monkeypatch.setattr(group_strain.charts, "strain_by_group", keep)
    return drawn


def test_groups_measure_drawn_hearts_on_demand_and_name_the_band(
    app, measured, figures, monkeypatch
):
    monkeypatch.setattr(group_strain, "MOST", 3)
    page = shown(app, "groups")
    assert figures == [] and measured == []
    by_label(page.toggle, "Measure 6 hearts").set_value(True).run()
    until_measured(page, lambda: heart_motion.queue)
    assert len(measured) == 6
    assert [group.curve.subjects for group in figures] == [3, 3]
    assert figures[0].curve.mean.min() == pytest.approx(-20.0, abs=0.1)
    assert np.isnan(figures[0].curve.low).all()  # too few for a band
    assert "interval of the mean" in text(page)
    assert "random sample of 3" in text(page)


def test_groups_take_the_strain_that_the_gallery_carries(app, gallery, measured, figures):
    page = shown(app, "groups")
    ids = [str(subject) for subject in gallery.table.index[::2]]
    phases = np.arange(50) / 50
    curves = {
        subject: resampled_curves(made_motion(shortening=0.1), phases, 1000.0) for subject in ids
    }
    path = Path(gallery.path) / MOTION_FILE
    try:
        write_cohort_motion(cohort_motion(curves, "disc test"), path)
        group_strain._carried.clear()
        page.run()
        assert measured == [] and not page.exception
        assert sum(group.curve.subjects for group in figures) == len(ids)
        assert figures[0].curve.mean.min() == pytest.approx(-10.0, abs=0.1)
        assert "labels of disc test" in text(page)
        path.write_bytes(b"damaged")
        group_strain._carried.clear()
        page.run()
        assert "damaged" in "\n".join(str(entry.value) for entry in page.warning)
    finally:
        path.unlink()
        group_strain._carried.clear()
