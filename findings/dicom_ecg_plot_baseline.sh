#!/usr/bin/env bash
# dicom-ecg-plot 1.4.1 against pydicom 3.0.2: one DICOM ECG, two voltages.
#
# Expected before the run: the same voltages up to the low-pass filter of the plot, for both read the
#   same channel definitions.
# Seen: DICOM gives Channel Baseline in the unit of the channel (PS3.3 C.10.9: value = stored ·
#   sensitivity + baseline). The plot adds it to the stored number before it multiplies: with 4.88 µV
#   a step and a baseline of 500 µV a resting lead lies at 2.44 mV instead of .5. pydicom had the
#   same sum until 2.3 (its issue 1667). The plot's filter starts from zero, so that such a lead
#   begins with a jump of an ECG's height.
# Why it matters: leads whose stored zero is not 0 mV leave the paper, and only those: in a file without
#   baselines both agree, so that a test on such a file sees nothing.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "dicom-ecg-plot==1.4.1" "pydicom==3.0.2" "numpy>=2,<3"
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import numpy as np
from ecg.processor import extract_signals
from ecg.reader import DicomECGReader
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, TwelveLeadECGWaveformStorage, generate_uid
from pydicom.waveforms import multiplex_array

STEP_UV, BASELINE_UV = 4.88, 500


def code(value: str, scheme: str) -> list[Dataset]:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, value
    return [item]


def channel(lead: str, baseline: float) -> Dataset:
    item = Dataset()
    item.ChannelSourceSequence = code(lead, "MDC")
    item.ChannelSensitivity, item.ChannelSensitivityCorrectionFactor = STEP_UV, 1
    item.ChannelSensitivityUnitsSequence = code("uV", "UCUM")
    item.ChannelBaseline, item.WaveformBitsStored = baseline, 16
    return item


group = Dataset()
group.WaveformOriginality = "ORIGINAL"
group.NumberOfWaveformChannels, group.NumberOfWaveformSamples = 2, 1000
group.SamplingFrequency, group.WaveformBitsAllocated = 500, 16
group.WaveformSampleInterpretation = "SS"
group.ChannelDefinitionSequence = [channel("2:1", BASELINE_UV), channel("2:2", 0)]
stored = np.zeros((1000, 2), "<i2")
stored[500:] = 100
group.WaveformData = stored.tobytes()
dataset = Dataset()
dataset.file_meta = FileMetaDataset()
dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
dataset.SOPClassUID, dataset.SOPInstanceUID = TwelveLeadECGWaveformStorage, generate_uid()
dataset.WaveformSequence = [group]
dataset.save_as("ecg.dcm", enforce_file_format=True)

by_pydicom = multiplex_array(dataset, 0, as_raw=False)[[499, 999]].T / 1000
plotted = extract_signals(DicomECGReader("ecg.dcm"))
by_plot = plotted[:, [499, 999]]
print("pydicom", by_pydicom.round(3).tolist(), "plot", by_plot.round(3).tolist())
print("first samples", plotted[0, :3].round(2).tolist())
assert np.allclose(by_pydicom, [[0.5, 0.988], [0, 0.488]])
assert np.allclose(by_plot, [[2.44, 2.928], [0, 0.488]], atol=1e-3), "the baseline is used otherwise"
assert abs(plotted[0, 0]) < 0.5, "the filter starts otherwise"
PY
