"""Commands of the restorer: its training (`ptacl train --stage restore`) and `ptacl anomaly`."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tyro.conf import Positional

from ptacl.cli.output import AsJson, finish
from ptacl.display.progress import progress_bar
from ptacl.errors import PtaclError
from ptacl.workflow.number_options import check_numbers

if TYPE_CHECKING:
    import pandas as pd

    from ptacl.restoration.finder import AnomalyFinder


def anomaly(
    source: Positional[Path | None] = None,
    out: Path | None = None,
    restorer: Path | None = None,
    twins: int | None = None,
    ecg_labels: Path | None = None,
    checkpoint: Path | None = None,
    set_limit: bool = False,
    record: bool = False,
    rate_hz: float | None = None,
    unit: str | None = None,
    json_: AsJson = False,
) -> int:
    """Find what in ECGs does not fit a normal heart: where, how far, and how rare that is.

    Hidden waves of the mean beat and hidden stretches of the recording are restored as in a normal
    heart; the difference is given in predicted standard deviations, as a percentile of normal
    hearts, and as a list such as "V5, ST–T, 120–260 ms after R: 6 SD below". Where the quality
    gate withholds, only the reason is printed. Unusual is not ill, and usual is not healthy.

    One file is printed. Of a folder or zip, each file is a line, or with --out a row of a table.

    The restorer is evaluated by --twins and --ecg-labels: on simulated hearts rendered with and
    without their disease, and on ECGs with diagnoses.

    Args:
        source: an ECG file, a zip or a folder.
        out: the table to write, .csv or .parquet.
        restorer: folder of the restorer; the shipped one by default.
        twins: evaluate instead, on so many simulated hearts of each disease.
        ecg_labels: evaluate instead, on a table as for `ptacl evaluate --ecg-labels`: abnormal
            against normal records (code NORM).
        checkpoint: with --ecg-labels, also measure the out-of-distribution check of this model.
        set_limit: with --ecg-labels, first set the limit of the restorer, beyond which an ECG is
            flagged, to the score that 5 % of the normal records exceed, and rewrite its card.
        record: put the table of the evaluation on the restorer's card.
        rate_hz: samples per second, where a file does not state it.
        unit: mV or uV, where a file does not state it.
        json_: print JSON.
    """
    check_numbers(twins=twins, rate_hz=rate_hz)
    from ptacl.restoration.files import RESTORER
    from ptacl.restoration.finder import load_finder

    if sum(entry is not None for entry in (source, twins, ecg_labels)) != 1:
        raise PtaclError(
            "Give one of these: a SOURCE, --twins or --ecg-labels.", code="option.conflict"
        )
    folder = restorer or RESTORER.shipped()
    finder = load_finder(folder)
    if twins is not None:
        return _on_twins(finder, folder, twins, record, json_)
    if ecg_labels is not None:
        return _on_labels(finder, folder, ecg_labels, checkpoint, set_limit, record, json_)
    assert source is not None
    from ptacl.inference.anomalies import anomaly_table, find_in_file
    from ptacl.restoration.record import anomaly_lines, anomaly_record

    if out is None and source.is_file() and source.suffix != ".zip":
        found = find_in_file(finder, source, rate_hz, unit)
        print(json.dumps(anomaly_record(found)) if json_ else "\n".join(anomaly_lines(found)))
        return 0
    with progress_bar("file") as progress:
        table = anomaly_table(finder, source, out, rate_hz, unit, progress)
    failed = int((table["status"] == "failed").sum())
    if out is not None:
        finish(json_, {"files": len(table), "failed": failed, "out": str(out)})
    else:
        print(table.to_json(orient="records") if json_ else _as_lines(table))
    return 3 if failed else 0


def _as_lines(table: "pd.DataFrame") -> str:
    """Return a line for each file, the most unusual first."""
    lines = []
    for row in table.sort_values("anomaly_score", ascending=False).to_dict("records"):
        if row["status"] == "failed":
            lines.append(f"{row['file']}: {row['reason']}")
        elif row["anomaly_withheld"]:
            lines.append(f"{row['file']}: withheld. {row['anomaly_withheld']}")
        else:
            verdict = "unusual" if row["anomaly_unusual"] else "usual"
            lines.append(
                f"{row['file']}: {verdict}, score {row['anomaly_score']:.1f}. "
                f"{row['anomaly_findings'] or ''}"
            )
    return "\n".join(lines)


def _on_twins(finder: "AnomalyFinder", folder: Path, hearts: int, record: bool, json_: bool) -> int:
    from ptacl.config.strict_json import to_dict
    from ptacl.evaluation.restoration import evaluate_twins
    from ptacl.reporting.anomaly import twins_table

    with progress_bar("heart") as progress:
        report = evaluate_twins(finder, hearts=hearts, progress=progress)
    if record:
        _record(
            finder, folder, "Simulated hearts, with and without their disease", twins_table(report)
        )
    print(json.dumps(to_dict(report), indent=1) if json_ else twins_table(report))
    return 0


def _record(finder: "AnomalyFinder", folder: Path, title: str, table: str) -> None:
    """Put a table on the card of a restorer."""
    from dataclasses import replace

    from ptacl.reporting.restorer_card import write_restorer_card
    from ptacl.restoration.files import RESTORER

    finder.config = replace(finder.config, measured={**finder.config.measured, title: table})
    RESTORER.write_config(folder, finder.config)
    write_restorer_card(folder)


def _on_labels(
    finder: "AnomalyFinder",
    folder: Path,
    table: Path,
    checkpoint: Path | None,
    set_limit: bool,
    record: bool,
    json_: bool,
) -> int:
    from dataclasses import replace

    from ptacl.config.strict_json import to_dict
    from ptacl.evaluation.unusual_records import choose_limit, evaluate_records
    from ptacl.inference.model import load
    from ptacl.reporting.anomaly import records_table
    from ptacl.reporting.restorer_card import write_restorer_card
    from ptacl.restoration.files import RESTORER

    if set_limit:
        with progress_bar("ECG") as progress:
            finder.config = replace(finder.config, limit=choose_limit(finder, table, progress))
        RESTORER.write_config(folder, finder.config)
        write_restorer_card(folder)
    with progress_bar("ECG") as progress:
        report, problems = evaluate_records(
            finder, table, load(checkpoint) if checkpoint else None, progress
        )
    if record:
        title = f"Records with diagnoses, {table.parent.name or table.name}"
        _record(finder, folder, title, records_table(report))
    print(json.dumps(to_dict(report), indent=1) if json_ else records_table(report))
    for problem in problems:
        print(f"{problem.subject_id}: {problem.reason}", file=sys.stderr)
    return 3 if problems else 0


def train_restorer(
    first: Path,
    second: Path | None,
    steps: int | None,
    batch_size: int | None,
    seed: int,
    simulate: int | None,
    cohort_seed: int,
    json_: bool,
) -> int:
    """Train a restorer of normal ECGs; see `ptacl train --help`."""
    from ptacl.reporting.restorer_card import write_restorer_card
    from ptacl.restoration.config import RestorerTraining
    from ptacl.restoration.normal_hearts import NormalHearts, SimulatedNormals, StoreNormals
    from ptacl.restoration.training import train_restorer as train
    from ptacl.store import open_store

    if second is not None and simulate is not None:
        raise PtaclError(
            "--simulate draws its hearts itself. Give one folder, that of the restorer.",
            code="option.invalid",
        )
    out = second or first
    source: NormalHearts = SimulatedNormals(cohort_seed)
    if second is not None:
        source = StoreNormals(open_store(first))
    default = RestorerTraining()
    config = RestorerTraining(
        hearts=simulate or default.hearts,
        steps=steps or default.steps,
        beats_per_step=batch_size or default.beats_per_step,
        seed=seed,
        cohort_seed=cohort_seed,
    )
    with progress_bar("heart") as collected, progress_bar("step") as progress:
        record = train(out, source, config, collected=collected, progress=progress)
    write_restorer_card(out)
    losses = [round(loss, 3) for loss in record.loss]
    return finish(
        json_, {"restorer": str(out), "minutes": round(record.minutes, 1), "losses": losses}
    )
