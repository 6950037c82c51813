"""Which series of a cardiac examination are no short-axis cine, by what they are called.

Names are free text: a word in them is the weakest sign of all. Words count as whole words
(``postperfusion`` is no perfusion), not after *pre*, *post* and the like, and a name that says
short axis and cine is believed over the words that tell where, when or how it was planned. What
the elements of a file say comes first (`series_tags`).
"""

import re
from dataclasses import dataclass
from functools import cache

_STRONG = (
    ("an overlay of contours", r"inline ?vf"),
    ("tagging", r"(c?spamm|tag(s|ged|ging)?)"),
    ("a flow series", r"(venc ?\d*|velocity|phase contrast|phase maps?|[qp]c? ?flow|[24]d ?flow)"),
)
"""Techniques that give a cine of their own in any plane: (what, pattern of whole words)."""
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
"""What a series is called when it is no short-axis cine, unless it says that it is one."""
_PLANES = "a long-axis cine"
_BEFORE = r"(pre|post|after|before|vor|nach|no|non|without|ohne|from|off|ref)"
"""Words that set a series apart from what follows."""
_SHORT_AXIS = r"sax|short ?ax|\bsa\d*\b|petit axe|axe court|eje corto|asse corto|kurz(e\b|ach)|lvsa"
_CINE = r"cine|fiesta|b ?tfe|tru ?fi|ssfp"


@dataclass(frozen=True, slots=True)
class NamedKind:
    """What a name says of a series."""

    other: str | None = None
    """What it is when it is no short-axis cine: ``a localiser``."""
    weakly: bool = False
    """Whether a series that is evidently a cine in the short axis outweighs it."""
    passed_over: str | None = None
    """What a word of the name would mean, had its other words not said short-axis cine."""


@cache
def named_kind(name: str) -> NamedKind:
    """What a name says of a series.

    Example:
        >>> named_kind("sa_cine_planned_on_4ch")
        NamedKind(other=None, weakly=False, passed_over='a long-axis cine')
    """
    plain = _plain(name)
    strong = _found(_STRONG, plain)
    if strong:
        return NamedKind(strong)
    weak = _found(_WEAK, plain)
    short_axis = bool(re.search(_SHORT_AXIS, plain))
    if weak and short_axis and (weak == _PLANES or re.search(_CINE, plain)):
        return NamedKind(passed_over=weak)
    return NamedKind(weak, weakly=weak is not None and short_axis)


def other_series(name: str) -> str | None:
    """What a series is by its name, when that is no short-axis cine: ``a localiser``.

    Example:
        >>> other_series("CINE_segmented_SAX_b4"), other_series("CINE_segmented_LAX_2Ch")
        (None, 'a long-axis cine')
    """
    return named_kind(name).other


@cache
def says_cine(name: str) -> bool:
    """Whether a name says that the series is a cine."""
    return bool(re.search(f"{_CINE}|sax|short ?ax", _plain(name)))


@cache
def says_short_axis(name: str) -> bool:
    """Whether a name says that the series lies in the short axis, and names no other plane."""
    plain = _plain(name)
    return bool(re.search(_SHORT_AXIS, plain)) and _found(_WEAK, plain) != _PLANES


def _found(kinds: tuple[tuple[str, str], ...], plain: str) -> str | None:
    alone = re.sub(rf"\b{_BEFORE} \w+", " ", plain)
    return next((what for what, words in kinds if re.search(rf"(?<!\w){words}(?!\w)", alone)), None)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9*]+", " ", name.lower()).strip()
