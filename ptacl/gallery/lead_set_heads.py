"""Heads, conformal factors and distribution limits of a gallery for each lead set.

lead_sets.json  an entry a set: distribution limit and quantiles, relative width of its intervals
lead_sets.npz   the heads' arrays and embeddings of training ECGs, both with these leads alone

Weights and embeddings are stored in 16 bits: their rounding is far below the intervals, and 21 sets
with three heads each would otherwise take more space than the model.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from ptacl.config.json_record import COPY_AGAIN, read_record
from ptacl.gallery import format as layout
from ptacl.gallery.conditional_heads import HeadsByKnown
from ptacl.gallery.predict import DistributionLimit
from ptacl.gallery.probabilities import ProbabilityHeads
from ptacl.gallery.rounding import restored, rounded
from ptacl.phenotypes import phenotype
from ptacl.regression import Heads
from ptacl.regression.covariates import COVARIATE_SETS, Known
from ptacl.signal.lead_sets import ALL_LEADS, LEAD_SETS, LeadSet, largest_set
from ptacl.store import write_atomically
from ptacl.types import LEADS, Caveat, EcgQuality
from ptacl.wording import listed

CLEARLY_MORE = 1.15
"""Ratio of the widest to the median relative width, from which the widest is named."""
READ_AS = "lead_set"
"""Code of the caveat that names the leads that were read."""
Embedded = Float32[np.ndarray, "known embedding"]
_IN_16_BITS = ("weights", "noise_weights")
_EXACT = ("alphas", "bias", "noise_bias", "noise_range", "factors")


@dataclass(frozen=True, eq=False)
class LeadSetHeads:
    """What a gallery holds for one lead set."""

    heads: HeadsByKnown
    distribution: DistributionLimit
    widths: Mapping[str, float]
    """Phenotype key → width of its intervals relative to those from 12 leads, the median of the
    validation subjects."""
    probabilities: Mapping[Known, ProbabilityHeads] = field(default_factory=dict)
    """As fitted; of a stored gallery they are in `Gallery.probabilities`."""

    @property
    def times_as_wide(self) -> float:
        """Median of the relative widths over the phenotypes."""
        return float(np.median(list(self.widths.values())))


class HeadsByLeadSet:
    """Heads of a gallery by lead set; without any, only ECGs of 12 leads are read."""

    def __init__(self, folder: Path) -> None:
        self._arrays = folder / layout.LEAD_SET_ARRAYS
        self._record = read_record(folder / layout.LEAD_SETS, COPY_AGAIN)
        self._read: dict[str, LeadSetHeads] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the sets with heads of their own, in the order of the table."""
        return tuple(entry.name for entry in LEAD_SETS if entry.name in self._record)

    def __bool__(self) -> bool:
        return bool(self.names)

    def __getitem__(self, name: str) -> LeadSetHeads:
        if name not in self._read:
            self._read[name] = self._load(name)
        return self._read[name]

    def used_for(self, quality: EcgQuality) -> LeadSet:
        """Return the set as which an ECG is read: the largest one among its leads."""
        if not quality.absent or not self.names:
            return ALL_LEADS
        present = [lead for lead in LEADS if lead not in quality.absent]
        return largest_set(present, self.names) or ALL_LEADS

    def _load(self, name: str) -> LeadSetHeads:
        entry = self._record[name]
        with np.load(self._arrays, allow_pickle=False) as stored:
            heads: dict[Known, Heads] = {
                known: Heads(
                    keys=tuple(entry["keys"]),
                    confidence=float(entry["confidence"]),
                    groups=(),
                    **_read_arrays(stored, f"{name}/{known}"),
                )
                for known in ("ecg", *COVARIATE_SETS)
                if known in entry["known"]
            }
            familiar = in_16_bits(stored[f"{name}/familiar"])
        limit = DistributionLimit(entry["limit"], tuple(entry["quantiles"]), familiar)
        return LeadSetHeads(heads, limit, entry["widths"])


