"""Memory that is freed and asked for again does not come from the kernel anew."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
import numpy as np
from ptacl.tensors.malloc import keep_freed_memory
if sys.argv[1] == "keep" and not keep_freed_memory():
    print("not here")
    sys.exit()
for _ in range(3):
    np.ones(12_000_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    np.ones(12_000_000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def page_faults(how: str) -> str:
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_freed_memory_is_used_again() -> None:
    kept = page_faults("keep")
    if kept == "not here":
        pytest.skip("another C library than glibc")
    assert int(kept) < int(page_faults("as it is")) / 10
