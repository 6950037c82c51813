"""Nothing is computed again that did not change: calls counted over runs and page switches."""

from collections import Counter

import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx

import ptacl.gallery
import ptacl.metrics
from app.views.alignment import page as alignment
from app.views.volumes import page as volumes
from tests.app.driving import open_page, shown

VIEWS = ("inspect_ecg", "inspect_cine", "cohort", "alignment", "retrieval", "volumes", "model")


@pytest.fixture
def calls(app, gallery, monkeypatch) -> Counter:
    """How often each costly function was called since the counter was last cleared."""
    counted: Counter = Counter()
    costly = [
        (gallery, "inspection"),
        (ptacl.gallery, "open_gallery"),
        (alignment, "best_path"),
        (volumes, "bootstrap_interval"),
        (ptacl.metrics, "scores"),
    ]
    for owner, name in costly:
        monkeypatch.setattr(owner, name, counting(name, getattr(owner, name), counted))
    # The model is loaded behind the page, some seconds later: not what a run computes.
    monkeypatch.setattr("app.session.galleries.warm_model", lambda: None)
    return counted


def counting(name, function, counted):
    def call(*args, **kwargs):
        # An earlier test's model may still be loading behind its page, and inspects as a rehearsal.
        rehearsed = name == "inspection" and get_script_run_ctx(suppress_warning=True) is None
        if not rehearsed:
            counted[name] += 1
        return function(*args, **kwargs)

    return call


def test_another_run_and_a_way_there_and_back_compute_nothing(app, calls):
    made = Counter()
    for view in VIEWS:
        shown(app, view)
        made += calls
        calls.clear()
        app.run()
        assert not calls, (view, calls)
    assert {"inspection", "open_gallery", "best_path", "bootstrap_interval", "scores"} <= set(made)
    assert made["inspection"] == made["open_gallery"] == made["best_path"] == 1
    for view in VIEWS:
        open_page(app, view).run()
    assert not calls


def test_another_subject_is_computed_once_and_the_former_not_again(app, calls):
    page = shown(app, "alignment")
    former = page.selectbox(key="subject").value
    calls.clear()
    page.selectbox(key="subject").set_value("S0-00013").run()
    assert calls == {"best_path": 1, "inspection": 1}
    page.selectbox(key="subject").set_value(former).run()
    assert calls == {"best_path": 1, "inspection": 1}
