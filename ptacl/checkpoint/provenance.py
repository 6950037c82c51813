"""Provenance of a checkpoint: its cohort, its training, and the commands that make it again.

Read from the checkpoint's own JSON, without its weights and without torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptacl.checkpoint.reports import BenchmarkReport, Metrics, read_metrics
from ptacl.config.command_line import of_folder
from ptacl.config.json_record import COPY_AGAIN, read_record
from ptacl.config.strict_json import fingerprint, from_dict
from ptacl.errors import PtaclError
from ptacl.signal.recipe import Recipe

NO_GALLERY: Mapping[str, Any] = {}
_FIRST_PATIENT_LOSS = "info_nce"
"""The only one before there was an option for it."""


@dataclass(frozen=True)
class Provenance:
    """How a checkpoint was made, from its `config.json` and `metrics.json`."""

    checkpoint: str
    """Its name."""
    store: str
    """Name of the cohort that it was trained on."""
    origin: str
    """Source of that cohort, in words."""
    subjects: dict[str, int]
    """Subjects of each split."""
    training: dict[str, Any]
    """Preset, stage, epochs, seed and the rest."""
    recipe_fingerprint: str
    """Twelve hexadecimal digits that identify its preprocessing."""
    ptacl_version: str
    """Version of PTACL that trained it."""
    commands: tuple[str, ...]
    """The commands that made it, as they were typed; where none were kept, commands that make one
    with the same settings, and none where the cohort's origin is unknown."""
    recorded: bool
    """True if the commands were kept."""


def read_provenance(folder: Path | str) -> Provenance:
    """Read the provenance of a checkpoint folder.

    Raises:
        PtaclError: the folder holds no config.json, or one that is damaged.
    """
    config = read_record(Path(folder) / "config.json", COPY_AGAIN)
    if not config:
        raise PtaclError(
            f"{folder} holds no config.json. Give the folder of a checkpoint.",
            code="checkpoint.not_found",
        )
    data, training = config.get("data", {}), config.get("training", {})
    metrics = read_metrics(folder)
    recorded_commands = recorded(config, metrics, own_gallery(Path(folder)))
    return Provenance(
        checkpoint=config["name"],
        store=data.get("store", "unknown"),
        origin=_origin(data.get("provenance", {})),
        subjects=data.get("subjects", {}),
        training=training,
        recipe_fingerprint=fingerprint(from_dict(Recipe, config["recipe"])),
        ptacl_version=config.get("ptacl_version", ""),
        commands=tuple(recorded_commands or commands(config["name"], data, training, metrics)),
        recorded=bool(recorded_commands),
    )


def own_gallery(folder: Path) -> Mapping[str, Any]:
    """Read the manifest of the gallery inside a checkpoint; empty where there is none."""
    return read_record(folder / "gallery" / "gallery.json", "Make the gallery again.")


def recorded(config: Mapping[str, Any], metrics: Metrics, gallery: Mapping[str, Any]) -> list[str]:
    """List the kept commands of a cohort, its checkpoint, gallery and reports, in order.

    Args:
        config: of the checkpoint.
        metrics: its reports.
        gallery: manifest of the gallery inside it.

    Returns:
        a line a command; for a part without a kept command a comment, and a command with the same
        settings where they are known. Empty where no command was kept at all.
    """
    name, data = str(config["name"]), config.get("data", {})
    cohort = tuple(data.get("commands", ()))
    training = of_folder(config.get("commands", ()), f"{name}")
    embedding = tuple(_inside_checkpoint(name, command) for command in gallery.get("commands", ()))
    reports = of_folder(metrics.commands, name)
    if not (cohort or training or embedding or reports):
        return []
    reported = (metrics.evaluation, metrics.comparison, metrics.labelled_ecgs, metrics.lead_sets,
                metrics.targets, metrics.robustness, metrics.probabilities)  # fmt: skip
    has_report = any(report is not None for report in reported)
    settings = config.get("training", {})
    simulated, trained = _by_settings(name, data, settings)
    parts = [
        ("the cohort", cohort, not settings.get("simulated"), simulated),
        ("the training", training, True, trained),
        ("the gallery", embedding, bool(gallery), ""),
        ("the reports", reports, has_report, ""),
    ]
    lines: list[str] = []
    for part, typed, exists, similar in parts:
        if typed or not exists:
            lines += typed
        elif similar:
            lines += [
                f"# {part}: the command was not recorded; its settings are those of",
                similar,
            ]
        else:
            lines.append(f"# {part}: not recorded")
    return list(dict.fromkeys(lines))


def _inside_checkpoint(name: str, command: str) -> str:
    """Return an embedding command with the gallery inside its checkpoint as the output folder."""
    words = command.split(" ")
    given = words.index("--checkpoint") + 1 if "--checkpoint" in words[:-1] else None
    folder = name if given is None else words[given]
    return of_folder([command], f"{folder}/gallery")[0]


def _by_settings(
    name: str, data: Mapping[str, Any], training: Mapping[str, Any]
) -> tuple[str, str]:
    """Return commands with the settings of a simulated cohort and its training, or empty ones."""
    simulation = data.get("provenance", {}).get("simulation")
    if not simulation:
        return "", ""
    store = data["store"]
    made = "" if training.get("simulated") else _simulate_command(store, simulation)
    return made, _train_command(store, f"checkpoints/{name}", training)


def _origin(provenance: Mapping[str, Any]) -> str:
    if simulation := provenance.get("simulation"):
        ages = ", adults of all ages" if simulation.get("ages") == "adults" else ""
        random = simulation.get("appearance") == "random"
        cines = ", cines of random appearance" if random else ""
        coupling = f"{simulation['coupling']:g}"
        return f"simulated, seed {simulation['seed']}, coupling {coupling}{ages}{cines}"
    if raw := provenance.get("import"):
        layout = "a UK Biobank folder" if raw["layout"] == "ukb" else "a table of pairs"
        return f"imported from {layout}" + (", simulated" if "simulated_files" in raw else "")
    return "of unknown origin"


