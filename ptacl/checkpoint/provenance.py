"""Where a checkpoint comes from: its cohort, its training, and what to type to make it again.

Read from the checkpoint's own JSON, without its weights and without torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptacl.config.command_line import of_folder
from ptacl.config.json_record import COPY_AGAIN, read_record
from ptacl.config.strict_json import fingerprint, from_dict
from ptacl.errors import PtaclError
from ptacl.signal.recipe import Recipe

NO_GALLERY: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Provenance:
    """What `config.json` and `metrics.json` of a checkpoint say about how it was made."""

    checkpoint: str
    """Its name."""
    store: str
    """Name of the cohort that it was trained on."""
    origin: str
    """Where that cohort comes from, in words."""
    subjects: dict[str, int]
    """Subjects of each split."""
    training: dict[str, Any]
    """Preset, stage, epochs, seed and the rest."""
    recipe_fingerprint: str
    """Twelve hexadecimal digits that name its preprocessing."""
    ptacl_version: str
    """That trained it."""
    commands: tuple[str, ...]
    """That made it, as they were typed; where none were kept, what to type to make one like it,
    which is nothing where the cohort's origin is unknown."""
    recorded: bool
    """Whether the commands were kept."""


def read_provenance(folder: Path | str) -> Provenance:
    """The provenance of a checkpoint folder.

    Raises:
        PtaclError: it holds no config.json, or one that is damaged.
    """
    config = read_record(Path(folder) / "config.json", COPY_AGAIN)
    if not config:
        raise PtaclError(
            f"{folder} holds no config.json. Give the folder of a checkpoint.",
            code="checkpoint.not_found",
        )
    data, training = config.get("data", {}), config.get("training", {})
    metrics = read_record(Path(folder) / "metrics.json", COPY_AGAIN)
    made = recorded(config, metrics, own_gallery(Path(folder)))
    return Provenance(
        checkpoint=config["name"],
        store=data.get("store", "unknown"),
        origin=_origin(data.get("provenance", {})),
        subjects=data.get("subjects", {}),
        training=training,
        recipe_fingerprint=fingerprint(from_dict(Recipe, config["recipe"])),
        ptacl_version=config.get("ptacl_version", ""),
        commands=tuple(made or commands(config["name"], data, training, metrics)),
        recorded=bool(made),
    )


def own_gallery(folder: Path) -> Mapping[str, Any]:
    """What the gallery says about itself that lies in a checkpoint; nothing where there is none."""
    return read_record(folder / "gallery" / "gallery.json", "Make the gallery again.")


def recorded(
    config: Mapping[str, Any], metrics: Mapping[str, Any], gallery: Mapping[str, Any]
) -> list[str]:
    """The commands that made a cohort, a checkpoint of it, its gallery and its reports, in order.

    Args:
        config: of the checkpoint.
        metrics: its reports.
        gallery: what its own gallery says.

    Returns:
        a line a command; of what was not recorded a line that says so, and the command that its
        settings stand for where they are known. Nothing where no command was recorded.
    """
    name, data = str(config["name"]), config.get("data", {})
    cohort = tuple(data.get("commands", ()))
    training = of_folder(config.get("commands", ()), f"{name}")
    embedding = tuple(_inside_checkpoint(name, one) for one in gallery.get("commands", ()))
    reports = of_folder(metrics.get("commands", ()), name)
    if not (cohort or training or embedding or reports):
        return []
    measured = metrics.keys() & {"evaluation", "comparison", "labelled_ecgs"}
    simulated, trained = _by_settings(name, data, config.get("training", {}))
    parts = [
        ("the cohort", cohort, True, simulated),
        ("the training", training, True, trained),
        ("the gallery", embedding, bool(gallery), ""),
        ("the reports", reports, bool(measured), ""),
    ]
    lines: list[str] = []
    for part, told, there, settings in parts:
        if told or not there:
            lines += told
        elif settings:
            lines += [
                f"# {part}: the command was not recorded; its settings are those of",
                settings,
            ]
        else:
            lines.append(f"# {part}: not recorded")
    return list(dict.fromkeys(lines))


def _inside_checkpoint(name: str, command: str) -> str:
    """A command that embedded, with its checkpoint's own gallery as what it wrote."""
    words = command.split(" ")
    given = words.index("--checkpoint") + 1 if "--checkpoint" in words[:-1] else None
    folder = name if given is None else words[given]
    return of_folder([command], f"{folder}/gallery")[0]


