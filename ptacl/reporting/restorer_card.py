"""Card of a restorer, generated from its config."""

import json
from dataclasses import asdict
from pathlib import Path

from ptacl.restoration.config import RestorerConfig
from ptacl.restoration.files import RESTORER
from ptacl.restoration.network import Restorer
from ptacl.store import write_atomically
from ptacl.wording import DISCLAIMER

_SYNTHETIC = """> **Trained on simulated hearts alone.** No real ECG was used for training or
> for the percentiles: "unusual" means unusual for a simulated heart without disease."""


def write_restorer_card(folder: Path) -> None:
    """Write `README.md` of a restorer."""
    text = restorer_card(RESTORER.read_config(folder), RESTORER.version(folder))
    write_atomically(folder / "README.md", text)


def restorer_card(config: RestorerConfig, version: str) -> str:
    """Format the card as Markdown.

    Args:
        config: of the restorer.
        version: of its weights.
    """
    weights = sum(w.numel() for w in Restorer(config.training.network).parameters())
    settings = asdict(config.training)
    parts = [
        f"# {config.name}, version {version}",
        _SYNTHETIC if config.synthetic else "",
        f"{weights:,} weights. It restores hidden waves of an ECG's mean beat and hidden stretches "
        "of its ten seconds as in a normal heart, in millivolts from 0.5 to 40 Hz, each with the "
        "variance it expects. The difference in predicted standard deviations shows what does not "
        "fit (`ptacl anomaly`, docs/anomaly.md).",
        "## Training",
        "\n".join([
            f"- hearts: {config.source}",
            *[f"- {key}: {json.dumps(value)}" for key, value in settings.items()],
            f"- time: {config.minutes:.0f} min on one thread beside other work",
            f"- loss at the end: beat {config.loss[0]:.3f}, recording {config.loss[1]:.3f}",
            *[f"- command: `{command}`" for command in config.commands],
        ]),
        "## Percentiles",
        f"Of {config.calibration.hearts} normal hearts that were not trained on. {_limit(config)}",
        "## Measured",
        *_measured(config),
        "## Limits",
        f"- {DISCLAIMER}. Not for clinical decisions.\n"
        "- Unusual is not ill: a normal variant that the training hearts lack is unusual too.\n"
        "- Usual is not healthy: what the mean beat and the rhythm do not show is not found.",
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def _limit(config: RestorerConfig) -> str:
    if config.limit is None:
        return "An ECG is flagged beyond their 95th percentile."
    return (
        f"An ECG is flagged beyond a score of {config.limit.score:.2f}, which 5 % of the "
        f"{config.limit.records} normal records of {config.limit.table} exceed: these are real, "
        "and their score is all that was taken from them."
    )


def _measured(config: RestorerConfig) -> list[str]:
    """Return the recorded tables, each under its title."""
    if not config.measured:
        return ["Not measured yet: `ptacl anomaly --twins 60 --record` records a table."]
    return [part for title, text in config.measured.items() for part in (f"### {title}", text)]