def commands(
    name: str, data: Mapping[str, Any], training: Mapping[str, Any], metrics: Metrics
) -> list[str]:
    """List commands that make a checkpoint with the same settings, and its reports.

    Args:
        name: of the checkpoint.
        data: its cohort, from its config.
        training: its training settings, from its config.
        metrics: its reports, which name the other checkpoints.

    Returns:
        a line a command; none where the cohort is not simulated and so cannot be made again.
    """
    simulation = data.get("provenance", {}).get("simulation")
    if not simulation:
        return []
    if training.get("simulated"):  # evaluated on whatever store was given
        return [_train_command("", f"checkpoints/{name}", training)]
    store = data["store"]
    evaluation = metrics.evaluation
    others = evaluation.beside if evaluation else {}
    tuned = evaluation is not None and f"{name}, fine-tuned" in evaluation.phenotypes
    folders = "".join(f" out/{other}" for other in others)
    lines = [
        _simulate_command(store, simulation),
        _train_command(store, f"checkpoints/{name}", training),
        f"ptacl embed out/{store} --checkpoint checkpoints/{name} "
        f"--out checkpoints/{name}/gallery --split test --limit 500 --rebuildable",
        *(_train_command(store, f"out/{other}", settings) for other, settings in others.items()),
        f"ptacl evaluate out/{store} --checkpoint checkpoints/{name} --record"
        + (f" --beside{folders}" if others else "")
        + (" --finetune" if tuned else ""),
    ]
    if metrics.comparison:
        lines += _compare_commands(store, name, metrics.comparison)
    if metrics.labelled_ecgs:
        lines.append(
            f"ptacl evaluate --checkpoint checkpoints/{name} "
            f"--ecg-labels {metrics.labelled_ecgs.table} --record"
        )
    if robustness := metrics.robustness:
        lines.append(
            f"ptacl evaluate out/{robustness.store} --checkpoint checkpoints/{name} --robustness "
            f"--limit {robustness.subjects} --record"
        )
    return lines


def _simulate_command(store: str, simulation: Mapping[str, Any]) -> str:
    ages = simulation.get("ages", "biobank")
    appearance = simulation.get("appearance", "plain")
    return (
        f"ptacl simulate out/{store} --subjects {simulation['subjects']} "
        f"--seed {simulation['seed']} --coupling {simulation['coupling']:g}"
        + (f" --ages {ages}" if ages != "biobank" else "")
        + (f" --appearance {appearance}" if appearance != "plain" else "")
        + (f" --recipe {simulation['recipe']}" if "recipe" in simulation else "")
    )


def _train_command(store: str, out: str, training: Mapping[str, Any]) -> str:
    """Return the command that trains a checkpoint, after that of the one it started from."""
    if not training:
        return f"ptacl convert RELEASED {out}"
    init, steps = training.get("init"), training.get("steps_per_epoch")
    options = [f"--preset {training['preset']}"]
    stage = training.get("stage")
    if stage in ("masked", "cmr"):
        options.append(f"--stage {stage}")
    if init:
        options.append(f"--init out/{init['checkpoint']}")
    options.append(f"--steps {steps}" if steps else f"--epochs {training['epochs']}")
    if "stage" in training:  # the first checkpoints took the preset's
        options.append(f"--batch-size {training['batch_size']}")
    if stage != "cmr":
        options += _loss_options(training)
    augment = training.get("augment", {})
    if augment.get("policy_operations"):
        number, magnitude = augment["policy_operations"], augment["policy_magnitude"]
        options.append(f"--policy {number},{magnitude:g}")
    options.append(f"--seed {training['seed']}")
    folders = f"out/{store} {out}"
    if drawn := training.get("simulated"):
        folders = out
        options.append(f"--simulate {drawn['hearts']} --passes {drawn['passes']}")
        options.append(f"--cohort-seed {drawn['seed']} --ages {drawn['ages']}")
        options.append(f"--random-appearance {drawn.get('random_share', 0):g}")
    command = f"ptacl train {folders} {' '.join(options)}"
    if not init:
        return command
    before = _train_command(store, f"out/{init['checkpoint']}", init["training"])
    return f"{before}\n{command}"


def _loss_options(training: Mapping[str, Any]) -> list[str]:
    """Return the options of the contrastive losses, which other stages do not have."""
    options = []
    if "temporal_weight" in training:
        options.append(f"--temporal-weight {training['temporal_weight']:g}")
    if training.get("phenotype_weight"):
        options.append(f"--phenotype-weight {training['phenotype_weight']:g}")
    if training.get("patient_loss", _FIRST_PATIENT_LOSS) != _FIRST_PATIENT_LOSS:
        options.append(f"--patient-loss {training['patient_loss']}")
    return options


def _compare_commands(store: str, name: str, report: BenchmarkReport) -> list[str]:
    """Return the commands of a benchmark, after that of the cohort it was measured on."""
    lines, other, tested = [], "", report.test_store
    if tested:
        other = f"--test-store out/{tested.name} "
        if simulation := tested.provenance.get("simulation"):
            lines.append(_simulate_command(tested.name, simulation))
    lines.append(
        f"ptacl compare out/{store} out/comparison --methods {' '.join(report.methods)} "
        f"--seeds {' '.join(map(str, report.seeds))} --preset {report.preset} "
        f"--epochs {report.epochs} --reference {report.reference} "
        f"{other}--record checkpoints/{name}"
    )
    return lines
