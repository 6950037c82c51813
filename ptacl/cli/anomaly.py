"""Commands of the restorer: train it (`ptacl train --stage restore`), and find what does not fit."""

from pathlib import Path

from ptacl.cli.output import finish, progress_bar
from ptacl.errors import PtaclError


def train_restorer(
    first: Path,
    second: Path | None,
    steps: int | None,
    batch_size: int | None,
    seed: int,
    simulate: int | None,
    cohort_seed: int,
    json_: bool,
) -> int:
    """Train a restorer of normal ECGs; see `ptacl train --help`."""
    from ptacl.reporting.restorer_card import write_restorer_card
    from ptacl.restoration.config import RestorerTraining
    from ptacl.restoration.normal_hearts import NormalHearts, SimulatedNormals, StoreNormals
    from ptacl.restoration.training import train_restorer as train
    from ptacl.store import open_store

    if second is not None and simulate is not None:
        raise PtaclError(
            "--simulate draws its hearts itself. Give one folder, that of the restorer.",
            code="option.invalid",
        )
    out = second or first
    source: NormalHearts = SimulatedNormals(cohort_seed)
    if second is not None:
        source = StoreNormals(open_store(first))
    default = RestorerTraining()
    config = RestorerTraining(
        hearts=simulate or default.hearts,
        steps=steps or default.steps,
        beats_per_step=batch_size or default.beats_per_step,
        seed=seed,
        cohort_seed=cohort_seed,
    )
    with progress_bar("heart") as collected, progress_bar("step") as progress:
        record = train(out, source, config, collected=collected, progress=progress)
    write_restorer_card(out)
    losses = [round(loss, 3) for loss in record.loss]
    return finish(
        json_, {"restorer": str(out), "minutes": round(record.minutes, 1), "losses": losses}
    )
