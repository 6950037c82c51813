"""Statements and misfits name their leads and waves for the ECG paper."""

import re

from app.panels.impression_html import impression_html
from app.panels.misfits_html import misfits_html
from ptacl.types import Finding
from tests.app.fake_gallery import IMPRESSION


def test_a_stretch_of_the_beat_names_its_wave_and_its_milliseconds():
    html = misfits_html([Finding("V5", "ST–T", 120.0, 260.0, -6.2, 99.0)])
    assert 'data-ecg-leads="V5" data-ecg-waves="ST T" data-ecg-span="120 260"' in html
    assert "<b>V5, ST–T, 120–260 ms after R: 6 SD below</b>" in html


def test_a_stretch_of_the_recording_names_its_seconds():
    html = misfits_html([Finding("II", "rhythm", 3210.0, 3700.0, 9.0, 100.0)])
    assert 'data-ecg-waves="RR" data-ecg-at="3.210 3.700"' in html and "data-ecg-span" not in html


def test_every_entry_has_a_key_of_its_own_in_both_lists():
    findings = [Finding("V5", "QRS", -20.0, 10.0, 6.0, 99.0)] * 3
    html = misfits_html(findings[:2]) + misfits_html(findings[2:], 2)
    assert re.findall(r'data-ecg-key="([^"]+)"', html) == ["misfit-0", "misfit-1", "misfit-2"]


def test_a_statement_names_its_waves_as_well_as_its_leads():
    html = impression_html(IMPRESSION.statements)
    assert 'data-ecg-key="low_t" data-ecg-leads="V5 V6" data-ecg-waves="T"' in html
