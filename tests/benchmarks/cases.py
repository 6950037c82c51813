"""How many of the files of ``../shared/cases`` are read right, one a line.

python -m tests.benchmarks.cases
"""

import warnings
from collections.abc import Iterator

import ptacl
from ptacl.io.ecg.read import read_ecg
from tests.real_files import REPOSITORY
from tests.shared_cases import (
    CINES,
    FOLDER,
    READ,
    REFUSED,
    RHYTHM,
    WITHHELD,
    check_cine,
    check_read,
    check_refused,
)


def findings() -> Iterator[tuple[str, str]]:
    """Name of each case, and what is wrong with it."""
    for case in READ:
        yield case.name.rsplit("/")[-1], check_read(case)
    for name, words in REFUSED.items():
        yield name, check_refused(name, words)
    for name, check in RHYTHM.items():
        yield name, check(name)
    for name in CINES:
        yield name, check_cine(name)
    model = ptacl.load(REPOSITORY / "checkpoints" / "demo")
    for name in WITHHELD:
        shown = model.inspect(read_ecg(FOLDER / name)).predictions
        yield name, f"{len(shown)} volumes" if shown else ""
    swapped = model.inspect(read_ecg(FOLDER / "simulated_I_and_II_swapped.npz"))
    silent = swapped.predictions and not swapped.caveats
    yield "simulated_I_and_II_swapped.npz", "not told" if silent else ""
    plain = model.inspect(read_ecg(FOLDER / "simulated_unchanged.npz"))
    fine = (
        len(plain.predictions) == len(model.gallery.phenotypes)
        and not plain.caveats
        and plain.familiarity.familiar
    )
    yield "simulated_unchanged.npz", "" if fine else "not shown as good"


def main() -> None:
    """Print a line a case, and the count."""
    warnings.simplefilter("ignore")
    if not FOLDER.is_dir():
        print("needs ../shared/cases")
        return
    found = list(findings())
    for name, wrong in found:
        print(f"{name:36} {wrong or 'right'}")
    print(f"{sum(not wrong for _, wrong in found)} of {len(found)} are right")


if __name__ == "__main__":
    main()
