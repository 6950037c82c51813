"""What does not fit in the ECGs of a file, a folder or a zip, without a gallery."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from ptacl.config.exported_cells import write_table
from ptacl.errors import PtaclError
from ptacl.inference.table import FAILED, READ, Row, reason
from ptacl.io import read_ecg
from ptacl.io.cohort.recordings import list_recordings
from ptacl.restoration.finder import AnomalyFinder
from ptacl.restoration.record import anomaly_row
from ptacl.signal.preparation import prepare_ecg
from ptacl.types import Anomaly, Ecg

COLUMNS = {
    "file": "string", "status": "string", "reason": "string", "code": "string",
    "anomaly_score": "float64", "anomaly_percentile": "float64", "anomaly_unusual": "boolean",
    "anomaly_findings": "string", "anomaly_withheld": "string",
}  # fmt: skip
ENDINGS = (".csv", ".parquet")


def find_in_file(
    finder: AnomalyFinder,
    path: Path,
    sample_rate_hz: float | None = None,
    unit: str | None = None,
) -> Anomaly:
    """Return what does not fit in one ECG file.

    Args:
        finder: the restorer.
        path: of any format.
        sample_rate_hz: see `read_ecg`.
        unit: see `read_ecg`.

    Raises:
        PtaclError: the file cannot be read.
    """
    return _find(finder, read_ecg(path, sample_rate_hz=sample_rate_hz, unit=unit))


def anomaly_table(
    finder: AnomalyFinder,
    source: Path,
    out: Path | None = None,
    sample_rate_hz: float | None = None,
    unit: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Return a row for each recording of a folder, zip or file; one that fails has its reason.

    Args:
        finder: the restorer.
        source: where the recordings are.
        out: the table to write, .csv or .parquet; none by default.
        sample_rate_hz: see `read_ecg`.
        unit: see `read_ecg`.
        progress: called with (recordings done, recordings in all).

    Raises:
        PtaclError: there is no recording, or the ending of `out` is another one.
    """
    if out is not None and out.suffix not in ENDINGS:
        raise PtaclError(
            f"{out.name} should end in {' or '.join(ENDINGS)}. Give another --out.",
            code="output.wrong_ending",
        )
    recordings = list_recordings(source, skip=(out,) if out else ())
    rows: list[Row] = []
    for number, recording in enumerate(recordings):
        row: Row = {"file": recording.name}
        try:
            found = _find(finder, recording.read(sample_rate_hz, unit, any_leads=False))
            row |= {"status": READ, "anomaly_score": found.score, **anomaly_row(found)}
        except PtaclError as error:
            row |= {"status": FAILED, "reason": reason(error), "code": error.code}
        rows.append(row)
        if progress:
            progress(number + 1, len(recordings))
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS).round(2)
    table = table.astype(object).where(table.notna(), None) if out is None else table
    if out is not None:
        write_table(table, out)
    return table


def _find(finder: AnomalyFinder, ecg: Ecg) -> Anomaly:
    return finder.find_in(prepare_ecg(ecg), ecg)
