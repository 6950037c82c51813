"""File names of withdrawal and exclusion lists: UK Biobank's names and common other names."""

import re
from pathlib import PurePath

_LIST_EXTENSIONS = (
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
    """Return whether a file name denotes a list of withdrawn participants.

    Example:
        >>> names = "w98765_20240527.csv", "Withdrawals.txt", "opt-out_ids.tsv", "wide.csv"
        >>> [is_withdrawn_list(name) for name in names]
        [True, True, True, False]
    """
    stem, extension = _split_extension(name)
    return extension in _LIST_EXTENSIONS and _WITHDRAWN.search(stem) is not None


def is_called_exclusion(name: str) -> bool:
    """Return whether a file name denotes an exclusion list, of participants or other items.

    Example:
        >>> names = "exclude_ids.txt", "removed.csv", "dropouts.csv", "raindrops.csv"
        >>> [is_called_exclusion(name) for name in names]
        [True, True, True, False]
    """
    stem, extension = _split_extension(name)
    return extension in _LIST_EXTENSIONS and _EXCLUSION.search(stem) is not None


def _split_extension(name: str) -> tuple[str, str]:
    """Split a file name into stem and extension in lower case, without compression suffixes."""
    lowered = name.lower()
    for compression in (".gz", ".bz2", ".xz", ".zip"):
        lowered = lowered.removesuffix(compression)
    extension = PurePath(lowered).suffix
    return lowered.removesuffix(extension), extension
