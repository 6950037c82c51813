#!/usr/bin/env bash
# nibabel 5.4.2: cutting and joining a cine keep the lengths right in space and wrong in time.
#
# Expected before the run: the step of the axis that is thinned grows with it, in time as in space; taken
#   apart and joined again the image says what it said.
# Seen: every second slice by img.slicer[:, :, ::2] doubles the slice distance; every second phase by
#   img.slicer[..., ::2] keeps the 40 ms, so that the beat of 800 ms lasts 400. four_to_three and
#   concat_images give back the voxels and the unit "msec" with the number 1: a beat of 20 ms. No
#   warning.
# Why it matters: heart rate, filling rates and strain rates of a thinned or re-joined cine are off by
#   a factor of two or forty, beside spacings that were kept with care.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "nibabel==5.4.2" "numpy>=2,<3"
cd "$folder"
"$folder/venv/bin/python" -W error - <<'PY'
import nibabel
import numpy as np

SLICES, PHASES = 6, 20


def said(image: nibabel.Nifti1Image, name: str) -> tuple[float, float, str]:
    """Slice distance, time step and its unit, as a saved file has them."""
    nibabel.save(image, f"{name}.nii.gz")
    header = nibabel.load(f"{name}.nii.gz").header
    _, _, between, step = (round(float(zoom), 6) for zoom in header.get_zooms())
    return between, step, header.get_xyzt_units()[1]


voxels = np.arange(8 * 9 * SLICES * PHASES, dtype=np.int16).reshape(8, 9, SLICES, PHASES)
cine = nibabel.Nifti1Image(voxels, np.diag([1.5, 1.5, 8, 1]))
cine.header.set_zooms((1.5, 1.5, 8, 40))
cine.header.set_xyzt_units("mm", "msec")
nibabel.save(cine, "cine.nii.gz")
cine = nibabel.load("cine.nii.gz")
joined = nibabel.concat_images(nibabel.four_to_three(cine))
assert np.array_equal(joined.get_fdata(), voxels)
seen = {
    "cine": said(cine, "again"),
    "every second slice": said(cine.slicer[:, :, ::2], "slices"),
    "every second phase": said(cine.slicer[..., ::2], "phases"),
    "joined again": said(joined, "joined"),
}
print(seen)
assert seen["cine"] == (8, 40, "msec") and seen["every second slice"] == (16, 40, "msec")
assert seen["every second phase"] == (8, 40, "msec"), "the time step grows now"
assert seen["joined again"] == (8, 1, "msec"), "the time step survives or its unit goes now"
PY
