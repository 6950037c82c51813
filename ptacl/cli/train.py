"""Command that trains a model, a segmenter of cines, or a restorer of ECGs."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tyro.conf import Positional

from ptacl.cli.output import AsJson, Folder, finish
from ptacl.display.progress import progress_bar
from ptacl.errors import PtaclError
from ptacl.types import Ages
from ptacl.workflow.number_options import check_numbers

if TYPE_CHECKING:
    from ptacl.data.simulated import SimulatedHearts


def train(
    store: Folder,
    out: Positional[Path | None] = None,
    preset: Literal["demo", "paper", "mmcl"] = "demo",
    stage: Literal["masked", "cmr", "contrastive", "segment", "restore"] = "contrastive",
    init: Path | None = None,
    epochs: int | None = None,
    steps: int | None = None,
    batch_size: int | None = None,
    temporal_weight: float | None = None,
    phenotype_weight: float | None = None,
    patient_loss: str | None = None,
    policy: str | None = None,
    seed: int = 0,
    simulate: int | None = None,
    passes: int = 4,
    cohort_seed: int = 1,
    ages: Ages = "adults",
    random_appearance: float = 0.5,
    resume: bool = False,
    withdrawn: Path | None = None,
    log: tuple[str, ...] = (),
    json_: AsJson = False,
) -> int:
    """Train the two encoders on a store, or a segmenter of cines, and write a checkpoint.

    Runs on the GPU (bfloat16) where there is one, else on the CPU; on several, or on several
    machines, by `torchrun --nproc-per-node N -m ptacl train …`. The newest checkpoint is written
    after every epoch; an interrupted run is resumed by --resume, on any number of them.

    `ptacl train OUT --simulate 34000` needs no store: it draws simulated hearts while it trains, in
    memory, and gives each of them another ECG in every pass.

    `ptacl train OUT --stage segment` trains the segmenter of short-axis cines. It needs no store:
    it learns from random scenes of hearts that it draws itself, in about 40 minutes on two CPU
    cores. Of the options it takes --init (a segmenter to go on from, at a third of the learning
    rate), --steps, --batch-size, --seed and --resume.

    `ptacl train OUT --stage restore` trains the restorer that says what does not fit in an ECG, on
    simulated hearts without disease, in a few minutes of one core; with a store before OUT, on its
    normal subjects. Of the options it takes --steps, --batch-size, --seed and, without a store,
    --simulate (number of hearts) and --cohort-seed.

    Args:
        store: folder of the store; with --simulate the folder of the checkpoint, with --stage
            segment that of the segmenter.
        out: folder of the checkpoint.
        preset: demo: the light encoders, minutes on two CPU cores. paper: the published encoders,
            for a GPU. mmcl: the predecessor, without a temporal loss, for a GPU.
        stage: masked: pretraining, each encoder reconstructs hidden parts of its input;
            cmr: the CMR tower first, trained alone on the phenotypes; contrastive: started from
            such a checkpoint by --init, or from random weights; segment: the segmenter of cines;
            restore: the restorer of normal ECGs.
        init: a checkpoint that gives the initial encoders (and trained heads).
        epochs: passes over the training subjects; the preset's by default.
        steps: stop after this many steps, as one epoch; for a trial.
        batch_size: subjects of a step; the preset's by default.
        temporal_weight: weight of the temporal loss; 0 trains the patient loss alone.
        phenotype_weight: weight of the phenotype loss beside the other two, the squared error of
            the phenotypes predicted from the features of either tower; 0 by default.
        patient_loss: name of the loss between patients, the preset's by default; an unknown name is
            answered with the list (`ptacl/losses/patient.py`).
        policy: random augmentation of the ECGs, such as 2,4: so many operations for each ECG, of
            this magnitude from 0 to 10 (`ptacl/data/augment/operations.py`).
        seed: of the weights, the order and the augmentation.
        simulate: train on this many simulated hearts instead of a store. They are the training
            subjects of the cohort that `ptacl simulate --seed` makes with the same seed and ages;
            its validation and test subjects are never drawn.
        passes: of the training over each simulated heart.
        cohort_seed: seed of the simulated hearts.
        ages: of the simulated hearts, as in `ptacl simulate`.
        random_appearance: share of the simulated hearts whose cines have random tissue contrast,
            surroundings, orientation and noise, so that the CMR encoder reads real cines too.
        resume: resume an interrupted run.
        withdrawn: a newer list of withdrawn participants; the store excludes them from now on.
        log: tools that get the figures too: tensorboard, mlflow (pip install 'ptacl[log]'). The
            page *Training runs* of the app needs none of them.
        json_: print the last figures as JSON.
    """
    check_numbers(
        epochs=epochs, steps=steps, batch_size=batch_size, temporal_weight=temporal_weight,
        phenotype_weight=phenotype_weight, seed=seed, simulate=simulate, passes=passes,
        cohort_seed=cohort_seed, random_appearance=random_appearance,
    )  # fmt: skip
    others = (epochs, temporal_weight, phenotype_weight, patient_loss, policy, withdrawn)
    of_preset = preset != "demo" or any(value is not None for value in others)
    if stage == "segment":
        _refuse(of_preset or out is not None or simulate is not None, _SEGMENT)
        return _train_segmenter(store, init, steps, batch_size, seed, resume, json_)
    if stage == "restore":
        _refuse(of_preset or resume or init is not None, _RESTORE)
        from ptacl.cli.anomaly import train_restorer

        return train_restorer(store, out, steps, batch_size, seed, simulate, cohort_seed, json_)
    if simulate is None:
        _refuse(out is None, "Give the folder of the checkpoint after the store.")
    source, folder = (store, out) if simulate is None else (out, store)
    assert folder is not None
    # Imported here, as by all commands: it loads torch.
    from ptacl.workflow.train import train as train_model

    trained = train_model(
        source, folder, preset=preset, stage=stage, init=init, epochs=epochs, steps=steps,
        batch_size=batch_size, temporal_weight=temporal_weight, phenotype_weight=phenotype_weight,
        patient_loss=patient_loss, policy=_policy(policy), seed=seed,
        simulated=_hearts(simulate, passes, cohort_seed, ages, random_appearance),
        resume=resume, withdrawn=withdrawn, log=log,
    )  # fmt: skip
    if not trained.first:
        return 0
    return finish(
        json_, {"checkpoint": str(trained.checkpoint), **trained.taken, **trained.metrics}
    )


_SEGMENT = (
    "--stage segment takes one folder, that of the segmenter, and of the options only --init, "
    "--steps, --batch-size, --seed and --resume."
)
_RESTORE = (
    "--stage restore takes OUT, or a store and OUT, and of the options only --steps, --batch-size, "
    "--seed, --simulate and --cohort-seed."
)


def _refuse(given: bool, message: str) -> None:
    """Refuse options that a stage does not have."""
    if given:
        raise PtaclError(message, code="option.invalid")


def _policy(text: str | None) -> tuple[int, float] | None:
    """Return operations and magnitude of the option; impossible ones where it is no such pair."""
    if text is None:
        return None
    try:
        return int(text.split(",")[0]), float(text.split(",", 1)[1])
    except (ValueError, IndexError):
        return -1, -1.0


def _hearts(
    simulate: int | None, passes: int, seed: int, ages: Ages, random_share: float
) -> "SimulatedHearts | None":
    if simulate is None:
        return None
    from ptacl.data.simulated import SimulatedHearts

    return SimulatedHearts(simulate, passes, seed, ages=ages, random_share=random_share)


def _train_segmenter(
    out: Path,
    init: Path | None,
    steps: int | None,
    batch_size: int | None,
    seed: int,
    resume: bool,
    json_: bool,
) -> int:
    from ptacl.reporting.segmenter_card import write_segmenter_card
    from ptacl.segmentation.network.config import SegmenterTraining
    from ptacl.segmentation.network.ensemble import train_segmenter

    default = SegmenterTraining()
    config = SegmenterTraining(
        steps=steps or default.steps,
        scenes_per_step=batch_size or default.scenes_per_step,
        learning_rate=default.learning_rate / 3 if init else default.learning_rate,
        seed=seed,
    )
    with progress_bar("step") as progress:
        record = train_segmenter(out, config, resume=resume, initial=init, progress=progress)
    write_segmenter_card(out)
    losses = [round(loss, 3) for loss in record.losses]
    return finish(
        json_, {"segmenter": str(out), "minutes": round(record.minutes, 1), "losses": losses}
    )
