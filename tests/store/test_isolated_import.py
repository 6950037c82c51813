"""A file whose reader dies, hangs or swells costs its subject alone; the others go in."""

import csv
import shutil
import sys
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from ptacl.cli import main
from ptacl.parallel.worker import Limits
from ptacl.signal.recipe import Recipe
from ptacl.store import open_store
from ptacl.store.build import build_store
from ptacl.store.importing import import_cohort
from ptacl.synthetic.raw_files import Simulation, write_raw
from tests.made.deadly import (
    HANGING,
    KILLER,
    SWELLING,
    deadly_load,
    deadly_simulate,
    killing_simulate,
)

SUBJECTS = 16


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw")
    write_raw(folder, "pairs", Simulation(3, SUBJECTS), workers=0)
    return folder


@pytest.fixture
def cohort(raw: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(raw, tmp_path / "raw"))


def rename_cine(cohort: Path, index: int, name: str) -> None:
    """Give the cine of a subject the name of its fate."""
    table = pd.read_csv(cohort / "pairs.csv")
    old = cohort / str(table.loc[index, "cine"])
    old.rename(old.with_name(name))
    table.loc[index, "cine"] = str(Path(str(table.loc[index, "cine"])).with_name(name))
    table.to_csv(cohort / "pairs.csv", index=False)


