"""Rhythm of a 12-lead ECG: sinus, atrial fibrillation, flutter, ectopy, paced, other."""

from ptacl.types import RHYTHMS, Rhythm, RhythmName

__all__ = ["RHYTHMS", "Rhythm", "RhythmName"]
