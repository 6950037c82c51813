"""The ECG as an SVG: true millimetres, gaps without a line."""

import re

import numpy as np
import pytest

from ptacl.notebook.ecg_sheet import MM_PER_MV, MM_PER_S, PULSE_MM
from ptacl.notebook.ecg_svg import paper_svg
from ptacl.types import LEADS


def test_the_paper_is_in_true_millimetres():
    signal = np.zeros((12, 5000), np.float32)
    signal[LEADS.index("II"), 500:] = 1.0  # 1 mV from 1 s on; the lead's median is 1 mV
    svg = paper_svg(signal, 500.0)
    assert f'width="{PULSE_MM + 10 * MM_PER_S}mm"' in svg
    rhythm = re.findall(r'<path d="(M[^"]+)" stroke="#1A1A1A"', svg)[-1]
    points = [tuple(map(float, p.split())) for p in re.split("[ML]", rhythm)[1:]]
    before = [y for x, y in points if x < PULSE_MM + 0.9 * MM_PER_S]
    after = [y for x, y in points if x > PULSE_MM + 1.1 * MM_PER_S]
    assert before[0] - after[0] == pytest.approx(1.0 * MM_PER_MV)
    assert points[-1][0] == pytest.approx(PULSE_MM + 10 * MM_PER_S, abs=0.2)


def test_missing_samples_lift_the_pen():
    signal = np.zeros((12, 5000), np.float32)
    signal[:, 2000:3000] = np.nan
    assert "nan" not in paper_svg(signal, 500.0).lower().replace("polyline", "")
