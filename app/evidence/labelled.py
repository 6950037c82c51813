"""The panel of what a model says of ECGs with diagnoses."""

from typing import Any

import frame
import pandas as pd

from evidence.figures import spread
from ptacl.tables.labelled import FOR_THE_SEX


def section(report: dict[str, Any]) -> None:
    """What `ptacl evaluate --ecg-labels --record` kept."""
    if not report:
        return
    transfer = " The model was trained on simulated hearts: this is how far they carry over."
    frame.section(
        "On ECGs with diagnoses",
        f"{report['records']} ECGs of {report['table']}; AUROC against normal ones. {FOR_THE_SEX}"
        + (transfer if report["synthetic"] else ""),
    )
    rows = [
        {
            "Told from normal": diagnosis["title"],
            "By": sign["title"],
            "AUROC": spread(sign),
            "n": sign["n"],
            "n normal": sign["n_normal"],
        }
        for diagnosis in report["auroc"].values()
        for sign in diagnosis["signs"].values()
    ]
    frame.table(pd.DataFrame(rows).set_index("Told from normal"), "small")
