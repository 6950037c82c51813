#!/usr/bin/env bash
# ecg2dcm 1.3.1: an HL7 annotated ECG whose scale is in millivolts becomes a thousandth of itself.
#
# Expected before the run: the unit that the file states is read, or a file in mV is refused.
# Seen: of an aECG whose <scale> says .005 mV the DICOM ECG says .005 µV a step: a lead of 2 mV is 2 µV
#   high. The same file with 5 µV is right. The number of the last lead is used for all (a V6 of half
#   the step halves I), and <origin> is not read (100 µV are lost). No warning. The reader of
#   ecgdatakit 2.0.3 gives the same 2 mV for all of the spellings, and 2.1 mV with the origin.
# Why it matters: the converted file states a unit, so that nothing after it can tell.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "ecg2dcm==1.3.1" "ecgdatakit==2.0.3" "pydicom==2.4.4" "numpy>=2,<3"
cd "$folder"
"$folder/venv/bin/python" - 2> told <<'PY'
from pathlib import Path

import numpy as np
import pydicom
from ecg2dcm.adapters import aecg
from ecg2dcm.writer import write
from ecgdatakit import FileParser
from pydicom.waveforms import multiplex_array

LEADS = "I II III AVR AVL AVF V1 V2 V3 V4 V5 V6".split()
STEPS = 400 * np.sin(np.arange(1000) * np.pi / 100)  # 2 mV at 5 µV a step
CODES = 'codeSystem="2.16.840.1.113883.6.24"'


def sequence(code: str, value: str) -> str:
    code = f'<code code="{code}" {CODES}/>'
    return f"<component><sequence>{code}{value}</sequence></component>"


def file_of(unit: str, scale: float, origin: float = 0, last: float | None = None) -> Path:
    """A rhythm of two seconds; the last lead may have a scale of its own."""
    times = '<value xsi:type="GLIST_TS"><head value="20200101000000.000"/>'
    parts = sequence("TIME_ABSOLUTE", times + '<increment value="0.002" unit="s"/></value>')
    for lead in LEADS:
        step = last if last and lead == "V6" else scale
        digits = " ".join(str(round(n)) for n in STEPS * scale / step)
        value = f'<value xsi:type="SLIST_PQ"><origin value="{origin}" unit="{unit}"/>'
        value += f'<scale value="{step}" unit="{unit}"/><digits>{digits}</digits></value>'
        parts += sequence(f"MDC_ECG_LEAD_{lead}", value)
    begin = '<effectiveTime><low value="20200101000000"/></effectiveTime>'
    kind = '<code code="RHYTHM" codeSystem="2.16.840.1.113883.5.4"/>'
    series = f'<series><id root="1.2.4"/>{kind}{begin}<component><sequenceSet>{parts}'
    Path("made.xml").write_text(
        '<?xml version="1.0"?><AnnotatedECG xmlns="urn:hl7-org:v3" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><id root="1.2.3"/>'
        f"{begin}<component>{series}</sequenceSet></component></series></component></AnnotatedECG>"
    )
    return Path("made.xml")


seen = {}
for name, path in {
    "microvolts": lambda: file_of("uV", 5),
    "millivolts": lambda: file_of("mV", 0.005),
    "V6 finer": lambda: file_of("uV", 5, last=2.5),
    "origin": lambda: file_of("uV", 5, origin=100),
}.items():
    write(aecg.parse(path()), "made.dcm")
    converted = multiplex_array(pydicom.dcmread("made.dcm"), 0, as_raw=False)
    other = FileParser().parse(Path("made.xml")).leads[0]
    assert other.units == "mV"
    seen[name] = round(float(converted[:, 0].max()), 3), round(1000 * float(other.samples.max()), 3)
print("lead I in µV by ecg2dcm, by ecgdatakit:", seen)
assert seen["microvolts"] == (2000, 2000)
assert seen["millivolts"] == (2, 2000), "the unit of the scale is handled otherwise"
assert seen["V6 finer"] == (1000, 2000), "scales of single leads are handled otherwise"
assert seen["origin"] == (2000, 2100), "the origin is handled otherwise"
PY
if grep -iE "unit|scale|origin" told; then exit 1; fi # it warns now
