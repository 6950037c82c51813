#!/usr/bin/env bash
# ecg2dcm 1.3.1 on a record of wfdb 4.3.1: every lead is cut off at the height of the smallest lead.
#
# Expected before the run: the amplitudes come back, coarser at most by the rounding to one scale.
# Seen: wfdb.wrsamp gives each lead the gain that fills its 16 bits (its default). The converter puts all
#   leads on the finest of these scales and clips what passes 16 bits, so that a record with peaks of
#   1.9, 1.2 and .2 mV becomes a DICOM ECG in which all three are .2 mV high, flat-topped. No warning;
#   with one gain given for all leads the same record comes back right.
# Why it matters: R waves, ST segments and voltages of eleven leads are those of the quietest; the file
#   is valid DICOM and looks like saturation of the amplifier.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "ecg2dcm==1.3.1" "wfdb==4.3.1" "pydicom==2.4.4" "numpy>=2,<3"
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import logging
import warnings

import numpy as np
import pydicom
import wfdb
from ecg2dcm.adapters import wfdb as from_wfdb
from ecg2dcm.writer import write
from pydicom.waveforms import multiplex_array

PEAK_MV = {"I": 1.2, "II": 1.9, "V1": 0.2}
wave = np.sin(2 * np.pi * np.arange(5000) / 400)[:, None] * list(PEAK_MV.values())
told: list[logging.LogRecord] = []
handler = logging.Handler()
handler.emit = told.append
logging.getLogger().addHandler(handler)


def peaks_mv(**gains: list) -> tuple[list[float], list[float]]:
    """The height of each lead as the record gives it, and as the converted file does."""
    wfdb.wrsamp(
        "record", fs=500, units=["mV"] * 3, sig_name=list(PEAK_MV), p_signal=wave,
        fmt=["16"] * 3, **gains,
    )  # fmt: skip
    stored = wfdb.rdrecord("record").p_signal.max(axis=0)
    record = from_wfdb.parse("record.hea", acquisition_date="20200101", acquisition_time="000000")
    write(record, "record.dcm")
    dataset = pydicom.dcmread("record.dcm")
    meanings = [
        channel.ChannelSourceSequence[0].CodeMeaning.split()[-1]
        for channel in dataset.WaveformSequence[0].ChannelDefinitionSequence
    ]
    heights = multiplex_array(dataset, 0, as_raw=False).max(axis=0) / 1000
    return stored.round(3).tolist(), [round(float(heights[meanings.index(n)]), 3) for n in PEAK_MV]


with warnings.catch_warnings(record=True) as raised:
    warnings.simplefilter("always")
    own = peaks_mv()
    one = peaks_mv(adc_gain=[1000] * 3, baseline=[0] * 3)
said = [str(w.message) for w in raised if "clip" in str(w.message) or "scale" in str(w.message)]
said += [record.getMessage() for record in told if record.levelno >= logging.WARNING]
print("a gain for each lead:", own, "one gain:", one, said)
assert own[0] == one[0] == list(PEAK_MV.values()) == one[1]
assert own[1] == [0.2, 0.2, 0.2], "leads with gains of their own are converted otherwise"
assert not said, "there is a warning now"
PY
