"""Error of volumes by the distance of the slices: plain sum against a moving valve plane.

python -m tests.benchmarks.bench_slice_spacing [HEARTS]

Hearts are bullets of random volume, ejection fraction, length and shortening; the stack begins at a
random height. Contours are exact, so that only the distance of the slices errs.
"""

import sys

import numpy as np

from ptacl.segmentation.coverage import find_extent
from ptacl.segmentation.thick_stacks import integrate
from ptacl.segmentation.volumes import sum_slices
from tests.segmentation.made_hearts import Bullet


def random_heart(seed: int) -> tuple[Bullet, float]:
    """Return a heart and where its stack begins, as a share of the distance of slices."""
    random = np.random.default_rng(seed)
    ef = random.uniform(25, 70)
    bullet = Bullet(
        edv_ml=random.uniform(90, 260),
        ef_pct=ef,
        length_factor=1.64 * np.exp(0.068 * random.standard_normal()),
        shortening=(2.9 + 0.167 * ef + 3.4 * random.standard_normal()) / 100,
    )
    return bullet, random.uniform()


def errors(step_mm: float, hearts: int) -> np.ndarray:
    """Return (hearts, methods, quantities): EDV in %, ESV in % of EDV, EF in points."""
    rows = []
    for seed in range(hearts):
        bullet, start = random_heart(seed)
        depths = bullet.depths_mm(step_mm, start * step_mm)
        areas, offsets = np.array([bullet.area_mm2(d) for d in depths]), depths - depths[0]
        extent = find_extent(offsets, areas[:, 0])
        assert extent is not None
        es, true = int(np.argmin(bullet.volume_ml)), bullet.volume_ml
        found = []
        for estimate in (
            sum_slices(areas, offsets, extent),
            integrate(areas, offsets, extent),
        ):
            edv, esv = estimate.ml[0], estimate.ml[es]
            ef = 100 * (1 - esv / edv) - bullet.ef_pct
            found.append([100 * (edv / true[0] - 1), 100 * (esv - true[es]) / true[0], ef])
        rows.append(found)
    return np.array(rows)


def main() -> None:
    """Print bias ± SD of each method at each distance."""
    hearts = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print(f"{hearts} hearts; bias ± SD\n")
    print("| distance | method | EDV % | ESV % of EDV | EF points |\n|---|---|---|---|---|")
    for step_mm in (8.0, 10.0, 12.0, 14.0, 17.7):
        found = errors(step_mm, hearts)
        for index, method in enumerate(("sum of slices", "moving valve plane")):
            mean, sd = found[:, index].mean(axis=0), found[:, index].std(axis=0)
            cells = " | ".join(f"{m:+.1f} ± {s:.1f}" for m, s in zip(mean, sd, strict=True))
            print(f"| {step_mm:g} mm | {method} | {cells} |")


if __name__ == "__main__":
    main()
