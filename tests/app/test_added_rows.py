"""A table with one row more breaks no gallery: see `tests.added_rows`."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent


def test_pages_and_galleries_stand_one_phenotype_and_one_interval_more():
    run = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "tests.added_rows",
            "-p", "no:cacheprovider", "tests/app/with_added_rows.py",
        ],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
