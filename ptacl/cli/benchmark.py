"""Command that compares methods."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from tyro.conf import OmitArgPrefixes

from ptacl.cli.output import AsJson, Folder
from ptacl.display.progress import print_message, progress_bar
from ptacl.errors import PtaclError
from ptacl.workflow.number_options import check_numbers

if TYPE_CHECKING:
    from ptacl.checkpoint.reports import BenchmarkReport


@dataclass(frozen=True, slots=True)
class OtherHearts:
    """Further subjects, and those of STORE in another form."""

    test_store: Path | None = None
    """another store to measure on, such as another hospital's, imported with the same
    preprocessing; subjects that are in STORE's training or validation split are left out. By
    default STORE's test split."""
    twin: Path | None = None
    """STORE's subjects by the recipe of mmcl (`ptacl simulate --recipe mmcl` with the same seed and
    subjects)."""
    simulate: int | None = None
    """train the encoders on this many hearts of STORE's simulated cohort, drawn while they train;
    STORE itself then fits the heads and the baselines."""
    passes: int = 4
    """over each of these hearts, with another ECG each time."""
    fewer: tuple[int, ...] = ()
    """also train on so many subjects, the first of the training split, with as many samples
    processed: the figures of each method against the amount of data (--fewer 500 2000)."""


OfOtherHearts = Annotated[OtherHearts, OmitArgPrefixes]
NO_OTHERS = OtherHearts()


def compare(
    store: Folder,
    out: Folder,
    methods: tuple[str, ...] = (),
    seeds: tuple[int, ...] = (0, 1, 2),
    preset: Literal["demo", "paper"] = "demo",
    epochs: int | None = None,
    reference: str = "ptacl",
    others: OfOtherHearts = NO_OTHERS,
    workers: int = 1,
    record: Path | None = None,
    json_: AsJson = False,
) -> int:
    """Train methods on the same data with the same budget and test their differences.

    Every run is a checkpoint in OUT/runs/METHOD/seed-SEED. A finished one of the same config and
    cohort is reused, also one that was copied there; an interrupted one is resumed by the same
    command. All methods use the same heads; the test split is used once, at the end. Writes
    comparison.md, comparison.csv, comparison.json and comparison.svg into OUT.

    Args:
        store: folder of the store.
        out: folder of the runs and of the result.
        methods: of demographics, measurements, mean-beat, random, supervised, masked, global-only,
            dual-phase, ptacl-plain, ptacl, ptacl-with-phenotypes; all by default. Only where they
            are named, mmcl, which needs --twin, and PTACL with one choice changed:
            ptacl-separate-heads, ptacl-lambda-0.25, ptacl-lambda-1, ptacl-5-frames,
            ptacl-25-frames, ptacl-systole, ptacl-soft-times, ptacl-neighbours, ptacl-phenotypes,
            ptacl-sigmoid, ptacl-batch-128, ptacl-wide, ptacl-policy-2, ptacl-policy-4,
            ptacl-policy-8, ptacl-masked-first.
        seeds: of the trainings; three at least, or the intervals are too narrow.
        preset: architecture and budget of all methods.
        epochs: passes over the training subjects; the preset's by default.
        reference: the method that the others are compared with.
        others: further subjects, and those of STORE in another form.
        workers: trainings at once, each on one core, instead of one after the other on all. Leave
            it at 1 on a GPU.
        record: a checkpoint that stores the comparison in its metrics.json and card.
        json_: print the whole comparison as JSON instead of the table.
    """
    check_numbers(
        seeds=seeds, epochs=epochs, workers=workers, simulate=others.simulate, passes=others.passes,
        fewer=others.fewer,
    )  # fmt: skip
    from ptacl.benchmark import compare as run_benchmark
    from ptacl.benchmark.methods import chosen_methods
    from ptacl.data.simulated import hearts_of
    from ptacl.reporting.benchmark import benchmark_table
    from ptacl.store import open_store

    if len(set(seeds)) < len(seeds) or not seeds:
        raise PtaclError(
            "Give each seed once, and one at least: --seeds 0 1 2.", code="option.invalid"
        )
    selected, cohort = chosen_methods(methods, reference), open_store(store)
    drawn = others.simulate
    simulated = hearts_of(cohort, drawn, others.passes) if drawn else None
    with progress_bar("step") as progress:
        report = run_benchmark(
            cohort,
            out,
            selected,
            seeds,
            preset=preset,
            epochs=epochs,
            reference=reference,
            test_store=open_store(others.test_store) if others.test_store else None,
            twin=open_store(others.twin) if others.twin else None,
            simulated=simulated,
            fewer=others.fewer,
            workers=workers,
            progress=progress,
            say=print_message,
        )
    _write(report, out, record)
    print(_as_json(report) if json_ else benchmark_table(report))
    return 0


def _write(report: "BenchmarkReport", out: Path, record: Path | None) -> None:
    """Write the files of a comparison, and store it in a checkpoint where one is given."""
    from ptacl.benchmark.forest import forest_svg
    from ptacl.reporting.benchmark import benchmark_csv, benchmark_table
    from ptacl.reporting.model_card import record_reports
    from ptacl.store import write_atomically

    out.mkdir(parents=True, exist_ok=True)
    write_atomically(out / "comparison.json", _as_json(report))
    write_atomically(out / "comparison.csv", benchmark_csv(report))
    write_atomically(out / "comparison.md", benchmark_table(report) + "\n")
    write_atomically(out / "comparison.svg", forest_svg(report))
    if record:
        record_reports(record, comparison=report)


def _as_json(report: "BenchmarkReport") -> str:
    from ptacl.config.strict_json import to_dict

    return json.dumps(to_dict(report), indent=1)
