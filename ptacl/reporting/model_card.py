"""Model card of a checkpoint, generated from its config and metrics."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from ptacl.checkpoint.files import Checkpoint, read_config
from ptacl.checkpoint.provenance import NO_GALLERY, commands, own_gallery, recorded
from ptacl.checkpoint.reports import (
    BenchmarkReport,
    EvaluationReport,
    LabelledReport,
    LeadSetReport,
    Metrics,
    ProbabilityReport,
    RobustnessReport,
    TargetReport,
    read_metrics,
    write_metrics,
)
from ptacl.config.command_line import with_typed
from ptacl.reporting.benchmark import benchmark_table
from ptacl.reporting.evaluation import report_table
from ptacl.reporting.labelled import labelled_table
from ptacl.reporting.lead_sets import lead_set_table
from ptacl.reporting.probabilities import probability_table
from ptacl.reporting.robustness import robustness_table
from ptacl.reporting.targets import targets_table
from ptacl.store import write_atomically
from ptacl.wording import DISCLAIMER

Report = TypeVar("Report")

SYNTHETIC = """> **Synthetic.** This model was trained on simulated hearts. How much an ECG
> reveals about a heart was chosen in the simulation; no figure below is evidence about real
> patients."""

LIMITS = f"""- {DISCLAIMER}. Not for clinical decisions.
- It is trained on one short-axis slice and a resting 12-lead ECG, and on nothing else.
- Intervals hold for ECGs like those of its cohort. The app marks out-of-distribution ECGs.
- Arrhythmia blurs the cardiac phase, and with it everything that depends on time."""

SHRUNK = (
    "A gallery of simulated hearts takes the mean of two predictions: one from the encoder's "
    "features, one from what an electrocardiograph measures (intervals, axis, wave amplitudes). "
    "The shrinkage of both ridge regressions is at least the number of training subjects. Real "
    "ECGs come from another distribution: both share the directions of the features with a large "
    "variance, and the two predictions err in different places. The figures of phenotypes here are "
    "those of ridge regressions that choose their shrinkage freely, on features of one kind."
)


def record_reports(
    folder: Path,
    *,
    evaluation: EvaluationReport | None = None,
    comparison: BenchmarkReport | None = None,
    labelled_ecgs: LabelledReport | None = None,
    lead_sets: LeadSetReport | None = None,
    targets: TargetReport | None = None,
    robustness: RobustnessReport | None = None,
    probabilities: ProbabilityReport | None = None,
) -> None:
    """Store reports in a checkpoint's `metrics.json` and rewrite its card.

    Args:
        folder: of the checkpoint.
        evaluation: from `evaluation.evaluate`; without it the stored one stays, like the others.
        comparison: from `benchmark.compare`.
        labelled_ecgs: from `evaluation.labelled.evaluate_labelled`.
        lead_sets: from `evaluation.lead_sets.evaluate_lead_sets`.
        targets: from `evaluation.targets.evaluate_targets`.
        robustness: from `evaluation.robustness.measure_robustness`.
        probabilities: from `evaluation.probabilities.evaluate_probabilities`.
    """
    metrics = read_metrics(folder)
    metrics = replace(
        metrics,
        evaluation=evaluation or metrics.evaluation,
        comparison=comparison or metrics.comparison,
        labelled_ecgs=labelled_ecgs or metrics.labelled_ecgs,
        lead_sets=lead_sets or metrics.lead_sets,
        targets=targets or metrics.targets,
        robustness=robustness or metrics.robustness,
        probabilities=probabilities or metrics.probabilities,
        commands=with_typed(metrics.commands, folder),
    )
    write_metrics(folder, metrics)
    write_card(folder)


def write_card(folder: Path) -> None:
    """Write `README.md` of a checkpoint."""
    text = card_text(read_config(folder), read_metrics(folder), own_gallery(folder))
    write_atomically(folder / "README.md", text)


def card_text(
    checkpoint: Checkpoint, metrics: Metrics, gallery: Mapping[str, Any] = NO_GALLERY
) -> str:
    """Format the card as Markdown.

    Args:
        checkpoint: its config.
        metrics: its curve and reports.
        gallery: manifest of the gallery inside it, if any.
    """
    data, training = checkpoint.data, checkpoint.training
    minutes = sum(entry["seconds"] or 0.0 for entry in metrics.curve) / 60
    parts = [
        f"# {checkpoint.name}",
        SYNTHETIC if checkpoint.synthetic else "",
        "An ECG encoder and a CMR encoder with a shared embedding space, trained by PTACL "
        "(Selivanov et al., MICCAI 2025, arXiv 2506.20683): a global contrastive loss over "
        f"patients and a local one between ECG segments and cine frames{_third_loss(training)}. "
        "Licence: Apache-2.0, like the code.",
        *_origin(checkpoint),
        "## Data",
        _cohort(data),
        *_commands(checkpoint, metrics, gallery),
        "## Training",
        *[f"- {key}: {json.dumps(value)}" for key, value in training.items()],
        f"- time: {minutes:.1f} min for {len(metrics.curve)} epochs",
        "## Preprocessing",
        f"```json\n{json.dumps(asdict(checkpoint.recipe), indent=1)}\n```",
        "## Evaluation",
        SHRUNK if checkpoint.synthetic else "",
        report_table(metrics.evaluation) if metrics.evaluation else "Not evaluated yet.",
        *_section("Benchmark", benchmark_table, metrics.comparison),
        *_section("ECGs with diagnoses", labelled_table, metrics.labelled_ecgs),
        *_section("Probabilities of findings", probability_table, metrics.probabilities),
        *_section("Fewer than 12 leads", lead_set_table, metrics.lead_sets),
        *_section("Targets of the cohort", targets_table, _of_real_subjects(metrics.targets)),
        *_section("Robustness", robustness_table, metrics.robustness),
        "## Limits",
        LIMITS,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _third_loss(training: Mapping[str, Any]) -> str:
    """Name the loss that plain PTACL does not have."""
    if not training.get("phenotype_weight"):
        return ""
    return (
        ", and beside them the squared error of the phenotypes that linear heads predict from the "
        "features of both encoders (PTACL + phenotypes)"
    )


def _section(title: str, table: Callable[[Report], str], report: Report | None) -> list[str]:
    return [] if report is None else [f"## {title}", table(report)]


def _of_real_subjects(report: TargetReport | None) -> TargetReport | None:
    """Return a report on targets, unless simulated: such outcomes test the way to the figure."""
    return None if report is None or report.synthetic else report


def _origin(checkpoint: Checkpoint) -> list[str]:
    """List the sources of weights that were not trained here."""
    if not checkpoint.origin:
        return []
    encoders = [f"- {key} encoder: {source}" for key, source in checkpoint.origin.items()]
    heads = "- projection heads and temperatures: randomly initialised"
    return ["## Weights", "\n".join([*encoders, heads])]


def _cohort(data: dict[str, Any]) -> str:
    counts = data.get("subjects", {})
    kind = "simulated" if data.get("synthetic") else "real"
    drawn = data.get("provenance", {}).get("simulation", {}).get("passes")
    if drawn:
        return (
            f"- {counts['train']:,} simulated hearts, drawn during the training with {drawn} ECGs "
            f"each; {counts['val']} others for validation"
        )
    return (
        f"- cohort: {data.get('store', 'unknown')}, {kind}; {counts.get('train', '?')} subjects "
        f"trained on, {counts.get('val', '?')} for validation and calibration, "
        f"{counts.get('test', '?')} held out"
    )


def _commands(checkpoint: Checkpoint, metrics: Metrics, gallery: Mapping[str, Any]) -> list[str]:
    """List the commands that were run, or commands with the same settings where none were kept."""
    config = {
        "commands": checkpoint.commands,
        "data": checkpoint.data,
        "name": checkpoint.name,
        "training": checkpoint.training,
    }
    if recorded_commands := recorded(config, metrics, gallery):
        return ["Made by:", _block(recorded_commands)]
    lines = commands(checkpoint.name, checkpoint.data, checkpoint.training, metrics)
    same = ["A checkpoint with the same settings is made by:", _block(lines)] if lines else []
    return ["Made by: not recorded.", *same]


def _block(lines: Sequence[str]) -> str:
    return "```\n" + "\n".join(lines) + "\n```"
