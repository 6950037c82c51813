"""Methods trained on fewer subjects, at equal samples processed: what more data would bring.

Each size is the first part of the training split, so that a smaller one is contained in a larger
one. Epochs are added until a run has processed as many samples as on all subjects. The heads are
fitted on the whole training split: only the encoders have seen less.
"""

from collections.abc import Sequence
from pathlib import Path

from ptacl.benchmark.methods import Method
from ptacl.benchmark.runs import PlannedRun, plan_runs
from ptacl.data.simulated import SimulatedHearts
from ptacl.data.splits import split_rows
from ptacl.errors import PtaclError
from ptacl.store import Store
from ptacl.training.presets import PRESETS


def training_samples(
    store: Store, preset: str, epochs: int | None, simulated: SimulatedHearts | None
) -> int:
    """Return the ECGs that a run on all subjects processes, those seen again included."""
    if simulated is not None:
        return simulated.hearts * simulated.passes
    return len(split_rows(store, "train")) * (epochs or PRESETS[preset].training.epochs)


def plan_fewer(
    store: Store,
    out: Path,
    methods: Sequence[Method],
    seeds: Sequence[int],
    preset: str,
    samples: int,
    sizes: Sequence[int],
) -> dict[int, list[PlannedRun]]:
    """Plan the runs on fewer subjects, in `SIZE-subjects/runs/METHOD/seed-SEED` of a folder.

    Args:
        store: the cohort.
        out: folder of the benchmark.
        methods: trained or not; the others have no run.
        seeds: of the trainings.
        preset: architecture of all.
        samples: that each run processes, from `training_samples`.
        sizes: numbers of subjects.

    Returns:
        the runs of each size, ascending.

    Raises:
        PtaclError: a size is not smaller than the training split, or less than a batch.
    """
    most, least = len(split_rows(store, "train")), PRESETS[preset].training.batch_size
    if wrong := [size for size in sizes if not least <= size < most]:
        raise PtaclError(
            f"--fewer {wrong[0]}: give numbers of subjects from {least}, a batch, to {most - 1}; "
            f"the training split of {store.path} has {most}.",
            code="option.invalid",
        )
    return {
        size: plan_runs(
            store,
            out / f"{size}-subjects",
            methods,
            seeds,
            preset,
            epochs=max(1, round(samples / size)),
            subjects=size,
        )
        for size in sorted(set(sizes))
    }
