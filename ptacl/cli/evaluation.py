"""Command that evaluates a model."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tyro.conf import Positional, UseAppendAction

from ptacl.cli.number_options import check_numbers
from ptacl.cli.output import AsJson, progress_bar, say
from ptacl.cli.withdrawals import leave_out
from ptacl.errors import PtaclError
from ptacl.types import Problem

if TYPE_CHECKING:
    from ptacl.checkpoint.files import Checkpoint
    from ptacl.checkpoint.reports import (
        EvaluationReport,
        LabelledReport,
        LeadSetReport,
        RobustnessReport,
        TargetReport,
    )
    from ptacl.encoders.two_tower import TwoTower

    Loaded = tuple[TwoTower, Checkpoint]


def evaluate(
    checkpoint: Path,
    store: Positional[Path | None] = None,
    beside: tuple[Path, ...] = (),
    limit: int = 500,
    finetune: bool = False,
    target: UseAppendAction[tuple[str, ...]] = (),
    robustness: bool = False,
    ecg_labels: Path | None = None,
    gallery: Path | None = None,
    leads: tuple[str, ...] = (),
    record: bool = False,
    withdrawn: Path | None = None,
    json_: AsJson = False,
) -> int:
    """Evaluate a model on held-out pairs of a store, on ECGs with diagnoses, or both.

    On a store: retrieval, alignment and phenotypes, with baselines; with --target any target of the
    cohort instead, by linear probes (R², AUROC, C-index). On ECGs with diagnoses: AUROCs of
    predicted LV mass and ejection fraction, and of voltage criteria and QRS duration; an ECG that
    cannot be read is reported and left out, and the exit status is then 3.

    Args:
        checkpoint: folder of the model.
        store: folder of the store.
        beside: other checkpoints of the same recipe, evaluated in the same run.
        limit: held-out subjects at most (recall depends on their number).
        finetune: also evaluate its ECG encoder fine-tuned on the phenotypes (minutes).
        target: KEY or KEY:KIND of targets.json of the cohort, or a phenotype; may be repeated. Only
            these are evaluated then. Kinds: continuous, binary, event.
        robustness: measure on the store, instead of the above, what is predicted from ECGs with
            noise, lost leads, swapped electrodes and eleven other corruptions, each at three
            strengths; about 8 s a subject on one core.
        ecg_labels: a table as PTB-XL writes it: file (relative to the table), scp_codes, and age
            (years) and sex (0 male, 1 female) where known.
        gallery: folder of the gallery with the heads for those ECGs, for --leads and --robustness;
            `CHECKPOINT/gallery` by default.
        leads: instead, evaluate the gallery's heads for these lead sets on the store, each beside
            that of 12 leads: II, I, limb, II-V1-V5, no-V3 …, or all.
        record: store the report in the checkpoint's metrics.json and rewrite its card.
        withdrawn: a newer list of withdrawn participants; the store leaves them out from now on.
        json_: print the whole report as JSON instead of a table.
    """
    check_numbers(limit=limit)
    if not store and not ecg_labels:
        raise PtaclError(
            "There is nothing to evaluate on. Give a STORE, --ecg-labels, or both.",
            code="option.missing",
        )
    _check_choice(store, beside, finetune, leads, target, robustness)
    reports: dict[str, Any] = {}
    problems: list[Problem] = []
    if store:
        leave_out(store, withdrawn)
        if leads:
            reports["lead_sets"] = _on_lead_sets(store, checkpoint, gallery, leads, limit)
        elif target:
            reports["targets"] = _on_targets(store, checkpoint, beside, target, limit)
        elif robustness:
            reports["robustness"] = _on_corrupted(store, checkpoint, gallery, limit)
        else:
            reports["evaluation"] = _on_pairs(store, checkpoint, beside, limit, finetune)
    if ecg_labels:
        reports["labelled_ecgs"], problems = _on_labels(ecg_labels, checkpoint, gallery)
    if record:
        from ptacl.reporting.model_card import record_reports

        record_reports(checkpoint, **reports)
    print(json.dumps(_values(reports), indent=1) if json_ else "\n\n".join(_tables(reports)))
    for problem in problems:
        print(f"{problem.subject_id}: {problem.reason}", file=sys.stderr)
    return 3 if problems else 0


def _check_choice(
    store: Path | None,
    beside: tuple[Path, ...],
    finetune: bool,
    leads: tuple[str, ...],
    target: tuple[str, ...],
    robustness: bool,
) -> None:
    """Refuse options that exclude each other."""
    if target and (not store or finetune):
        raise PtaclError(
            "--target is evaluated on a STORE, without --finetune.", code="option.conflict"
        )
    if robustness and (beside or finetune or not store):
        raise PtaclError(
            "--robustness measures one model on a STORE, without --beside and --finetune.",
            code="option.conflict",
        )
    if sum((bool(leads), bool(target), robustness)) > 1:
        raise PtaclError(
            "Give one of --leads, --target and --robustness at a time.", code="option.conflict"
        )


def _values(reports: dict[str, Any]) -> dict[str, Any]:
    """Return reports as JSON values: the evaluation on pairs as the whole, others by their key."""
    from ptacl.config.strict_json import to_dict

    values: dict[str, Any] = {}
    for key, report in reports.items():
        values |= to_dict(report) if key == "evaluation" else {key: to_dict(report)}
    return values


def _tables(reports: dict[str, Any]) -> list[str]:
    """Return reports as tables."""
    from ptacl.reporting.evaluation import report_table
    from ptacl.reporting.labelled import labelled_table
    from ptacl.reporting.lead_sets import lead_set_table
    from ptacl.reporting.robustness import robustness_table
    from ptacl.reporting.targets import targets_table

    table_of: dict[str, Callable[[Any], str]] = {
        "evaluation": report_table,
        "lead_sets": lead_set_table,
        "targets": targets_table,
        "robustness": robustness_table,
        "labelled_ecgs": labelled_table,
    }
    return [table_of[key](report) for key, report in reports.items()]


def _on_pairs(
    store: Path, checkpoint: Path, others: tuple[Path, ...], limit: int, finetune: bool
) -> "EvaluationReport":
    from ptacl.data.embed import check_recipe
    from ptacl.evaluation import evaluate as evaluate_model
    from ptacl.evaluation.finetuning import fine_tuned
    from ptacl.store import open_store

    (model, config), models = _load(checkpoint, others)
    cohort = open_store(store)
    tuned = None
    if finetune:
        check_recipe(cohort, config)
        say("Fine-tuning the ECG encoder")
        with progress_bar("step") as progress:
            tuned = fine_tuned(checkpoint, cohort, progress=progress)
    return evaluate_model(model, config, cohort, others=models, tuned=tuned, limit=limit, say=say)


def _on_lead_sets(
    store: Path, checkpoint: Path, gallery: Path | None, leads: tuple[str, ...], limit: int
) -> "LeadSetReport":
    from ptacl.evaluation.lead_sets import evaluate_lead_sets
    from ptacl.inference.model import load
    from ptacl.store import open_store

    return evaluate_lead_sets(load(checkpoint, gallery), open_store(store), leads, limit=limit)


def _on_targets(
    store: Path, checkpoint: Path, others: tuple[Path, ...], asked: tuple[str, ...], limit: int
) -> "TargetReport":
    from dataclasses import replace

    from ptacl.data.embed import check_recipe
    from ptacl.evaluation.report import with_baselines
    from ptacl.evaluation.targets import evaluate_targets
    from ptacl.store import open_store

    (model, config), models = _load(checkpoint, others)
    cohort = open_store(store)
    for each in (config, *(each for _, each in models.values())):
        check_recipe(cohort, each)
    own = {config.name: model, **{name: other for name, (other, _) in models.items()}}
    methods = with_baselines(own, config, cohort)
    report = evaluate_targets(methods, cohort, asked, limit=limit, say=say)
    return replace(report, model=config.name)


def _load(checkpoint: Path, others: tuple[Path, ...]) -> tuple["Loaded", dict[str, "Loaded"]]:
    """Load a model and others by the names of their folders."""
    from ptacl.checkpoint.files import load_model

    model, config = load_model(checkpoint)
    models = {path.name: load_model(path) for path in others}
    if len({config.name, *models}) <= len(others):
        raise PtaclError(
            "Two of the checkpoints have the same name. Rename a folder.", code="option.conflict"
        )
    return (model, config), models


def _on_corrupted(
    store: Path, checkpoint: Path, gallery: Path | None, limit: int
) -> "RobustnessReport":
    from ptacl.data.splits import split_rows
    from ptacl.evaluation.robustness import measure_robustness
    from ptacl.inference.model import load
    from ptacl.store import open_store

    cohort = open_store(store)
    rows = split_rows(cohort, "test", limit)
    with progress_bar("ECG") as progress:
        return measure_robustness(load(checkpoint, gallery), cohort, rows, progress=progress)


def _on_labels(
    table: Path, checkpoint: Path, gallery: Path | None
) -> tuple["LabelledReport", list[Problem]]:
    from ptacl.evaluation.labelled import evaluate_labelled
    from ptacl.inference.model import load

    with progress_bar("ECG") as progress:
        return evaluate_labelled(load(checkpoint, gallery), table, progress=progress)
