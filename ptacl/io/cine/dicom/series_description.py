"""Classification of cardiac MR series by their description: short-axis cines and other series.

Descriptions are free text and the weakest evidence; the DICOM elements take precedence
(`series_tags`). Keywords match whole words (``postperfusion`` is not perfusion), except after
*pre*, *post* and similar words. A description with the keywords of short axis and cine overrides
keywords about planning or timing.
"""

import re
from dataclasses import dataclass
from functools import cache

_STRONG = (
    ("an overlay of contours", r"inline ?vf"),
    ("tagging", r"(c?spamm|tag(s|ged|ging)?)"),
    ("a flow series", r"(venc ?\d*|velocity|phase contrast|phase maps?|[qp]c? ?flow|[24]d ?flow)"),
)
"""Techniques with other contrast in any plane: (kind, pattern of whole words)."""
_WEAK = (
    ("a perfusion series", r"(perf(us\w*)?\d*|first ?pass\w*|dynamic contrast)"),
    ("a localiser", r"(locali[sz]er\w*|scouts?|survey\w*|haste)"),
    (
        "late enhancement",
        r"(lge|late ?(gad\w*|enh\w*)?|delayed( ?enh\w*)?|psir|viab(ility)?|mde)",
    ),
    (
        "a long-axis cine",
        r"(\w*?(?<!\d)[234] ?ch\w{0,2}|(two|three|four)? ?chambers?|[234] ?chambers?|lax\w{0,2}"
        r"|long ?axis|[lr]vot|[hv]la)",
    ),
    ("a flow series", r"(flow(?! ?comp)|aort\w*|ao)"),
    ("a parametric map", r"(t[12] ?(star|\*)? ?maps?|molli\w*|t2 ?star|t2 ?\*|maps?)"),
)
"""Keywords of other series, overridden by the keywords of a short-axis cine."""
_PLANES = "a long-axis cine"
_NEGATIONS = r"(pre|post|after|before|vor|nach|no|non|without|ohne|from|off|ref)"
"""Words that negate the keyword after them."""
_SHORT_AXIS = r"sax|short ?ax|\bsa\d*\b|petit axe|axe court|eje corto|asse corto|kurz(e\b|ach)|lvsa"
_CINE = r"cine|fiesta|b ?tfe|tru ?fi|ssfp"


@dataclass(frozen=True, slots=True)
class NamedKind:
    """Kind of a series by its description."""

    other: str | None = None
    """Kind of the series, such as ``a localiser``; None for a short-axis cine or if unknown."""
    weakly: bool = False
    """Whether the times of a short-axis cine override the kind."""
    overridden: str | None = None
    """Kind by a keyword that was overridden by those of a short-axis cine."""


@cache
def named_kind(name: str) -> NamedKind:
    """Classify the description of a series.

    Example:
        >>> named_kind("sa_cine_planned_on_4ch")
        NamedKind(other=None, weakly=False, overridden='a long-axis cine')
    """
    words = _normalise(name)
    strong = _match(_STRONG, words)
    if strong:
        return NamedKind(strong)
    weak = _match(_WEAK, words)
    short_axis = bool(re.search(_SHORT_AXIS, words))
    if weak and short_axis and (weak == _PLANES or re.search(_CINE, words)):
        return NamedKind(overridden=weak)
    return NamedKind(weak, weakly=weak is not None and short_axis)


def other_series(name: str) -> str | None:
    """Return the kind of a series that is not a short-axis cine by its description; else None.

    Example:
        >>> other_series("CINE_segmented_SAX_b4"), other_series("CINE_segmented_LAX_2Ch")
        (None, 'a long-axis cine')
    """
    return named_kind(name).other


@cache
def says_cine(name: str) -> bool:
    """Return whether a description denotes a cine."""
    return bool(re.search(f"{_CINE}|sax|short ?ax", _normalise(name)))


@cache
def says_short_axis(name: str) -> bool:
    """Return whether a description denotes the short axis and no other plane."""
    words = _normalise(name)
    return bool(re.search(_SHORT_AXIS, words)) and _match(_WEAK, words) != _PLANES


def _match(kinds: tuple[tuple[str, str], ...], words: str) -> str | None:
    text = re.sub(rf"\b{_NEGATIONS} \w+", " ", words)
    return next(
        (kind for kind, pattern in kinds if re.search(rf"(?<!\w){pattern}(?!\w)", text)), None
    )


def _normalise(name: str) -> str:
    return re.sub(r"[^a-z0-9*]+", " ", name.lower()).strip()
