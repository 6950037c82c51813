"""Contours over the gallery's hearts on Alignment, Retrieval and Groups; no browser, no network."""

import threading

import numpy as np
import pytest

import app.panels.cine_tiles as tiles
import app.views.alignment.page as alignment
import app.views.groups.averages as averages
import app.views.retrieval.query_card as query_card
from app.session import cine_work, heart_contours
from app.session.heart_queue import HeartQueue
from ptacl.errors import PtaclError
from tests.app.driving import by_label, open_page, shown, text
from tests.app.made_cines import DiscLabeller

PATIENCE_S = 60.0


@pytest.fixture
def labeller(monkeypatch):
    """A segmenter that counts what it labels, and no contours from another test."""
    for thread in threading.enumerate():
        if "(_work)" in thread.name:  # of an earlier test: it would be counted here
            thread.join(PATIENCE_S)
    made = DiscLabeller()
    monkeypatch.setattr(cine_work, "segmenter", lambda: made)
    monkeypatch.setattr(
        heart_contours, "queue", HeartQueue(heart_contours.CAPACITY, heart_contours.draw)
    )
    yield made
    # A thread that outlives its test would label with the next test's segmenter.
    assert heart_contours.queue.wait(PATIENCE_S)


@pytest.fixture
def drawn(monkeypatch):
    """What the players and grids of the pages are given, by the key of each."""
    given: dict[str, object] = {}

    def player(frames, *args, key, **named):
        given[key] = {"frames": frames, **named}

    def grid(hearts, *, key, **named):
        given[key] = list(hearts)

    monkeypatch.setattr(alignment, "cine_player", player)
    monkeypatch.setattr(query_card, "cine_player", player)
    monkeypatch.setattr(tiles, "cine_grid", grid)
    monkeypatch.setattr(averages, "cine_grid", grid)
    return given


def switched_on(page):
    """Turn the control on and wait until all contours are drawn."""
    by_label(page.toggle, "Contours").set_value(True).run()
    assert heart_contours.queue.wait(PATIENCE_S)
    page.run()
    assert not page.exception, page.exception
    return page


def inside(player) -> list[bool]:
    """Whether the middle of each frame's cavity has a ring of the radius of the disc in it."""
    layer = player["contours"]
    radii = [np.hypot(*(rings[0] - 31.5).T).mean() for rings in layer.rings["endocardium"]]
    discs = [np.sqrt((frame > 128).sum() / np.pi) for frame in player["frames"]]
    return [abs(radius - disc) < 0.7 for radius, disc in zip(radii, discs, strict=True)]


def test_contours_are_off_until_asked_for_and_remembered_on_the_next_page(app, labeller, drawn):
    page = shown(app, "alignment")
    assert drawn["player"]["contours"] is None and labeller.labelled == 0
    switched_on(page)
    assert labeller.labelled == 1 and page.query_params["contours"] in ("1", ["1"])
    page = open_page(page, "retrieval").run()
    assert by_label(page.toggle, "Contours").value is True


@pytest.mark.parametrize("order", ["as recorded", "rolled", "shuffled"])
def test_contours_and_area_follow_the_frames_also_of_the_controls(app, labeller, drawn, order):
    page = shown(app, "alignment")
    by_label(page.get("button_group"), "Its frames").set_value(order)
    switched_on(page)
    player = drawn["player"]
    assert (player["ed_frame"] == 0) == (order == "as recorded")
    assert all(inside(player))
    (area,) = player["curves"]
    counted = [(frame > 128).sum() * 2.4**2 / 100 for frame in player["frames"]]
    assert np.allclose(area.lines[0].values, counted)
    (_, ed), (_, es) = area.marks
    smallest = min(counted)
    assert counted[es] == pytest.approx(smallest, rel=0.1) and counted[ed] > 1.5 * smallest
    assert "drawn by disc test, trained on synthetic scenes" in text(page)


def test_each_neighbour_and_the_query_get_their_contours_once(app, labeller, drawn):
    page = switched_on(shown(app, "retrieval"))
    hearts = drawn["found"]
    assert len(hearts) == 7 and all(heart.contours is not None for heart in hearts)
    assert drawn["query_player"]["contours"] is not None
    assert [heart.contours.target for heart in hearts] == [heart.tile_id for heart in hearts]
    page.run()
    assert labeller.labelled == 7


def test_typical_hearts_of_groups_get_contours_and_their_mean_none(app, labeller, drawn):
    switched_on(shown(app, "groups"))
    hearts = drawn["group_hearts"]
    assert {heart.tile_id for heart in hearts if heart.contours is None} == {"mean-0", "mean-1"}
    # A thread of an earlier test may still label a heart of its own.
    assert labeller.labelled >= len(hearts) - 2


def test_without_a_segmenter_the_page_says_so_and_stands(app, labeller, drawn, monkeypatch):
    def missing():
        raise PtaclError("There is no segmenter in this installation.", code="segmenter.missing")

    monkeypatch.setattr(cine_work, "segmenter", missing)
    page = switched_on(shown(app, "alignment"))
    assert "There is no segmenter" in "\n".join(str(entry.value) for entry in page.info)
    assert drawn["player"]["contours"] is None and not page.error
    monkeypatch.setattr(cine_work, "segmenter", lambda: labeller)
    by_label(page.toggle, "Contours").set_value(False).run()
    switched_on(page)
    assert drawn["player"]["contours"] is not None
