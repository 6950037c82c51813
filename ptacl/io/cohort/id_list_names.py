"""What lists of people to be left out are called: UK Biobank's own names, and people's."""

import re
from pathlib import PurePath

_LIST_ENDINGS = (
    "", ".csv", ".txt", ".tsv", ".tab", ".list", ".lst", ".ids", ".id", ".eid", ".eids", ".dat",
    ".xlsx", ".xls", ".ods",
)  # fmt: skip
_WITHDRAWN = re.compile(
    r"withdr[ae]w|^w\d{4,6}(?:[-_ ]?\d[-_\d]*)?$|(?:^|[^a-z])opt(?:ed)?[-_ ]?outs?(?![a-z])"
    r"|(?:^|[^a-z])(?:revoked?|revocations?|retract\w*|rescinded)(?![a-z])"
    r"|consent[-_ ]?(?:removed|ended|revoked)|no[-_ ]?consent"
)
_EXCLUSION = re.compile(
    r"(?:^|[^a-z])(?:exclu(?:de|ded|des|sion|sions)|remov(?:e|ed|al|als)|drop(?:ped|out|outs|s)?"
    r"|delete[ds]?|leave[-_ ]?out|left[-_ ]?out|black[-_ ]?list(?:ed)?|do[-_ ]?not[-_ ]?use"
    r"|ineligible|leavers?)(?![a-z])"
)


def is_withdrawn_list(name: str) -> bool:
    """Whether a file is called a list of withdrawn participants.

    Example:
        >>> names = "w98765_20240527.csv", "Withdrawals.txt", "opt-out_ids.tsv", "wide.csv"
        >>> [is_withdrawn_list(name) for name in names]
        [True, True, True, False]
    """
    stem, ending = _cut_endings(name)
    return ending in _LIST_ENDINGS and _WITHDRAWN.search(stem) is not None


def is_called_exclusion(name: str) -> bool:
    """Whether a file's name says to leave out what it lists, participants or something else.

    Example:
        >>> names = "exclude_ids.txt", "removed.csv", "dropouts.csv", "raindrops.csv"
        >>> [is_called_exclusion(name) for name in names]
        [True, True, True, False]
    """
    stem, ending = _cut_endings(name)
    return ending in _LIST_ENDINGS and _EXCLUSION.search(stem) is not None


def _cut_endings(name: str) -> tuple[str, str]:
    """A file's name without its endings, in lower case, and the ending that says its kind."""
    low = name.lower()
    for packed in (".gz", ".bz2", ".xz", ".zip"):
        low = low.removesuffix(packed)
    ending = PurePath(low).suffix
    return low.removesuffix(ending), ending
