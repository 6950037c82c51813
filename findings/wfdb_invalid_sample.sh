#!/usr/bin/env bash
# ecgdatakit 2.0.3: a sample that WFDB marks as invalid becomes a voltage of −163.84 mV.
#
# Expected before the run: NaN, as the wfdb package gives, since the package reads WFDB by name.
# Seen: formats 16, 24 and 32 keep their lowest number, the mark of "no sample", and divide it by the
#   gain: −163.84, −41,943.04 and −10,737,418.24 mV at 200 steps per mV. All other samples agree with
#   wfdb 4.3.1 to the last digit.
# Why it matters: one such sample decides every range, filter and norm that is taken of the lead.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "ecgdatakit==2.0.3" "wfdb==4.3.1" "numpy>=2,<3"
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
import warnings
from pathlib import Path

import numpy as np
import wfdb
from ecgdatakit import FileParser

folder = Path(sys.argv[1])
wave = np.sin(np.arange(1000) / 20)[:, None].repeat(2, axis=1)
wave[500] = np.nan
seen = {}
for form in ("16", "24", "32"):
    wfdb.wrsamp(
        f"r{form}", fs=250, units=["mV"] * 2, sig_name=["I", "II"], p_signal=wave,
        fmt=[form] * 2, adc_gain=[200] * 2, baseline=[0, 0], write_dir=str(folder),
    )  # fmt: skip
    official = wfdb.rdrecord(str(folder / f"r{form}")).p_signal[:, 0]
    other = FileParser().parse(folder / f"r{form}.hea").leads[0].samples
    assert np.isnan(official[500]) and np.allclose(
        np.delete(official, 500), np.delete(other, 500), atol=1e-12
    )
    seen[form] = float(other[500])
print(seen)
assert seen == {"16": -163.84, "24": -41943.04, "32": -10737418.24}, "invalid samples changed"
PY
