"""Which series of a cardiac examination are no short-axis cine, by what they are called."""

import re
from functools import cache

_OTHERS = (
    ("a perfusion series", r"perf|first ?pass|dynamic contrast"),
    ("a localiser", r"locali[sz]er|scout|survey|haste"),
    ("late enhancement", r"\blge\b|late ?(gad|enh)|delayed|psir|viab|\bmde\b"),
    ("a long-axis cine", r"\b[234] ?ch|chamber|\blax\b|long ?ax|[lr]vot|\b[hv]la\b"),
    ("a flow series", r"flow|phase (contrast|map)|venc|velocity|aort|\bao\b"),
    ("a parametric map", r"\bt[12] ?\*? ?map|molli|t2 ?star|\bmap\b"),
    ("tagging", r"\btag|spamm"),
    ("an overlay of contours", r"inline ?vf"),
)
"""What a series is called when it is no short-axis cine: (what, pattern of the plain name)."""
_CINE = r"cine|sax|short ?ax"
_SHORT_AXIS = r"sax|short ?ax|\bsa\b|petit axe|kurz(e\b|ach)|lvsa"


@cache
def other_series(name: str) -> str | None:
    """What a series is by its name, when that is no short-axis cine: ``a localiser``.

    Example:
        >>> other_series("CINE_segmented_SAX_b4"), other_series("CINE_segmented_LAX_2Ch")
        (None, 'a long-axis cine')
    """
    plain = _plain(name)
    return next((what for what, pattern in _OTHERS if re.search(pattern, plain)), None)


@cache
def says_cine(name: str) -> bool:
    """Whether a name says that the series is a cine."""
    return bool(re.search(_CINE, _plain(name)))


@cache
def says_short_axis(name: str) -> bool:
    """Whether a name says that the series lies in the short axis."""
    return bool(re.search(_SHORT_AXIS, _plain(name)))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9*]+", " ", name.lower())
