"""All PTB-XL records once a session."""

import csv

import numpy as np
import pytest


@pytest.fixture(scope="session")
def ptbxl(shared_data):
    """{file: (signal_mv (12, 5000) float32, SCP codes as text)}."""
    wfdb = pytest.importorskip("wfdb")
    folder = shared_data / "ecg" / "wfdb_ptbxl"
    with (folder / "records.csv").open() as table:
        rows = list(csv.DictReader(table))
    return {
        row["file"]: (
            wfdb.rdrecord(str(folder / row["file"])).p_signal.T.astype(np.float32),
            row["scp_codes"],
        )
        for row in rows
    }
