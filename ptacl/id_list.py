"""A list of participants as people send it: text, one id a line, with or without a heading."""

import re

_HEADINGS = {"eid", "f.eid", "participant.eid", "n_eid", "id", "subject_id", "participant_id"}
_ID = re.compile(r"[^\s,;\"'\x00-\x1f]{1,64}")
MOST_BYTES = 64 * 1024**2


def ids_of(content: bytes) -> list[str] | None:
    """The ids of a list in its order, or None where it is no list of ids.

    They stand in the first column; a heading such as ``eid`` is left out, and so is the ``.0``
    that a spreadsheet adds.

    Example:
        >>> ids_of(b"eid,site\\n1000015.0,2\\n1000027,3\\n")
        ['1000015', '1000027']
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    ids = [re.split(r"[,;\t]", line)[0].strip().strip("\"'") for line in text.splitlines()]
    ids = [one.removesuffix(".0") for one in ids if one]
    ids = ids[1:] if ids and ids[0].lower() in _HEADINGS else ids
    return ids if all(_ID.fullmatch(one) for one in ids) else None
