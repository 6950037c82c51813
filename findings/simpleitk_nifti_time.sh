#!/usr/bin/env bash
# SimpleITK 2.5.7: the time step of a NIfTI cine changes its unit on the way through.
#
# Expected before the run: the fourth spacing is the header's number, 31.0, as nibabel gives it.
# Seen: of a file with a step of 31 ms (xyzt_units "msec") SimpleITK says .031, and writes the image
#   back with .031 and "sec"; the same for microseconds. Nothing in the image object names the unit.
# Why it matters: a pipeline that mixes the two libraries is wrong by a thousand in the R–R interval,
#   and metadata taken before and after a resampling contradict each other.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "SimpleITK==2.5.7" "nibabel==5.4.2" "numpy>=2,<3"
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
from pathlib import Path

import nibabel
import numpy as np
import SimpleITK

folder = Path(sys.argv[1])
seen = {}
for unit, step in (("msec", 31.0), ("usec", 31000.0), ("sec", 0.031)):
    image = nibabel.Nifti1Image(np.zeros((8, 9, 3, 5), np.int16), np.diag([1.5, 1.5, 8.0, 1.0]))
    image.header.set_zooms((1.5, 1.5, 8.0, step))
    image.header.set_xyzt_units("mm", unit)
    nibabel.save(image, folder / "cine.nii.gz")
    read = SimpleITK.ReadImage(str(folder / "cine.nii.gz"))
    SimpleITK.WriteImage(read, str(folder / "back.nii.gz"))
    back = nibabel.load(folder / "back.nii.gz").header
    seen[unit] = (
        round(read.GetSpacing()[3], 6), round(float(back.get_zooms()[3]), 6),
        back.get_xyzt_units()[1],
    )  # fmt: skip
print(seen)
assert set(seen.values()) == {(0.031, 0.031, "sec")}, "the time step is handled otherwise"
PY
