"""Commands that say what a model is worth."""

import json
import sys
from pathlib import Path
from typing import Any

from tyro.conf import Positional

from ptacl.cli.number_options import check_numbers
from ptacl.cli.output import AsJson, progress_bar, say
from ptacl.cli.withdrawals import leave_out
from ptacl.errors import PtaclError
from ptacl.types import Problem


def evaluate(
    checkpoint: Path,
    store: Positional[Path | None] = None,
    beside: tuple[Path, ...] = (),
    limit: int = 500,
    finetune: bool = False,
    ecg_labels: Path | None = None,
    gallery: Path | None = None,
    record: bool = False,
    withdrawn: Path | None = None,
    json_: AsJson = False,
) -> int:
    """Report what a model is worth: on held-out pairs of a store, on ECGs with diagnoses, or both.

    Of a store: retrieval, alignment and phenotypes, beside the baselines. Of ECGs with diagnoses:
    AUROCs of predicted LV mass and ejection fraction beside voltage criteria and QRS duration; an
    ECG that cannot be read is told and left out, and the exit status is then 3.

    Args:
        checkpoint: folder of the model.
        store: folder of the store.
        beside: other checkpoints of the same recipe, measured in the same run.
        limit: held-out subjects at most (recall depends on how many there are).
        finetune: train its ECG encoder on, on the phenotypes, and read that beside it (minutes).
        ecg_labels: a table as PTB-XL writes it: file (relative to the table), scp_codes, and age
            (years) and sex (0 male, 1 female) where known.
        gallery: folder of the gallery whose heads read those ECGs; `CHECKPOINT/gallery` by default.
        record: keep the report in the checkpoint's metrics.json and write its card anew.
        withdrawn: a newer list of withdrawn participants; the store leaves them out from now on.
        json_: print the whole report as JSON instead of a table.
    """
    check_numbers(limit=limit)
    from ptacl.reporting.evaluation import report_table
    from ptacl.reporting.labelled import labelled_table
    from ptacl.reporting.model_card import record_reports

    if not store and not ecg_labels:
        raise PtaclError(
            "There is nothing to evaluate on. Give a STORE, --ecg-labels, or both.",
            code="option.missing",
        )
    report: dict[str, Any] = {}
    reports: dict[str, dict[str, Any]] = {}
    tables: list[str] = []
    problems: list[Problem] = []
    if store:
        leave_out(store, withdrawn)
        report = reports["evaluation"] = _on_pairs(store, checkpoint, beside, limit, finetune)
        tables.append(report_table(report))
    if ecg_labels:
        found, problems = _on_labels(ecg_labels, checkpoint, gallery)
        reports["labelled_ecgs"] = found
        report = report | {"labelled_ecgs": found}
        tables.append(labelled_table(found))
    if record:
        record_reports(checkpoint, reports)
    print(json.dumps(report, indent=1) if json_ else "\n\n".join(tables))
    for problem in problems:
        print(f"{problem.subject_id}: {problem.reason}", file=sys.stderr)
    return 3 if problems else 0


def _on_pairs(
    store: Path, checkpoint: Path, beside: tuple[Path, ...], limit: int, finetune: bool
) -> dict[str, Any]:
    from ptacl.checkpoint.files import load_model
    from ptacl.data.embed import check_recipe
    from ptacl.evaluation import evaluate as measure
    from ptacl.evaluation.finetuning import fine_tuned
    from ptacl.store import open_store

    model, config = load_model(checkpoint)
    rivals = {path.name: load_model(path) for path in beside}
    if len({config.name, *rivals}) <= len(beside):
        raise PtaclError(
            "Two of the checkpoints have the same name. Rename a folder.", code="option.conflict"
        )
    cohort = open_store(store)
    tuned = None
    if finetune:
        check_recipe(cohort, config)
        say("Fine-tuning the ECG encoder")
        with progress_bar("step") as progress:
            tuned = fine_tuned(checkpoint, cohort, progress=progress)
    return measure(model, config, cohort, rivals=rivals, tuned=tuned, limit=limit, say=say)


def _on_labels(
    table: Path, checkpoint: Path, gallery: Path | None
) -> tuple[dict[str, Any], list[Problem]]:
    from ptacl.evaluation.labelled import evaluate_labelled
    from ptacl.inference.model import load

    with progress_bar("ECG") as progress:
        return evaluate_labelled(load(checkpoint, gallery), table, progress=progress)
