"""Training of the two encoders, from Python as from the command line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ptacl.checkpoint.files import read_config
from ptacl.data.augment.operations import OPERATIONS
from ptacl.data.augment.policy import LARGEST_MAGNITUDE
from ptacl.data.simulated import SimulatedHearts, build_validation_store
from ptacl.display.progress import print_message, progress_bar
from ptacl.errors import PtaclError
from ptacl.regression.calibration_plan import plan_calibration
from ptacl.reporting.model_card import write_card
from ptacl.store import Store, open_store
from ptacl.training import Changes, train_preset
from ptacl.training.distributed import join_ranks
from ptacl.workflow.number_options import check_numbers
from ptacl.workflow.withdrawals import leave_out

Preset = Literal["demo", "paper", "mmcl"]
Stage = Literal["masked", "cmr", "contrastive"]


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained checkpoint."""

    checkpoint: Path
    """Its folder, for `ptacl.load` after `ptacl.embed`."""
    metrics: dict[str, float]
    """Of the last epoch."""
    taken: dict[str, Any]
    """What the initial checkpoint gave; empty without one."""
    first: bool = True
    """Whether this process is the first of those that trained together."""


def train(
    store: Store | Path | str | None,
    out: Path | str,
    *,
    preset: Preset = "demo",
    stage: Stage = "contrastive",
    init: Path | str | None = None,
    epochs: int | None = None,
    steps: int | None = None,
    batch_size: int | None = None,
    temporal_weight: float | None = None,
    phenotype_weight: float | None = None,
    patient_loss: str | None = None,
    policy: tuple[int, float] | None = None,
    seed: int = 0,
    simulated: SimulatedHearts | None = None,
    resume: bool = False,
    withdrawn: Path | str | None = None,
    log: tuple[str, ...] = (),
    progress: bool = True,
) -> Trained:
    """Train the two encoders and write a checkpoint; the command is `ptacl train`.

    Args:
        store: an open store or its folder; None with `simulated`.
        out: folder of the checkpoint.
        preset: ``demo``: the light encoders. ``paper``: the published ones. ``mmcl``: the
            predecessor, without a temporal loss.
        stage: ``masked``: pretraining. ``cmr``: the CMR tower alone on the phenotypes.
            ``contrastive``: both towers.
        init: a checkpoint that gives the initial encoders.
        epochs: passes over the training subjects; the preset's by default.
        steps: stop after this many steps, as one epoch.
        batch_size: subjects of a step; the preset's by default.
        temporal_weight: weight of the temporal loss.
        phenotype_weight: weight of the phenotype loss.
        patient_loss: name of the loss between patients (`ptacl/losses/patient.py`).
        policy: operations for each ECG and their magnitude (0 to 10) of the random augmentation.
        seed: of the weights, the order and the augmentation.
        simulated: hearts to draw instead of training on a store.
        resume: go on with an interrupted run.
        withdrawn: a newer list of withdrawn participants; the store excludes them from now on.
        log: tools that get the figures too: ``tensorboard``, ``mlflow``.
        progress: show a bar on standard error.

    Returns:
        The folder of the checkpoint with the metrics of the last epoch.

    Raises:
        PtaclError: options that exclude each other, or a store that cannot be trained on.

    Example:
        >>> trained = train("cohort", "models/mine", epochs=40)  # doctest: +SKIP
    """
    check_numbers(
        epochs=epochs, steps=steps, batch_size=batch_size, temporal_weight=temporal_weight,
        phenotype_weight=phenotype_weight, seed=seed,
    )  # fmt: skip
    if batch_size == 1 and stage != "masked":
        raise PtaclError(
            "--batch-size 1: this stage compares the subjects of a batch. Give 2 or more.",
            code="option.invalid",
        )
    out = Path(out)
    source = _source(store, out, simulated)
    changes = Changes(
        epochs, steps, batch_size, temporal_weight, phenotype_weight, patient_loss, seed, simulated,
        _checked(policy),
    )  # fmt: skip
    start = None if init is None else Path(init)
    with join_ranks() as ranks:
        if ranks.first:
            leave_out(source, withdrawn)
            _simulate_validation(source, simulated, progress=progress)
            if simulated is None and progress:
                _say_if_small(source)
        ranks.wait()
        with progress_bar("step", shown=ranks.first and progress) as show:
            metrics = train_preset(
                source,
                out,
                preset,
                changes,
                stage=stage,
                init=start,
                resume=resume,
                progress=show,
                writers=log,
            )
        if not ranks.first:
            return Trained(out, metrics, {}, first=False)
    write_card(out)
    taken = {"taken": read_config(out).training["init"]["taken"]} if init else {}
    return Trained(out, metrics, taken)


def _source(store: Store | Path | str | None, out: Path, simulated: SimulatedHearts | None) -> Path:
    """Return the folder of the store; simulated hearts have one for validation only."""
    if simulated is not None:
        if store is not None:
            raise PtaclError(
                "--simulate draws its hearts itself. Give one folder, that of the checkpoint.",
                code="option.invalid",
            )
        return out / "state" / "validation"
    if store is None:
        raise PtaclError(
            "There is nothing to train on. Give a store, or simulated hearts.",
            code="option.missing",
        )
    return store.path if isinstance(store, Store) else Path(store)


def _checked(policy: tuple[int, float] | None) -> tuple[int, float] | None:
    """Return a policy whose numbers are possible."""
    if policy is None:
        return None
    operations, magnitude = policy
    if not (0 <= operations <= len(OPERATIONS) and 0 <= magnitude <= LARGEST_MAGNITUDE):
        raise PtaclError(
            f"--policy: give the operations for each ECG (0 to {len(OPERATIONS)}) and their "
            f"magnitude (0 to {LARGEST_MAGNITUDE:g}), such as 2,4.",
            code="option.invalid",
        )
    return policy


def _say_if_small(store: Path) -> None:
    """Print before the training that the cohort is small for regression heads."""
    plan = plan_calibration(open_store(store))
    if plan.kind != "split":
        print_message(f"A small cohort. Later, by `ptacl embed`: {plan.sentence}.")


def _simulate_validation(store: Path, hearts: SimulatedHearts | None, *, progress: bool) -> None:
    """Make the store of the validation split of simulated hearts, if there are any."""
    if hearts is not None:
        with progress_bar("validation subject", shown=progress) as show:
            build_validation_store(hearts, store, progress=show)
