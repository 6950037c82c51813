"""An inspection to exchange, without a model."""

from dataclasses import replace
from datetime import date

from ptacl.measurements import EcgIntervals
from ptacl.reporting.details import ReportDetails
from ptacl.types import Inspection, Person
from tests.app.fake_gallery import FakeGallery

DETAILS = ReportDetails("doe_john.hea", date(2026, 3, 9), date(2026, 4, 1), "Überprüfen: LBBB?")
PERSON = Person("male", 61.0, 178.0, 80.0)


def made_inspection(**changes: object) -> Inspection:
    """Return an inspection with known intervals and person."""
    intervals = EcgIntervals(63.9, 152.0, 94.0, 410.0, 418.8, 18.6, 30.0)
    made = replace(FakeGallery().inspection("S0-00005"), intervals=intervals, person=PERSON)
    return replace(made, **changes)
