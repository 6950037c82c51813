"""Rhythm of a 12-lead ECG: sinus, atrial fibrillation, flutter, ectopy, paced, other.

`read_rhythm` measures an ECG and returns a `Rhythm`: the most probable name, the probability of
each, and the evidence in words. `rhythm_caveats` is the rule by which a rhythm widens the
intervals of predictions or withholds them.
"""

from ptacl.rhythm.evidence import TITLES
from ptacl.rhythm.reading import read_rhythm, rhythm_of
from ptacl.types import RHYTHMS, Rhythm, RhythmName

__all__ = ["RHYTHMS", "TITLES", "Rhythm", "RhythmName", "read_rhythm", "rhythm_of"]
