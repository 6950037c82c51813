"""Whether groups of leads were recorded at one time."""

from pathlib import Path

import numpy as np
import pytest

from ptacl.io import read_ecg
from ptacl.io.ecg.leads.simultaneity import recorded_together
from ptacl.io.ecg.recording import Channel
from ptacl.types import LEADS, Ecg

LIMB_APART = (LEADS[:3], LEADS[3:6])
LIMB_AND_CHEST = (LEADS[:6], LEADS[6:])


def groups(
    ecg: Ecg, names: tuple[tuple[str, ...], ...], samples: int, apart: bool
) -> list[list[Channel]]:
    signal = dict(zip(LEADS, ecg.signal_mv.astype(float), strict=True))
    starts = (0, samples if apart else 0)
    return [
        [Channel(lead, signal[lead][start : start + samples], "mV") for lead in leads]
        for leads, start in zip(names, starts, strict=True)
    ]


@pytest.mark.parametrize(
    ("names", "samples", "by_chance"), [(LIMB_APART, 1250, 0.0), (LIMB_AND_CHEST, 2500, 0.08)]
)
def test_real_leads_are_told_by_their_time(
    shared_data: Path,
    names: tuple[tuple[str, ...], ...],
    samples: int,
    by_chance: float,
) -> None:
    """Steady rhythms may beat in step with themselves 5 s later; nothing else passes."""
    records = sorted((shared_data / "ecg/wfdb_ptbxl_more").glob("*.hea"))[::4]
    ecgs = [read_ecg(record) for record in records]
    whole = [ecg for ecg in ecgs if np.isfinite(ecg.signal_mv).all()]
    assert len(whole) > 40
    assert all(recorded_together(groups(ecg, names, samples, False), 500) for ecg in whole)
    taken = [recorded_together(groups(ecg, names, samples, True), 500) for ecg in whole]
    assert np.mean(taken) <= by_chance


def test_single_leads_tell_nothing(shared_data: Path) -> None:
    record = next((shared_data / "ecg/wfdb_ptbxl_more").glob("*.hea"))
    assert recorded_together(groups(read_ecg(record), (("I",), ("V2",)), 2500, False), 500) is None


def test_flat_leads_tell_nothing() -> None:
    flat = [
        [Channel(lead, np.zeros(2500), "mV") for lead in part] for part in LIMB_AND_CHEST[1:] * 2
    ]
    assert recorded_together(flat, 500) is None