def problems(store: Path) -> dict[str, tuple[str, str]]:
    with (store / "problems.csv").open(newline="") as stream:
        return {row["subject_id"]: (row["file"], row["reason"]) for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def imported(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, int]:
    """The cohort with a file that kills its reader, the store of the others, the exit status."""
    folder = tmp_path_factory.mktemp("killed")
    cohort, out = Path(shutil.copytree(raw, folder / "raw")), folder / "store"
    rename_cine(cohort, 5, "killer.nii.gz")
    arguments = ["--name", "a", "--workers", "2", "--shard-subjects", "4"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ptacl.store.importing.load_pair", deadly_load)
        return cohort, out, main(["import", str(cohort), str(out), *arguments])


KILLED = (
    "killer.nii.gz",
    "The reader ended its process (signal 11, SIGSEGV). Export the file again.",
)


def test_of_16_subjects_one_that_kills_its_reader_is_named_and_15_go_in(
    imported: tuple[Path, Path, int],
) -> None:
    _, out, status = imported
    assert status == 3
    assert problems(out) == {"S3-00005": KILLED}
    ids = open_store(out).table["subject_id"].tolist()
    assert ids == [f"S3-{index:05d}" for index in range(SUBJECTS) if index != 5]


def test_one_worker_alone_survives_its_death_too(
    cohort: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ptacl.store.importing.load_pair", deadly_load)
    rename_cine(cohort, 1, "killer.nii.gz")
    table = pd.read_csv(cohort / "pairs.csv")
    table[:4].to_csv(cohort / "pairs.csv", index=False)
    out = tmp_path / "store"
    assert main(["import", str(cohort), str(out), "--workers", "1"]) == 3
    assert problems(out) == {"S3-00001": KILLED} and len(open_store(out)) == 3


def test_the_shards_without_the_subject_are_those_of_an_import_that_never_met_it(
    raw: Path, imported: tuple[Path, Path, int], tmp_path: Path
) -> None:
    def arrays(store: Path) -> dict[str, bytes]:
        files = store.rglob("shards/*/*[!n]")  # all but problems.json
        return {str(file.relative_to(store)): file.read_bytes() for file in files}

    import_cohort(raw, tmp_path / "whole", Recipe(), name="a", shard_subjects=4, workers=0)
    whole, less = arrays(tmp_path / "whole"), arrays(imported[1])
    changed = {name for name in whole if whole[name] != less[name]}
    assert {Path(name).parent.name for name in changed} == {"00001"}
    full, rest = open_store(tmp_path / "whole"), open_store(imported[1])
    for row, subject_id in enumerate(rest.table["subject_id"]):
        same = full.table.index[full.table["subject_id"] == subject_id][0]
        assert (rest.ecg_rows([row]) == full.ecg_rows([same])).all()
        assert (rest.cine_rows([row]) == full.cine_rows([same])).all()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's data")
@pytest.mark.long
def test_a_hang_and_an_allocation_beyond_the_limit_cost_their_subjects_alone(
    cohort: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ptacl.store.importing.load_pair", deadly_load)
    rename_cine(cohort, 2, "hanging.nii.gz")
    rename_cine(cohort, 9, "swelling.nii.gz")
    out = tmp_path / "store"
    limits = ["--item-seconds", "30", "--item-gb", "2.5"]
    assert main(["import", str(cohort), str(out), *limits]) == 3
    rows = problems(out)
    assert list(rows) == ["S3-00002", "S3-00009"] and len(open_store(out)) == SUBJECTS - 2
    assert rows["S3-00002"][0] == "hanging.nii.gz"
    assert "The reader took longer than 30 s. If the file is sound" in rows["S3-00002"][1]
    assert rows["S3-00009"][0] == "swelling.nii.gz"
    assert "The reader needed more than 2.5 GB." in rows["S3-00009"][1]


def test_an_import_with_a_fatal_file_that_was_killed_goes_on(
    imported: tuple[Path, Path, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ptacl.store.importing.load_pair", deadly_load)
    cohort, finished, _ = imported
    out = Path(shutil.copytree(finished, tmp_path / "store"))
    before = problems(out)
    shutil.rmtree(out / "shards" / "00002")
    arguments = ["--name", "a", "--shard-subjects", "4"]
    assert main(["import", str(cohort), str(out), *arguments]) == 3
    assert problems(out) == before and len(open_store(out)) == SUBJECTS - 1


@pytest.mark.parametrize("processes", [False, True])
def test_a_dask_worker_survives_a_fatal_file(
    cohort: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: bool
) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is an extra")
    monkeypatch.setattr("ptacl.store.importing.load_pair", deadly_load)
    rename_cine(cohort, 5, "killer.nii.gz")
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=processes, dashboard_address=None
    )
    with cluster:
        arguments = ["--shard-subjects", "8", "--dask", cluster.scheduler_address]
        assert main(["import", str(cohort), str(tmp_path / "store"), *arguments]) == 3
    assert list(problems(tmp_path / "store")) == ["S3-00005"]
    assert len(open_store(tmp_path / "store")) == SUBJECTS - 1


def test_a_simulated_subject_that_ends_its_process_is_named_and_the_others_go_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ptacl.synthetic.simulate_subject", killing_simulate)
    out = tmp_path / "store"
    assert main(["simulate", str(out), "--subjects", "8", "--seed", "3"]) == 3
    assert "problems: 1, listed in" in capsys.readouterr().out
    reason = "Preparing it ended its process (signal 11, SIGSEGV)."
    assert problems(out) == {f"S3-{KILLER:05d}": ("", reason)}
    assert len(open_store(out)) == 7


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's data")
@pytest.mark.long
def test_simulated_subjects_that_hang_or_swell_are_named(tmp_path: Path) -> None:
    store, left_out = build_store(
        tmp_path / "store",
        [(f"S3-{index:05d}", index) for index in range(11)],
        partial(deadly_simulate, 3),
        recipe=Recipe(),
        name="tiny",
        synthetic=True,
        limits=Limits(seconds=30, gb=2.5),
    )
    assert len(store) == 8
    assert [(problem.subject_id, problem.reason) for problem in left_out] == [
        (f"S3-{KILLER:05d}", "Preparing it ended its process (signal 11, SIGSEGV)."),
        (f"S3-{HANGING:05d}", "Preparing it took longer than 30 s."),
        (f"S3-{SWELLING:05d}", "Preparing it needed more than 2.5 GB."),
    ]
