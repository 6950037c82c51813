"""What a reader adds to a report: dates and a comment; never who the person is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class ReportDetails:
    """Dates and comment of one report."""

    title: str = ""
    """Name of the recording, as on the page."""
    recorded_on: date | None = None
    """Date of the recording, as stated by the reader; None where it was not stated."""
    reported_on: date = field(default_factory=date.today)
    comment: str = ""
    """A line by the clinician; empty without one."""

    def file_name(self, ending: str, *, stem: str = "ptacl-report") -> str:
        """Return a file name with the date of the recording, else that of the report.

        Args:
            ending: without its dot, such as ``pdf``.
            stem: the part before the date.

        Example:
            >>> ReportDetails(recorded_on=date(2026, 3, 9)).file_name("pdf")
            'ptacl-report-2026-03-09.pdf'
        """
        return f"{stem}-{(self.recorded_on or self.reported_on).isoformat()}.{ending}"

    def dated(self) -> list[tuple[str, str]]:
        """Return label and text of each date, for the head of a report."""
        recorded = self.recorded_on.isoformat() if self.recorded_on else "not stated"
        return [("Recorded", recorded), ("Reported", self.reported_on.isoformat())]

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values; a date that is not known is null."""
        return {
            "title": self.title,
            "recorded_on": self.recorded_on.isoformat() if self.recorded_on else None,
            "reported_on": self.reported_on.isoformat(),
            "comment": self.comment,
        }
