"""Fixtures of several pages."""

from types import SimpleNamespace

import pytest

from app.session import cine_work
from ptacl.types import CineMatch, Familiarity
from tests.segmentation.made_hearts import IntensityLabeller

FAR = CineMatch(Familiarity(False, 80.0, 21.0, 100.0), None, ())


@pytest.fixture
def cine_app(app, gallery, monkeypatch):
    """The app, whose segmenter reads labels off intensities and whose model knows no cine."""
    monkeypatch.setattr(cine_work, "segmenter", IntensityLabeller)
    model = SimpleNamespace(
        inspect=lambda ecg, person=None, begin=None: gallery.inspection("S0-00007"),
        match_cine=lambda cine: FAR,
    )
    monkeypatch.setattr("app.session.galleries.model", lambda: model)
    return app
