"""An import that is killed at any moment and started again ends as one that was left in peace."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ptacl.store import verify_store
from ptacl.synthetic.raw_files import Simulation, write_raw

KILLS = 20
SUBJECTS = 8


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cohort with a subject that cannot be read and one who has withdrawn."""
    folder = tmp_path_factory.mktemp("raw")
    write_raw(folder, "pairs", Simulation(seed=3, subjects=SUBJECTS), workers=0)
    (folder / "ecg" / "S3-00004.dat").write_bytes(b"cut")
    (folder / "withdrawn.csv").write_text("S3-00006\n")
    return folder


def start(raw: Path, out: Path, workers: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "ptacl", "import", str(raw), str(out), "--name", "killed"]
    command += ["--shard-subjects", "1", "--workers", str(workers)]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def wait_for_shards(process: subprocess.Popen, out: Path, more: int) -> None:
    """Until so many more shards are there or begun than before, or the import has ended."""
    before = len(list(out.glob("shards/*")))
    deadline = time.monotonic() + 120
    while process.poll() is None and len(list(out.glob("shards/*"))) < before + more:
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.mark.slow
@pytest.mark.long
def test_twenty_kills_leave_a_store_that_ends_byte_identical(raw: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    assert start(raw, tmp_path / "whole", 1).wait() == 3
    usual_s = time.monotonic() - began
    whole = contents(tmp_path / "whole")
    draw = random.Random(20)
    kills, stores = 0, 0
    while kills < KILLS:
        out = tmp_path / f"store{stores}"
        stores += 1
        while True:
            workers = draw.choice([1, 1, 1, 2])
            process = start(raw, out, workers)
            if draw.random() < 0.75:  # amid the shards, where there is most to break
                wait_for_shards(process, out, draw.randint(1, 3))
                time.sleep(draw.uniform(0, 0.1))
            else:
                time.sleep(draw.uniform(0, 1.2 * usual_s))
            if process.poll() is not None:
                assert process.returncode == 3
                break
            # With the parent alone killed, its workers may still write when the next run begins.
            (os.killpg if draw.random() < 0.5 else os.kill)(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
            if kills >= KILLS:
                assert start(raw, out, 2).wait() == 3
                break
        assert contents(out) == whole
        assert not [path for path in out.rglob(".*") if path.is_file() or path.is_dir()]
    assert verify_store(tmp_path / "whole") == []


@pytest.mark.slow
def test_workers_end_when_the_import_is_killed(raw: Path, tmp_path: Path) -> None:
    process = start(raw, tmp_path / "store", 2)
    wait_for_shards(process, tmp_path / "store", 2)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)  # the group lives as long as a worker does
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("a worker outlived its import by 30 s")
