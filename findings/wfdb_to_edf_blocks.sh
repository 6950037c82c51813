#!/usr/bin/env bash
# wfdb 4.3.1: wfdb_to_edf mixes the leads of a record that is no whole number of its data blocks.
#
# Expected before the run: the samples come back, the last block padded.
# Seen: blocks hold ten seconds (5,000 samples at 500 Hz). Of a record of 5 s lead I of the EDF file
#   is lead I followed by lead II, and lead II is −32.768 mV throughout. Of a record of 10 s, the usual
#   ECG, the file is twice as long, its second half −32.768 mV in every lead. No warning; all readers
#   of EDF agree on these values (pyedflib 0.1.42 is used).
# Why it matters: the converter of the format's own library is the way by which many make EDF files.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "wfdb==4.3.1" "pyedflib==0.1.42" "numpy>=2,<3"
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import numpy as np
import pyedflib
import wfdb
from wfdb.io.convert.edf import wfdb_to_edf


def there_and_back(seconds):
    time = np.arange(500 * seconds) / 500
    leads = np.column_stack([np.sin(2 * np.pi * time), 0.5 * np.cos(3 * time) + 0.2])
    wfdb.wrsamp(
        "record", fs=500, units=["mV"] * 2, sig_name=["I", "II"], p_signal=leads,
        fmt=["16"] * 2, adc_gain=[1000] * 2, baseline=[0, 0],
    )  # fmt: skip
    wfdb_to_edf("record")
    with pyedflib.EdfReader("record.edf") as edf:
        return wfdb.rdrecord("record").p_signal, np.array([edf.readSignal(i) for i in range(2)]).T


short, of_short = there_and_back(5)
usual, of_usual = there_and_back(10)
print(of_short.shape, of_short[[0, -1]], of_usual.shape, of_usual[[0, -1]], sep="\n")
assert of_short.shape == (5000, 2) and of_usual.shape == (10000, 2)
assert np.allclose(of_short[:, 0], np.concatenate([short[:, 0], short[:, 1]]), atol=1e-6)
assert np.allclose(of_short[:, 1], -32.768)
assert np.allclose(of_usual[:5000], usual, atol=1e-6) and np.allclose(of_usual[5000:], -32.768)
PY
