"""The card of a checkpoint, generated from its config and metrics."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ptacl.checkpoint.files import Checkpoint, read_config, read_metrics
from ptacl.checkpoint.provenance import NO_GALLERY, commands, own_gallery, recorded
from ptacl.config.command_line import with_typed
from ptacl.reporting.benchmark import rivals_table
from ptacl.reporting.evaluation import report_table
from ptacl.reporting.labelled import labelled_table
from ptacl.store import write_atomically
from ptacl.wording import DISCLAIMER

SYNTHETIC = """> **Synthetic.** This model was trained on simulated hearts. How much an ECG says
> about a heart was set by us in the simulation; no figure below is evidence about real patients."""

LIMITS = f"""- {DISCLAIMER}. No clinical decision may rest on it.
- It knows one short-axis slice and a resting 12-lead ECG; nothing else was seen in training.
- Intervals hold for ECGs like those of its cohort. The app marks an ECG that is unlike them.
- Arrhythmia blurs the cardiac phase, and with it everything that reads time."""

SHRUNK = (
    "A gallery of simulated hearts reads an ECG twice and takes the mean: by the encoder's "
    "features, and by what an electrocardiograph measures (intervals, axis, heights of waves). "
    "Both ridges shrink by one a training subject at least. Real ECGs are of another origin: "
    "what both share lies in the strong directions of the features, and the two readings err in "
    "different places. The figures of phenotypes here are those of ridges free to choose, on "
    "features of one kind."
)


def record_reports(folder: Path, reports: Mapping[str, dict[str, Any]]) -> None:
    """Keep reports in a checkpoint's `metrics.json` and write its card anew.

    Args:
        folder: of the checkpoint.
        reports: `evaluation`, `comparison`, `labelled_ecgs`; those that are not given stay.
    """
    metrics = read_metrics(folder) | dict(reports)
    metrics["commands"] = list(with_typed(metrics.get("commands", ()), folder))
    write_atomically(folder / "metrics.json", json.dumps(metrics, indent=1))
    write_card(folder)


def write_card(folder: Path) -> None:
    """Write `README.md` of a checkpoint."""
    text = card_text(read_config(folder), read_metrics(folder), own_gallery(folder))
    write_atomically(folder / "README.md", text)


def card_text(
    checkpoint: Checkpoint, metrics: dict[str, Any], gallery: Mapping[str, Any] = NO_GALLERY
) -> str:
    """The card as Markdown.

    Args:
        checkpoint: whose card it is.
        metrics: its curve and reports.
        gallery: what the gallery says that it carries, if any.
    """
    data, training = checkpoint.data, checkpoint.training
    curve = metrics.get("curve", [])
    parts = [
        f"# {checkpoint.name}",
        SYNTHETIC if checkpoint.synthetic else "",
        "An ECG encoder and a CMR encoder that meet in one space, trained by PTACL (Selivanov et "
        "al., MICCAI 2025, arXiv 2506.20683): patients are told apart by a global loss, ECG "
        "segments meet cine frames in a local one. Licence: Apache-2.0, like the code.",
        *_origin(checkpoint),
        "## Data",
        _cohort(data),
        *_commands(checkpoint, metrics, gallery),
        "## Training",
        *[f"- {key}: {json.dumps(value)}" for key, value in training.items()],
        f"- time: {sum(entry['seconds'] for entry in curve) / 60:.1f} min for {len(curve)} epochs",
        "## Preprocessing",
        f"```json\n{json.dumps(_recipe(checkpoint), indent=1)}\n```",
        "## Evaluation",
        SHRUNK if checkpoint.synthetic else "",
        report_table(metrics["evaluation"]) if "evaluation" in metrics else "Not evaluated yet.",
        *_section("Beside its rivals", rivals_table, metrics.get("comparison")),
        *_section("ECGs with diagnoses", labelled_table, metrics.get("labelled_ecgs")),
        "## Limits",
        LIMITS,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(
    title: str, table: Callable[[dict[str, Any]], str], report: dict[str, Any] | None
) -> list[str]:
    return [f"## {title}", table(report)] if report else []


def _origin(checkpoint: Checkpoint) -> list[str]:
    """Where weights that were not trained here come from."""
    if not checkpoint.origin:
        return []
    towers = [f"- {tower} encoder: {where}" for tower, where in checkpoint.origin.items()]
    heads = "- projection heads and temperatures: randomly initialised"
    return ["## Weights", "\n".join([*towers, heads])]


def _cohort(data: dict[str, Any]) -> str:
    counts = data.get("subjects", {})
    kind = "simulated" if data.get("synthetic") else "real"
    return (
        f"- cohort: {data.get('store', 'unknown')}, {kind}; {counts.get('train', '?')} subjects "
        f"trained on, {counts.get('val', '?')} for validation and calibration, "
        f"{counts.get('test', '?')} held out"
    )


def _commands(
    checkpoint: Checkpoint, metrics: Mapping[str, Any], gallery: Mapping[str, Any]
) -> list[str]:
    """The commands that were run; where none were kept, what to type to make a like checkpoint."""
    config = {
        "commands": checkpoint.commands,
        "data": checkpoint.data,
        "name": checkpoint.name,
        "training": checkpoint.training,
    }
    if made := recorded(config, metrics, gallery):
        return ["Made by:", _block(made)]
    lines = commands(checkpoint.name, checkpoint.data, checkpoint.training, metrics)
    alike = ["By its settings, one like it is made by:", _block(lines)] if lines else []
    return ["Made by: not recorded.", *alike]


def _block(lines: Sequence[str]) -> str:
    return "```\n" + "\n".join(lines) + "\n```"


def _recipe(checkpoint: Checkpoint) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(checkpoint.recipe)
