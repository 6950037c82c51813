"""A pytest plugin that runs PTACL as it would be with one more phenotype and one more interval.

The rows are added to the source of the tables before anything imports them, in the two files that
a developer would edit for the interval and the one for the phenotype:

python -m pytest -p tests.added_rows tests/app/with_added_rows.py
"""

import importlib.util
import sys
from pathlib import Path

PHENOTYPE, MEASUREMENT = "lav_max_ml", "p_ms"
EDITS = {
    "ptacl.measurements": [
        (
            '    """Standard deviation of the R–R intervals in ms."""\n',
            '    """Standard deviation of the R–R intervals in ms."""\n    p_ms: float = NAN\n',
        ),
        (
            ')  # fmt: skip\n"""All measured values',
            '    Measurement("p_ms", "P duration", "P", "P", "ms", None, _EVERYWHERE),\n'
            ')  # fmt: skip\n"""All measured values',
        ),
    ],
    "ptacl.signal.delineation.intervals": [
        (
            "        rr_sd_ms=1e3 * float(rr_s.std()),\n",
            "        rr_sd_ms=1e3 * float(rr_s.std()),\n"
            "        p_ms=waves.p_end_ms - waves.p_start_ms,\n",
        )
    ],
    "ptacl.phenotypes": [
        (
            ')  # fmt: skip\n"""All phenotypes',
            '    Phenotype("lav_max_ml", "LAVmax", "Left atrial maximal volume", "mL", 24110,\n'
            "              _by_sex((72, 21), (64, 17)), None),\n"
            ')  # fmt: skip\n"""All phenotypes',
        )
    ],
}
"""Module → (text, text with the row)."""


def install() -> None:
    """Import each module of `EDITS` with its rows added."""
    for name, edits in EDITS.items():
        spec = importlib.util.find_spec(name)
        assert spec is not None and spec.origin is not None
        source = Path(spec.origin).read_text(encoding="utf-8")
        for text, with_row in edits:
            assert source.count(text) == 1, f"{name} has changed: {text!r}"
            source = source.replace(text, with_row)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        exec(compile(source, spec.origin, "exec"), module.__dict__)
        parent, _, leaf = name.rpartition(".")
        setattr(sys.modules[parent], leaf, module)


install()