def _by_settings(
    name: str, data: Mapping[str, Any], training: Mapping[str, Any]
) -> tuple[str, str]:
    """Commands that make such a cohort and such a training; empty where nobody can make them."""
    made = data.get("provenance", {}).get("simulation")
    if not made:
        return "", ""
    store = data["store"]
    return _simulate_command(store, made), _train_command(store, f"checkpoints/{name}", training)


def _origin(provenance: Mapping[str, Any]) -> str:
    if made := provenance.get("simulation"):
        ages = ", adults of all ages" if made.get("ages") == "adults" else ""
        return f"simulated, seed {made['seed']}, coupling {made['coupling']:g}{ages}"
    if raw := provenance.get("import"):
        layout = "a UK Biobank folder" if raw["layout"] == "ukb" else "a table of pairs"
        return f"imported from {layout}" + (", simulated" if "simulated_files" in raw else "")
    return "of unknown origin"


def commands(
    name: str, data: Mapping[str, Any], training: Mapping[str, Any], metrics: Mapping[str, Any]
) -> list[str]:
    """What to type to make a checkpoint again, and those that it was measured beside.

    Args:
        name: of the checkpoint.
        data: its cohort, as its config keeps it.
        training: how it was trained, as its config keeps it.
        metrics: its reports, which name what it was compared with.

    Returns:
        a line a command; none where the cohort is not simulated: nobody can make that again.
    """
    made = data.get("provenance", {}).get("simulation")
    if not made:
        return []
    store = data["store"]
    evaluation = metrics.get("evaluation", {})
    beside = evaluation.get("beside", {})
    tuned = f"{name}, fine-tuned" in evaluation.get("phenotypes", {})
    rivals = "".join(f" out/{rival}" for rival in beside)
    lines = [
        _simulate_command(store, made),
        _train_command(store, f"checkpoints/{name}", training),
        f"ptacl embed out/{store} --checkpoint checkpoints/{name} "
        f"--out checkpoints/{name}/gallery --split test --limit 500 --rebuildable",
        *(_train_command(store, f"out/{rival}", how) for rival, how in beside.items()),
        f"ptacl evaluate out/{store} --checkpoint checkpoints/{name} --record"
        + (f" --beside{rivals}" if rivals else "")
        + (" --finetune" if tuned else ""),
    ]
    if "comparison" in metrics:
        lines += _compare_commands(store, name, metrics["comparison"])
    if "labelled_ecgs" in metrics:
        table = metrics["labelled_ecgs"]["table"]
        lines.append(
            f"ptacl evaluate --checkpoint checkpoints/{name} --ecg-labels {table} --record"
        )
    return lines


def _simulate_command(store: str, made: Mapping[str, Any]) -> str:
    ages = f" --ages {made['ages']}" if made.get("ages", "biobank") != "biobank" else ""
    return (
        f"ptacl simulate out/{store} --subjects {made['subjects']} --seed {made['seed']} "
        f"--coupling {made['coupling']:g}{ages}"
    )


def _train_command(store: str, out: str, training: Mapping[str, Any]) -> str:
    """What to type to make a checkpoint, after the one that it started from."""
    if not training:
        return f"ptacl convert RELEASED {out}"
    init, steps = training.get("init"), training.get("steps_per_epoch")
    options = [f"--preset {training['preset']}"]
    if training.get("stage") == "masked":
        options.append("--stage masked")
    if init:
        options.append(f"--init out/{init['checkpoint']}")
    options.append(f"--steps {steps}" if steps else f"--epochs {training['epochs']}")
    if "stage" in training:  # the first checkpoints had the preset's
        options.append(f"--batch-size {training['batch_size']}")
    if "temporal_weight" in training:
        options.append(f"--temporal-weight {training['temporal_weight']:g}")
    options.append(f"--seed {training['seed']}")
    command = f"ptacl train out/{store} {out} {' '.join(options)}"
    if not init:
        return command
    before = _train_command(store, f"out/{init['checkpoint']}", init["training"])
    return f"{before}\n{command}"


def _compare_commands(store: str, name: str, report: Mapping[str, Any]) -> list[str]:
    """What to type to compare again, after the making of the cohort that it was measured on."""
    lines, tested = [], report.get("test_store")
    if tested and (made := tested["provenance"].get("simulation")):
        lines.append(_simulate_command(tested["name"], made))
    other = f"--test-store out/{tested['name']} " if tested else ""
    lines.append(
        f"ptacl compare out/{store} out/comparison --methods {' '.join(report['methods'])} "
        f"--seeds {' '.join(map(str, report['seeds']))} --preset {report['preset']} "
        f"--epochs {report['epochs']} --reference {report['reference']} "
        f"{other}--record checkpoints/{name}"
    )
    return lines
