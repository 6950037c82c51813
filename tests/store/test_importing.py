"""A cohort becomes a store: on one machine, on a cluster, with every problem in one table."""

import csv
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ptacl.store.shards as shards
import ptacl.store.subjects as subjects
from ptacl.errors import PtaclError
from ptacl.io.cohort.read import read_cohort
from ptacl.io.cohort.sources import load_pair
from ptacl.parallel.lock import hold
from ptacl.signal.recipe import Recipe
from ptacl.store import open_store
from ptacl.store.importing import Imported, import_cohort
from ptacl.store.targets import target_values, targets_of
from ptacl.synthetic.raw_files import Simulation, write_raw

SUBJECTS = 6


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw")
    write_raw(folder, "pairs", Simulation(3, SUBJECTS), workers=0)
    return folder


def run(raw: Path, out: Path, **options) -> Imported:
    return import_cohort(
        raw, out, Recipe(), name="tiny", shard_subjects=2, **({"workers": 0} | options)
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_processes_build_what_one_builds(raw: Path, tmp_path: Path) -> None:
    here, two = run(raw, tmp_path / "1"), run(raw, tmp_path / "2", workers=2)
    assert contents(here.store.path) == contents(two.store.path)
    assert here.imported == SUBJECTS and here.store.manifest.synthetic


def test_a_cluster_builds_what_one_machine_builds(raw: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is an extra")
    run(raw, tmp_path / "1")
    seen: list[tuple[int, int]] = []
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    )
    with cluster:
        address = cluster.scheduler_address
        run(raw, tmp_path / "2", dask=address, progress=lambda done, of: seen.append((done, of)))
    assert contents(tmp_path / "1") == contents(tmp_path / "2")
    assert seen[0] == (0, SUBJECTS) and seen[-1] == (SUBJECTS, SUBJECTS)


def test_a_scheduler_that_does_not_answer_is_told(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="Dask is an extra")
    monkeypatch.setattr("ptacl.parallel.dask.PATIENCE_S", 0.5)
    with pytest.raises(PtaclError, match="No Dask scheduler answers"):
        run(raw, tmp_path / "s", dask="tcp://127.0.0.1:9")


def test_progress_counts_every_subject_and_what_was_there_before(raw: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    run(raw, tmp_path / "s", progress=lambda *at: seen.append(at))
    assert seen == [(done, SUBJECTS) for done in range(SUBJECTS + 1)]
    shutil.rmtree(tmp_path / "s" / "shards" / "00002")
    seen.clear()
    run(raw, tmp_path / "s", progress=lambda *at: seen.append(at))
    assert seen == [(4, SUBJECTS), (5, SUBJECTS), (6, SUBJECTS)]


def test_problems_lie_beside_the_store_as_a_table(raw: Path, tmp_path: Path) -> None:
    cohort = Path(shutil.copytree(raw, tmp_path / "raw"))
    (cohort / "ecg" / "S3-00001.hea").write_bytes(b'no header, "odd"\n')
    (cohort / "cine" / "S3-00004.nii.gz").unlink()
    done = run(cohort, tmp_path / "s")
    assert done.imported == SUBJECTS - 2
    with (tmp_path / "s" / "problems.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["subject_id"], row["file"]) for row in rows] == [
        ("S3-00004", "S3-00004.nii.gz"), ("S3-00001", "S3-00001.hea"),
    ]  # fmt: skip
    assert [row["reason"] for row in rows] == [problem.reason for problem in done.problems]
    assert [row["code"] for row in rows] == ["cohort.file_missing", "ecg.unknown_format"]


def test_withdrawn_subjects_are_no_problems(raw: Path, tmp_path: Path) -> None:
    cohort = Path(shutil.copytree(raw, tmp_path / "raw"))
    (cohort / "cine" / "S3-00004.nii.gz").unlink()
    (cohort / "withdrawn_5.csv").write_text("S3-00004\n")
    said: list[str] = []
    done = run(cohort, tmp_path / "s", say=said.append)
    assert (done.imported, done.problems, done.withdrawn) == (SUBJECTS - 1, [], 1)
    table, left_out = said
    assert table.startswith(f"pairs.csv: {SUBJECTS - 1} participants, 13 fields (sex, age_years")
    assert left_out == "Left out as withdrawn by withdrawn_5.csv: 1 of this cohort, 1 listed."
    assert done.store.manifest.report["lists"] == [left_out]


def test_an_import_goes_on_with_the_same_files_and_table_alone(raw: Path, tmp_path: Path) -> None:
    cohort = Path(shutil.copytree(raw, tmp_path / "raw"))
    run(cohort, tmp_path / "s")
    (tmp_path / "link").symlink_to(cohort)
    assert run(tmp_path / "link", tmp_path / "s").imported == SUBJECTS
    with pytest.raises(PtaclError, match="other files or other values"):
        run(raw, tmp_path / "s")
    table = pd.read_csv(cohort / "pairs.csv")
    table.loc[3, "height_cm"] += 1
    table.to_csv(cohort / "pairs.csv", index=False)
    with pytest.raises(PtaclError, match="other files or other values"):
        run(cohort, tmp_path / "s")


def test_a_job_s_text_names_nobody(raw: Path, tmp_path: Path) -> None:
    """A Dask worker writes it into its log."""
    sources = tuple((entry.subject.subject_id, entry) for entry in read_cohort(raw).sources)
    assert "S3-0000" in str(sources)
    assert "S3-0000" not in repr(shards.ShardJob(tmp_path / "0", sources, load_pair, Recipe()))


def test_one_odd_subject_does_not_end_the_import(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter(range(SUBJECTS))
    whole = subjects.prepare_ecg

    def odd(ecg, recipe, **options):
        if next(calls) == 3:
            raise ZeroDivisionError("a patient's words")
        return whole(ecg, recipe, **options)

    monkeypatch.setattr(subjects, "prepare_ecg", odd)
    done = run(raw, tmp_path / "s")
    assert done.imported == SUBJECTS - 1
    assert "ZeroDivisionError" in done.problems[0].reason
    assert "words" not in done.problems[0].reason


def test_a_full_disk_ends_the_import_and_is_no_subject_s_problem(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(ecg, recipe, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(subjects, "prepare_ecg", full)
    with pytest.raises(OSError, match="No space left"):
        run(raw, tmp_path / "s")
    monkeypatch.undo()
    assert run(raw, tmp_path / "s").problems == []


def test_of_two_that_build_one_shard_the_first_counts(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = shards._OpenShard._write_files

    def overtaken(shard, folder):
        whole(shard, folder)
        if not shard.job.folder.exists():
            shutil.copytree(folder, shard.job.folder)

    monkeypatch.setattr(shards._OpenShard, "_write_files", overtaken)
    done = run(raw, tmp_path / "s")
    assert done.imported == SUBJECTS
    assert not list((tmp_path / "s" / "shards").glob(".*"))


def test_two_imports_into_one_folder_are_refused(raw: Path, tmp_path: Path) -> None:
    run(raw, tmp_path / "s")
    handle = os.open(tmp_path / "s" / "shards", os.O_RDONLY)
    assert hold(handle)
    with pytest.raises(PtaclError, match="Another import is writing"):
        run(raw, tmp_path / "s")
    os.close(handle)
    assert run(raw, tmp_path / "s").imported == SUBJECTS


def test_a_shard_without_values_holds_the_same_columns_of_numbers(
    raw: Path, tmp_path: Path
) -> None:
    cohort = Path(shutil.copytree(raw, tmp_path / "raw"))
    table = pd.read_csv(cohort / "pairs.csv")
    table.loc[:1, ["height_cm", "sex", "lvm_g"]] = None
    table.to_csv(cohort / "pairs.csv", index=False)
    found = open_store(run(cohort, tmp_path / "s").store.path).table
    assert found["height_cm"].dtype == found["lvm_g"].dtype == np.float64
    assert found["height_cm"].isna().sum() == found["lvm_g"].isna().sum() == 2


def test_targets_beside_the_table_come_into_the_store_and_can_be_renewed(
    raw: Path, tmp_path: Path
) -> None:
    cohort = Path(shutil.copytree(raw, tmp_path / "raw"))
    table = pd.read_csv(cohort / "pairs.csv")
    table["lamax_ml"] = [60, 61, None, 63, 64, 65]
    table.to_csv(cohort / "pairs.csv", index=False)
    (cohort / "targets.json").write_text('[{"key": "lamax_ml", "title": "LA", "unit": "mL"}]')
    said: list[str] = []
    store = run(cohort, tmp_path / "s", say=said.append).store
    assert "Target column lamax_ml: 5 subjects." in said
    np.testing.assert_equal(
        target_values(store, "lamax_ml").values, table["lamax_ml"].to_numpy(dtype=float)
    )
    (cohort / "targets.json").write_text('[{"key": "lamax_ml", "title": "Left atrium"}]')
    store = run(cohort, tmp_path / "s").store
    assert target_values(store, "lamax_ml").target.title == "Left atrium"
    (cohort / "targets.json").unlink()
    assert "lamax_ml" not in {t.key for t in targets_of(run(cohort, tmp_path / "s").store)}
