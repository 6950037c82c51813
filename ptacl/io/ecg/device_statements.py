"""Interpretive statements of the device, as far as they are of a known vocabulary.

A statement of a file is free text: a reader may have added a name or a history. Only phrases of the
vocabulary are taken over, never text of the file itself.
"""

import re
from collections.abc import Iterable

PHRASES = (
    "normal ECG", "otherwise normal ECG", "abnormal ECG", "borderline ECG",
    "normal sinus rhythm", "sinus rhythm", "sinus bradycardia", "sinus tachycardia",
    "sinus arrhythmia", "atrial fibrillation", "atrial flutter", "ectopic atrial rhythm",
    "junctional rhythm", "supraventricular tachycardia", "ventricular tachycardia",
    "rapid ventricular response", "slow ventricular response", "premature atrial complexes",
    "premature supraventricular complexes", "premature ventricular complexes", "bigeminy",
    "ventricular-paced rhythm", "atrial-paced rhythm", "dual-paced rhythm", "paced rhythm",
    "1st degree AV block", "first degree AV block", "2nd degree AV block", "complete heart block",
    "short PR interval", "Wolff-Parkinson-White", "left bundle branch block",
    "incomplete left bundle branch block", "right bundle branch block",
    "incomplete right bundle branch block", "nonspecific intraventricular conduction delay",
    "nonspecific intraventricular block", "intraventricular conduction delay",
    "left anterior fascicular block", "left posterior fascicular block", "bifascicular block",
    "left axis deviation", "right axis deviation", "rightward axis", "indeterminate axis",
    "left ventricular hypertrophy", "right ventricular hypertrophy",
    "voltage criteria for left ventricular hypertrophy", "left atrial enlargement",
    "right atrial enlargement", "low voltage QRS", "low QRS voltage", "inferior infarct",
    "anterior infarct", "anteroseptal infarct", "septal infarct", "lateral infarct",
    "anterolateral infarct", "posterior infarct", "poor R wave progression", "ST elevation",
    "ST depression", "early repolarization", "T wave inversion", "T wave abnormality",
    "nonspecific T wave abnormality", "ST and T wave abnormality", "ST abnormality",
    "repolarization abnormality", "prolonged QT", "prolonged QT interval", "short QT interval",
)  # fmt: skip
DOUBTS = ("possible", "probable", "consider", "cannot rule out", "borderline", "suggests")
SKIPPED = ("no", "not", "without", "previous", "compared", "replaced", "absent", "longer")
"""Words of negations and of comparisons with another recording."""
MOST_TEXTS, MOST_CHARACTERS = 100, 300

_LONGEST_FIRST = sorted(PHRASES, key=len, reverse=True)


def known_statements(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Return the known phrases of the statements of a file, each once, in their order.

    Args:
        texts: as the file has them; parts of unknown wording are dropped.

    Example:
        >>> known_statements(["Sinus bradycardia with 1st degree A-V block", "Dr Smith"])
        ('sinus bradycardia', '1st degree AV block')
        >>> known_statements(["Cannot rule out Inferior infarct, age undetermined", "no LVH"])
        ('inferior infarct (cannot rule out)',)
    """
    phrases: list[str] = []
    for text in [text for text in texts if text][:MOST_TEXTS]:
        words = _words(text[:MOST_CHARACTERS])
        if set(words.split()) & set(SKIPPED) and "cannot rule out" not in words:
            continue
        doubt = next((each for each in DOUBTS if re.search(rf"\b{each}\b", words)), "")
        phrases += [_qualified(phrase, doubt) for phrase in _phrases_in(words)]
    return tuple(dict.fromkeys(phrases))


def _words(text: str) -> str:
    plain = text.lower().replace("a-v", "av").replace("non-specific", "nonspecific")
    return " ".join(re.sub(r"[^a-z0-9\- ]", " ", plain).split())


def _phrases_in(words: str) -> list[str]:
    """Return the phrases in some words, the longest of overlapping ones, in their order."""
    places: list[tuple[int, str]] = []
    for phrase in _LONGEST_FIRST:
        match = re.search(rf"\b{re.escape(phrase.lower())}\b", words)
        if match:
            places.append((match.start(), phrase))
            words = words[: match.start()] + "#" * len(match[0]) + words[match.end() :]
    return [phrase for _, phrase in sorted(places)]


def _qualified(phrase: str, doubt: str) -> str:
    return f"{phrase} ({doubt})" if doubt and not phrase.startswith(doubt) else phrase