def save_lead_sets(folder: Path, by_set: Mapping[str, LeadSetHeads]) -> None:
    """Write the heads of all lead sets into a gallery; the record last."""
    arrays: dict[str, Any] = {}
    record = {}
    for name, entry in by_set.items():
        arrays[f"{name}/familiar"] = entry.distribution.familiar.astype(np.float16)
        for known, heads in entry.heads.items():
            arrays |= _rounded_arrays(heads, f"{name}/{known}")
        first = entry.heads["ecg"]
        record[name] = {
            "keys": first.keys,
            "confidence": first.confidence,
            "known": list(entry.heads),
            "limit": entry.distribution.limit,
            "quantiles": [round(value, 6) for value in entry.distribution.quantiles],
            "widths": {key: round(value, 3) for key, value in entry.widths.items()},
        }
    with (folder / layout.LEAD_SET_ARRAYS).open("wb") as file:
        np.savez_compressed(file, **arrays)
    write_atomically(folder / layout.LEAD_SETS, json.dumps(record, indent=1))


def _rounded_arrays(heads: Heads, where: str) -> dict[str, np.ndarray]:
    arrays = {f"{where}/{part}": getattr(heads, part).astype(np.float32) for part in _EXACT}
    for part in _IN_16_BITS:
        arrays[f"{where}/{part}"], arrays[f"{where}/{part}/scale"] = rounded(getattr(heads, part))
    return arrays


def _read_arrays(stored: Mapping[str, np.ndarray], where: str) -> dict[str, Any]:
    arrays = {part: stored[f"{where}/{part}"].astype(np.float64) for part in _EXACT}
    for part in _IN_16_BITS:
        scale = stored[f"{where}/{part}/scale"]
        arrays[part] = restored(stored[f"{where}/{part}"], scale)
    return arrays


def in_16_bits(embeddings: Float[np.ndarray, "known embedding"]) -> Embedded:
    """Round unit vectors as they are stored, and make them unit vectors again."""
    rounded = embeddings.astype(np.float16).astype(np.float32)
    return rounded / np.linalg.norm(rounded, axis=1, keepdims=True)


def remove_lead_sets(folder: Path) -> None:
    """Remove the heads of lead sets from a gallery, the record first."""
    for name in (layout.LEAD_SETS, layout.LEAD_SET_ARRAYS):
        (folder / name).unlink(missing_ok=True)


def lead_set_words(leads: LeadSet, entry: LeadSetHeads) -> str:
    """Return from which leads an ECG is read, and what that costs, as a phrase.

    ``read from lead II alone: intervals 1.6 × as wide (LVM 2.1 ×)``; the phenotype that loses most
    is named where its intervals widen clearly more than those of most phenotypes.
    """
    widest = max(entry.widths, key=lambda key: entry.widths[key])
    most = entry.widths[widest]
    named = f" ({phenotype(widest).name} {most:.1f} ×)"
    apart = most >= CLEARLY_MORE * entry.times_as_wide
    times = f"{entry.times_as_wide:.1f} × as wide"
    return f"read from {leads.words}: intervals {times}{named if apart else ''}"


def lead_set_caveat(leads: LeadSet, entry: LeadSetHeads, quality: EcgQuality) -> Caveat:
    """Return the caveat that says from which leads an ECG is read, and what that costs.

    Args:
        leads: the set that is read.
        entry: its heads.
        quality: of the ECG, with the absent leads.
    """
    words = lead_set_words(leads, entry)
    text = f"{words[0].upper()}{words[1:]} as from all 12 leads."
    unread = [x for x in LEADS if x not in quality.absent and x not in leads.leads]
    if unread:
        text += (
            f" {listed(unread)} {'is' if len(unread) == 1 else 'are'} not read: the model has no "
            "heads for these leads together."
        )
    return Caveat(READ_AS, text, "check")
