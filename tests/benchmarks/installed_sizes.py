"""Megabytes of what is installed in an environment, by distribution.

    PYTHON -m tests.benchmarks.installed_sizes

`bench_install` runs it inside the environment that it made.
"""

import json
import re
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution, distributions

CHOSEN = (
    "torch", "streamlit", "plotly", "umap-learn", "faiss-cpu", "numpy", "pandas", "scikit-learn",
)  # fmt: skip
"""Packages that the person who asked for PTACL chose."""


def megabytes(names: Iterable[str]) -> float:
    """Size of the files of some distributions."""
    return sum(_bytes(distribution(name)) for name in names) / 1e6


def needed_by(names: Iterable[str]) -> set[str]:
    """Distributions with all that they require, as far as it is installed."""
    found: set[str] = set()
    waiting = [_normal(name) for name in names]
    installed = {_normal(each.metadata["Name"]): each for each in distributions()}
    while waiting:
        name = waiting.pop()
        if name in found or name not in installed:
            continue
        found.add(name)
        for requirement in installed[name].requires or ():
            if "extra ==" not in requirement:
                waiting.append(_normal(re.split(r"[^\w.-]", requirement)[0]))
    return found


def _bytes(found: Distribution) -> int:
    sizes = (file.locate() for file in found.files or ())
    return sum(path.stat().st_size for path in sizes if path.is_file())


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """Print the sizes as JSON."""
    everything = {_normal(each.metadata["Name"]) for each in distributions()} - {"pip"}
    chosen = needed_by(CHOSEN)
    own = everything - chosen - {"ptacl"}
    print(json.dumps({
        "all": megabytes(everything),
        "ptacl": megabytes(["ptacl"]),
        "chosen": megabytes(chosen),
        "others": {name: round(megabytes([name]), 1) for name in sorted(own)},
    }))  # fmt: skip


if __name__ == "__main__":
    main()
