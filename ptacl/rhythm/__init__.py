"""Rhythm of a 12-lead ECG: sinus, atrial fibrillation, flutter, ectopy, paced, other.

`read_rhythm` measures an ECG and returns a `Rhythm`: the most probable name, the probability of
each, and the evidence in words. What a rhythm does to predictions is in `gallery.rhythm_rule`.
"""

from ptacl.rhythm.reading import read_rhythm, rhythm_of
from ptacl.types import RHYTHMS, Rhythm, RhythmName

__all__ = ["RHYTHMS", "Rhythm", "RhythmName", "read_rhythm", "rhythm_of"]
