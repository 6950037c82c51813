"""Which runs are trained, used again, or refused."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import pytest

from ptacl.benchmark.methods import METHODS, chosen_methods
from ptacl.benchmark.runs import PlannedRun, is_finished, late_starts, plan_runs, train_runs
from ptacl.checkpoint.files import save_checkpoint
from ptacl.checkpoint.reports import Metrics
from ptacl.config.checksums import unseal
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.store import Store
from ptacl.training import STAGES


def finish(run: PlannedRun, **training: Any) -> None:
    """Leave what a finished training leaves."""
    checkpoint = dataclasses.replace(run.checkpoint, training=run.checkpoint.training | training)
    curve = [{"epoch": epoch + 1} for epoch in range(run.config.epochs)]
    save_checkpoint(run.folder, TwoTower(checkpoint.model), checkpoint, Metrics(tuple(curve)))


def short(run: PlannedRun) -> PlannedRun:
    """The run with two steps."""
    config = dataclasses.replace(run.config, steps_per_epoch=2, validate_subjects=8)
    training = run.checkpoint.training | {"steps_per_epoch": 2, "validate_subjects": 8}
    checkpoint = dataclasses.replace(run.checkpoint, training=training)
    return dataclasses.replace(run, config=config, checkpoint=checkpoint)


@pytest.fixture
def planned(tiny_store: Store, tmp_path: Path) -> list[PlannedRun]:
    methods = [METHODS[name] for name in ("demographics", "random", "global-only", "ptacl")]
    return plan_runs(tiny_store, tmp_path, methods, (0, 4), "demo", 2)


def test_each_trained_method_has_a_run_a_seed(planned: list[PlannedRun], tmp_path: Path) -> None:
    assert [run.folder.relative_to(tmp_path / "runs").as_posix() for run in planned] == [
        "global-only/seed-0", "global-only/seed-4", "ptacl/seed-0", "ptacl/seed-4",
    ]  # fmt: skip
    assert {run.config.temporal_weight for run in planned[:2]} == {0.0}
    assert {run.config.epochs for run in planned} == {2}
    assert [run.config.seed for run in planned] == [0, 4, 0, 4]


def test_finished_runs_are_used_again_and_the_others_trained_once(
    planned: list[PlannedRun], tiny_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(planned[1])
    # As `ptacl train` writes it: it names no stage.
    folder = planned[3].folder
    finish(planned[3])
    config = json.loads((folder / "config.json").read_text())
    del config["training"]["stage"]
    (folder / "config.json").write_text(json.dumps(config))
    unseal(folder)
    trained, shown = [], []

    def fake(store: Store, out: Path, *what: Any, init: Any, resume: bool, progress: Any) -> None:
        assert resume and init is None
        trained.append(out)
        progress(1, 8, {})

    monkeypatch.setitem(STAGES, "contrastive", fake)
    train_runs(tiny_store, planned, lambda *steps: shown.append(steps), lambda what: None)
    assert trained == [planned[0].folder, planned[2].folder]
    per_run = shown[0][1] // 2
    assert shown == [(1, 2 * per_run), (per_run + 1, 2 * per_run)]


@pytest.mark.long
def test_runs_at_once_are_all_trained_and_one_that_starts_from_another_comes_after_it(
    tiny_store: Store, tmp_path: Path
) -> None:
    names = ("ptacl-masked-first", "masked", "supervised")
    planned = plan_runs(tiny_store, tmp_path, [METHODS[n] for n in names], (0,), "demo", 1)
    runs = [short(run) for run in planned]
    said: list[str] = []
    shown: list[tuple[int, int]] = []
    train_runs(tiny_store, runs, lambda *steps: shown.append(steps), said.append, workers=2)
    assert all(is_finished(run) for run in runs)
    assert said[-1] == f"{METHODS[names[0]].title}, seed 0: done (3 of 3)"
    steps, total = zip(*shown, strict=True)
    assert list(steps) == sorted(steps) and steps[-1] == total[-1]


@pytest.mark.parametrize(
    "other", [{"learning_rate": 1.0}, {"seed": 9}, {"stage": "supervised"}, {"colour": "red"}]
)
def test_a_run_of_another_config_is_refused(
    planned: list[PlannedRun], other: dict[str, Any]
) -> None:
    finish(planned[2], **other)
    with pytest.raises(PtaclError, match="another config or cohort"):
        is_finished(planned[2])


def test_a_run_on_another_cohort_is_refused_and_half_a_run_is_not_finished(
    planned: list[PlannedRun],
) -> None:
    finish(dataclasses.replace(planned[0], config=dataclasses.replace(planned[0].config, epochs=1)))
    assert not is_finished(planned[0])
    data = planned[2].checkpoint.data | {"store": "elsewhere"}
    finish(
        dataclasses.replace(
            planned[2], checkpoint=dataclasses.replace(planned[2].checkpoint, data=data)
        )
    )
    with pytest.raises(PtaclError, match="another config or cohort"):
        is_finished(planned[2])


def test_methods_are_chosen_by_name_with_the_reference_among_them() -> None:
    assert [m.name for m in chosen_methods(("ptacl", "random"), "ptacl")] == ["random", "ptacl"]
    plain = [m.name for m in chosen_methods((), "ptacl")]
    assert "ptacl" in plain and "ptacl-wide" not in plain
    assert chosen_methods(("ptacl", "ptacl-wide"), "ptacl")[1].variant
    with pytest.raises(PtaclError, match="No method 'magic'"):
        chosen_methods(("magic",), "ptacl")
    with pytest.raises(PtaclError, match="add it to --methods"):
        chosen_methods(("random",), "ptacl")
    with pytest.raises(PtaclError, match="add it to --methods"):
        chosen_methods(("ptacl", "ptacl-masked-first"), "ptacl")


def test_a_variant_changes_its_architecture_and_its_start(
    tiny_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("masked", "ptacl-separate-heads", "ptacl-masked-first")
    planned = plan_runs(tiny_store, tmp_path, [METHODS[n] for n in names], (4,), "demo", 1)
    masked, separate, second = planned
    assert separate.checkpoint.model.heads == "separate"
    assert second.init == masked.folder and masked.init is None
    finish(masked)
    started = []
    monkeypatch.setitem(STAGES, "contrastive", lambda *a, init, **k: started.append(init))
    train_runs(tiny_store, planned, say=lambda what: None)
    assert started == [None, masked.folder]
    finish(second, init={"checkpoint": masked.checkpoint.name, "taken": ["ecg_encoder"]})
    assert is_finished(second)
    finish(second, init={"checkpoint": "another", "taken": ["ecg_encoder"]})
    with pytest.raises(PtaclError, match="another config or cohort"):
        is_finished(second)


def test_the_command_names_every_method() -> None:
    from ptacl.cli.benchmark import compare

    assert all(name in (compare.__doc__ or "") for name in METHODS)


def test_a_run_whose_loss_stays_at_that_of_chance_starts_late(planned: list[PlannedRun]) -> None:
    chance = math.log(planned[0].config.batch_size)
    losses = {0: (chance, 0.6 * chance), 1: (0.8 * chance, 0.5 * chance), 3: (chance, chance)}
    for place, curve in losses.items():
        finish(planned[place])
        unseal(planned[place].folder)
        path = planned[place].folder / "metrics.json"
        path.write_text(json.dumps({"curve": [{"patient_loss": loss} for loss in curve]}))
    found = [(late.seed, late.epochs) for late in late_starts([planned[i] for i in losses])]
    assert found == [(0, 1), (4, 2)]
