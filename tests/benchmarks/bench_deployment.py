"""Start and memory of a server, for its size.

``python -m tests.benchmarks.bench_deployment`` prints the seconds until ``ptacl app`` answers, and
the memory of the server with its children once the first gallery is open.
"""

import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

PORT = 8793
WARM_S = 40.0


def answers() -> bool:
    """Return whether the server is healthy."""
    with suppress(OSError):
        url = f"http://127.0.0.1:{PORT}/_stcore/health"
        return bool(urllib.request.urlopen(url, timeout=2).status == 200)
    return False


def memory_mb(process: int) -> float:
    """Return the memory of a process and its children in use, in MB (Linux)."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    own = next(
        line for line in Path(f"/proc/{process}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    )  # fmt: skip
    return int(own.split()[1]) / 1e3 + sum(memory_mb(int(child)) for child in children)


def main() -> None:
    """Print the figures."""
    began = time.monotonic()
    command = [sys.executable, "-m", "ptacl", "app", "--port", str(PORT), "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers():
            time.sleep(0.1)
        print(f"answers after {time.monotonic() - began:.1f} s")
        time.sleep(WARM_S)
        print(f"memory of the server before its first page: {memory_mb(server.pid):.0f} MB")
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
