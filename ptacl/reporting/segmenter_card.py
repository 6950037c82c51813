"""Card of a segmenter, generated from its config."""

import json
from dataclasses import asdict
from pathlib import Path

from ptacl.reporting.markdown import markdown_table
from ptacl.segmentation.network.config import SegmenterConfig
from ptacl.segmentation.network.unet import SegmentationNetwork
from ptacl.segmentation.network.weights import SEGMENTER
from ptacl.store import write_atomically
from ptacl.wording import DISCLAIMER

_INTRODUCTION = """> **Trained on synthetic images alone.** No real image was used for training.
> The real hearts below were looked at while the recipe of the scenes was chosen (EXPERIMENTS.md),
> so that their figures are no blind test, and say nothing about other hearts."""


def write_segmenter_card(folder: Path) -> None:
    """Write `README.md` of a segmenter."""
    text = segmenter_card(SEGMENTER.read_config(folder), SEGMENTER.version(folder))
    write_atomically(folder / "README.md", text)


def segmenter_card(config: SegmenterConfig, version: str) -> str:
    """Format the card as Markdown.

    Args:
        config: of the segmenter.
        version: of its weights.
    """
    training = config.training
    weights = sum(w.numel() for w in SegmentationNetwork(training.network).parameters())
    parts = [
        f"# {config.name}, version {version}",
        _INTRODUCTION,
        f"{training.networks} residual squeeze-and-excitation U-Nets of {weights:,} weights each. "
        "Each sees five images at once: the frame to be segmented, an earlier and a later one, and "
        "the neighbouring slices. It labels the left ventricle's cavity with its papillary "
        "muscles, its myocardium, and the right ventricle's cavity, in short-axis cines.",
        "## Training",
        "Every step draws new scenes: random hearts in random surroundings with random contrast, "
        "gain, resolution and noise (`ptacl/segmentation/scenes`).",
        "\n".join(_training_lines(config)),
        "## Measured",
        *_measured(config),
        "## Limits",
        f"- {DISCLAIMER}. Not for clinical decisions.\n"
        "- Short-axis cines only. Long axes, late enhancement, perfusion and stills are refused.\n"
        "- Masks at the base, where ventricle and atrium meet, and near the apex are the least "
        "certain; look at the contours before using a volume.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _training_lines(config: SegmenterConfig) -> list[str]:
    settings = asdict(config.training)
    return [
        *[f"- {key}: {json.dumps(value)}" for key, value in settings.items()],
        f"- time: {config.minutes:.0f} min on {config.threads} threads",
        f"- loss at the end: {', '.join(f'{loss:.3f}' for loss in config.losses)}",
        *([f"- started from: {config.initial}"] if config.initial else []),
        *[f"- command: `{command}`" for command in config.commands],
    ]


def _measured(config: SegmenterConfig) -> list[str]:
    """Return the recorded tables of `tests.benchmarks.cine`, one for each entry."""
    if not config.measured:
        return ["Not measured yet: `python -m tests.benchmarks.cine` prints and records the table."]
    parts = []
    for title, rows in config.measured.items():
        parts += [
            f"### {title}",
            markdown_table(list(rows[0]), [list(row.values()) for row in rows]),
        ]
    return parts
