"""ECGs of simulated hearts, each made once: lawful limb leads, human proportions."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from ptacl.synthetic import simulate_subject
from ptacl.types import LEADS, LIMB, Ecg

SEED = 20
LIMBS = list(LIMB)


@lru_cache(maxsize=16)
def heart(number: int = 0) -> Ecg:
    """A simulated ECG of 10 s at 500 Hz."""
    return simulate_subject(SEED, number).ecg


def with_leads(ecg: Ecg, **leads: np.ndarray) -> Ecg:
    """The ECG with some leads replaced."""
    signal = ecg.signal_mv.copy()
    for lead, samples in leads.items():
        signal[LEADS.index(lead)] = samples
    return replace(ecg, signal_mv=signal)


def with_only_leads(ecg: Ecg, *leads: str) -> Ecg:
    """The ECG as read from a file with these leads alone."""
    there = np.array([lead in leads for lead in LEADS])
    signal_mv = np.where(there[:, None], ecg.signal_mv, np.nan).astype(np.float32)
    missing = {lead: "absent" for lead in LEADS if lead not in leads}
    return replace(ecg, signal_mv=signal_mv, missing=missing)


def lead(ecg: Ecg, name: str) -> np.ndarray:
    """One lead in mV."""
    return ecg.signal_mv[LEADS.index(name)]


def from_limbs(ecg: Ecg, first: np.ndarray, second: np.ndarray) -> Ecg:
    """The ECG with all six limb leads made of another I and II."""
    limbs = {name: a * first + b * second for name, (a, b) in LIMB.items()}
    return with_leads(ecg, **limbs)


def in_order(ecg: Ecg, order: str) -> Ecg:
    """The ECG with chest leads in another order: ``654321`` is reversed."""
    return with_leads(ecg, **{f"V{at}": lead(ecg, f"V{of}") for at, of in enumerate(order, 1)})
