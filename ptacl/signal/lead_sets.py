"""Table of lead sets: which of the 12 leads an ECG may consist of.

A watch records lead I, a monitor lead II or II, V1 and V5; electrodes fall off the chest. With any
two limb leads the other four follow exactly (`io.ecg.leads`), so lead I with lead II is the set of
all six limb leads. Training draws from this table (`data.augment`), and a gallery has heads for
each set of it; other leads than these are read as the largest set among them.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32

from ptacl.types import LEADS, LIMB
from ptacl.wording import listed

CHEST = LEADS[len(LIMB) :]


@dataclass(frozen=True, slots=True)
class LeadSet:
    """Leads that an ECG consists of; the others are absent."""

    name: str
    """Short name, without blanks: for commands and files."""
    leads: tuple[str, ...]
    """In canonical order."""
    weight: float
    """Relative frequency in training."""

    @property
    def words(self) -> str:
        """The set as a phrase.

        >>> [lead_set(name).words for name in ("II", "limb", "no-V2", "II-V1-V5")]
        ['lead II alone', 'the six limb leads', 'all leads but V2', 'leads II, V1 and V5']
        """
        if self.name in _WORDS:
            return _WORDS[self.name]
        if len(self.leads) == 1:
            return f"lead {self.leads[0]} alone"
        absent = [lead for lead in LEADS if lead not in self.leads]
        return f"all leads but {absent[0]}" if len(absent) == 1 else f"leads {listed(self.leads)}"

    @property
    def present(self) -> Bool[np.ndarray, " leads=12"]:
        """Whether each of the 12 leads is in the set."""
        return np.array([lead in self.leads for lead in LEADS])


_WORDS = {"12": "all 12 leads", "limb": "the six limb leads", "chest": "the six chest leads"}
ALL_LEADS = LeadSet("12", LEADS, 0.0)
REDUCED_SETS = (
    *(LeadSet(f"no-{lost}", tuple(lead for lead in LEADS if lead != lost), 0.5) for lost in CHEST),
    LeadSet("limb", tuple(LIMB), 3.0),
    LeadSet("chest", CHEST, 0.5),
    LeadSet("II-V1-V5", ("II", "V1", "V5"), 1.5),
    LeadSet("II", ("II",), 3.0),
    LeadSet("I", ("I",), 2.0),
    *(LeadSet(lead, (lead,), 0.1) for lead in LEADS[2:]),
)
"""The sets with fewer than 12 leads, the largest first. Sets that devices record are frequent in
training; each other lead alone is rare, and is there so that no ECG is without a set."""
LEAD_SETS = (ALL_LEADS, *REDUCED_SETS)


def lead_set(name: str) -> LeadSet:
    """Return the lead set of a name.

    Raises:
        KeyError: no set of the table has it.
    """
    return {entry.name: entry for entry in LEAD_SETS}[name]


def largest_set(present: Collection[str], names: Collection[str] | None = None) -> LeadSet | None:
    """Return the largest set of the table among these leads; of equals, the first of the table.

    Args:
        present: names of leads; None is returned where no set is among them.
        names: of the sets to choose from; all by default.

    Example:
        >>> largest_set(["II", "V1", "V2", "V5"]).name
        'II-V1-V5'
    """
    among = (
        entry
        for entry in LEAD_SETS
        if set(entry.leads).issubset(present) and (names is None or entry.name in names)
    )
    return max(among, key=lambda entry: len(entry.leads), default=None)


def presence_table() -> Bool[np.ndarray, "sets leads=12"]:
    """Return the flags of each reduced set, rows as in `REDUCED_SETS`."""
    return np.stack([entry.present for entry in REDUCED_SETS])


def training_weights() -> Float32[np.ndarray, " sets"]:
    """Return the share of each reduced set in training; their sum is 1."""
    weights = np.array([entry.weight for entry in REDUCED_SETS], dtype=np.float32)
    return weights / weights.sum()


def only_leads(
    signal: Float[np.ndarray, "leads=12 samples"], leads: LeadSet
) -> Float[np.ndarray, "leads=12 samples"]:
    """Return an ECG with zeros in the leads outside a set; the ECG itself for all 12 leads."""
    if leads is ALL_LEADS:
        return signal
    return np.where(leads.present[:, None], signal, 0).astype(signal.dtype)
