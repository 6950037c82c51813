"""Measure what estimated leads cost a gallery that was made before `ptacl embed` did so.

    python -m tests.benchmarks.measure_widening checkpoints/demo

Writes `gallery/lead_widening.json` and prints the largest and the LVEDV factor of each lead.
"""

import json
import sys
from pathlib import Path

import ptacl
from ptacl.gallery.format import WIDENING
from ptacl.gallery.interval_widening import write_widening


def main(checkpoint: Path) -> None:
    gallery = ptacl.load(checkpoint, progress=lambda share, what: None).gallery
    if not write_widening(checkpoint, gallery):
        print("too few held-out subjects")
        return
    print("measured", flush=True)
    for leads, factors in json.loads((gallery.path / WIDENING).read_text()).items():
        print(f"{leads:8} LVEDV {factors['lvedv_ml']:.2f}  widest {max(factors.values()):.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
