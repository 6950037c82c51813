#!/usr/bin/env bash
# EDF, one lead with the physical range 0 … 0 (a recorder's spare channel): three readers, three answers.
#
# Expected before the run: all three refuse the file, or give that lead as zeros or NaN.
# Seen: pyedflib 0.1.42 refuses the whole file, good lead included; edfio 0.4.18 returns the lead's raw
#   steps (999) as physical values in µV; ecgdatakit 2.0.3 returns the same steps without a unit, beside
#   a good lead that it has turned into mV (.0999). Both of these warn.
# Why it matters: whoever filters warnings has 999 of something beside a real ECG of .1 mV; whoever
#   uses the strict reader loses eleven good leads to a spare channel.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet \
    "ecgdatakit==2.0.3" "edfio==0.4.18" "pyedflib==0.1.42" "numpy>=2,<3"
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
import warnings
from pathlib import Path

import edfio
import numpy as np
import pyedflib
from ecgdatakit import FileParser


def fields(width, *values):
    return b"".join(str(value).encode().ljust(width) for value in values)


path = Path(sys.argv[1]) / "two_leads.edf"
steps = (1000 * np.sin(np.arange(1000) / 20)).astype("<i2").reshape(4, 250)
header = (
    fields(8, "0") + fields(80, "X X X X", "Startdate X X X X") + b"01.01.2000.00.00"
    + fields(8, 256 * 3) + fields(44, "") + fields(8, 4, 1) + fields(4, 2)
    + fields(16, "I", "II") + fields(80, "", "") + fields(8, "uV", "uV")
    + fields(8, -3276.8, 0) + fields(8, 3276.7, 0)
    + fields(8, -32768, -32768) + fields(8, 32767, 32767)
    + fields(80, "", "") + fields(8, 250, 250) + fields(32, "", "")
)  # fmt: skip
path.write_bytes(header + b"".join(record.tobytes() * 2 for record in steps))
warnings.simplefilter("ignore")  # both say that the lead is uncalibrated
by_edfio = [float(signal.data.max()) for signal in edfio.read_edf(path).signals]
by_kit = [(float(lead.samples.max()), lead.units) for lead in FileParser().parse(path).leads]
try:
    pyedflib.EdfReader(str(path))
    by_pyedflib = "read"
except OSError as error:
    by_pyedflib = str(error).split(": ", 1)[1]
print(by_edfio, by_kit, by_pyedflib, sep="\n")
assert np.allclose(by_edfio, [99.9, 999.0])
assert np.allclose([by_kit[0][0], by_kit[1][0]], [0.0999, 999.0])
assert [unit for _, unit in by_kit] == ["mV", ""]
assert "not EDF(+) or BDF(+) compliant" in by_pyedflib
PY
