"""Command that compares methods."""

import json
from pathlib import Path
from typing import Literal

from ptacl.cli.number_options import check_numbers
from ptacl.cli.output import AsJson, Folder, progress_bar, say
from ptacl.errors import PtaclError


def compare(
    store: Folder,
    out: Folder,
    methods: tuple[str, ...] = (),
    seeds: tuple[int, ...] = (0, 1, 2),
    preset: Literal["demo", "paper"] = "demo",
    epochs: int | None = None,
    reference: str = "ptacl",
    test_store: Path | None = None,
    twin: Path | None = None,
    simulate: int | None = None,
    passes: int = 4,
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
        test_store: another store to measure on, such as another hospital's, imported with the same
            preprocessing; subjects that are in STORE's training or validation split are left out.
            By default STORE's test split.
        twin: STORE's subjects by the recipe of mmcl (`ptacl simulate --recipe mmcl` with the same
            seed and subjects).
        simulate: train the encoders on this many hearts of STORE's simulated cohort, drawn while
            they train; STORE itself then fits the heads and the baselines.
        passes: over each of these hearts, with another ECG each time.
        workers: trainings at once, each on one core, instead of one after the other on all. Leave
            it at 1 on a GPU.
        record: a checkpoint that stores the comparison in its metrics.json and card.
        json_: print the whole comparison as JSON instead of the table.
    """
    check_numbers(seeds=seeds, epochs=epochs, workers=workers, simulate=simulate, passes=passes)
    from ptacl.benchmark import compare as run_benchmark
    from ptacl.benchmark.forest import forest_svg
    from ptacl.benchmark.methods import chosen_methods
    from ptacl.config.strict_json import to_dict
    from ptacl.data.simulated import hearts_of
    from ptacl.reporting.benchmark import benchmark_csv, benchmark_table
    from ptacl.reporting.model_card import record_reports
    from ptacl.store import open_store, write_atomically

    if len(set(seeds)) < len(seeds) or not seeds:
        raise PtaclError(
            "Give each seed once, and one at least: --seeds 0 1 2.", code="option.invalid"
        )
    selected, cohort = chosen_methods(methods, reference), open_store(store)
    with progress_bar("step") as progress:
        report = run_benchmark(
            cohort,
            out,
            selected,
            seeds,
            preset=preset,
            epochs=epochs,
            reference=reference,
            test_store=open_store(test_store) if test_store else None,
            twin=open_store(twin) if twin else None,
            simulated=hearts_of(cohort, simulate, passes) if simulate else None,
            workers=workers,
            progress=progress,
            say=say,
        )
    out.mkdir(parents=True, exist_ok=True)
    values = json.dumps(to_dict(report), indent=1)
    write_atomically(out / "comparison.json", values)
    write_atomically(out / "comparison.csv", benchmark_csv(report))
    write_atomically(out / "comparison.md", benchmark_table(report) + "\n")
    write_atomically(out / "comparison.svg", forest_svg(report))
    if record:
        record_reports(record, comparison=report)
    print(values if json_ else benchmark_table(report))
    return 0
