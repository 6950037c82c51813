"""ECGs a second of `ptacl inspect FOLDER`, beside one `model.inspect` after another.

    python -m tests.benchmarks.bench_inspect_folder [FILES] [folder of shared data]

Both read the same files with checkpoints/demo, each in a process of its own, from its start to its
table; seconds of all processes' CPU stand beside, for a machine that others use too. The last line
is what the model takes in batches, which the command does without.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DEMO = REPOSITORY / "checkpoints" / "demo"

COMMAND = "import sys; from ptacl.cli import main; sys.exit(main(sys.argv[1:]))"
PEER = """
import sys
from pathlib import Path
import ptacl
from ptacl.inference.table import inspection_row, table
model = ptacl.load(sys.argv[1])
files = sorted(Path(sys.argv[2]).rglob("*.hea"))
rows = [inspection_row(model.inspect(ptacl.read_ecg(file))) for file in files]
table(rows).to_csv(sys.argv[3], index=False)
"""
BATCHES = """
import sys, time, torch, ptacl
model = ptacl.load(sys.argv[1])
torch.set_num_threads(1)
for size in (1, 16):
    signal = torch.randn(size, 12, 5000)
    with torch.inference_mode():
        model._model.encode_ecg(signal)
        began = time.process_time()
        for _ in range(10):
            model._model.encode_ecg(signal)
    each = 1000 * (time.process_time() - began) / 10 / size
    print(f"model, {size} at a time: {each:.1f} ms an ECG on one core")
"""


def fill(folder: Path, count: int, shared: Path) -> None:
    """Links to real records (simulated ones where there are none), again and again."""
    headers = sorted((shared / "ecg" / "wfdb_ptbxl").glob("*.hea")) or simulated(folder / "once")
    for number in range(count):
        header = headers[number % len(headers)]
        place = folder / "in" / f"{number // len(headers):04d}"
        place.mkdir(parents=True, exist_ok=True)
        for file in (header, header.with_suffix(".dat")):
            (place / file.name).symlink_to(file.resolve())


def simulated(folder: Path) -> list[Path]:
    from ptacl.io.writers.wfdb_nifti import write_ecg
    from ptacl.synthetic import simulate_subject

    folder.mkdir()
    for number in range(20):
        write_ecg(simulate_subject(99, number).ecg, folder / f"s{number:02d}.hea")
    return sorted(folder.glob("*.hea"))


def measured(code: str, *arguments: object) -> tuple[float, float, str]:
    """Seconds, CPU seconds of all its processes, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    found = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        text=True,
    )
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, found.stdout


def main() -> None:
    """Print ECGs a second and their ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    shared = Path(sys.argv[2] if len(sys.argv) > 2 else REPOSITORY.parent / "shared" / "data")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, count, shared)
        arguments = ["--checkpoint", DEMO, "--out", folder / "ours.csv", "--json"]
        ours, ours_cpu, printed = measured(COMMAND, "inspect", folder / "in", *arguments)
        assert json.loads(printed)["read"] == count, printed
        # The largest process so far: this one, its child, or a child of that.
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
        peer, peer_cpu, _ = measured(PEER, DEMO, folder / "in", folder / "peer.csv")
        print(f"{count} files, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        print(f"ptacl inspect FOLDER: {count / ours:.1f} ECG/s in all, {ours_cpu:.0f} s of CPU, "
              f"largest process {largest:.0f} MB")  # fmt: skip
        print(f"one model.inspect after another: {count / peer:.1f} ECG/s, {peer_cpu:.0f} s of CPU")
        print(f"ratio {peer / ours:.2f}")
        print(measured(BATCHES, DEMO)[2].strip())


if __name__ == "__main__":
    main()
