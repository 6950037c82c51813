"""Participant identifiers in tables and lists: columns, spellings of numbers, plain id lists."""

import csv
import re
from collections.abc import Sequence

ID_COLUMNS = (
    "eid", "participant_id", "subject_id", "patient_id", "userid", "iid", "fid", "id",
    "participant", "subject", "ukb_id", "ukbid", "ukb_eid", "encoded_anonymised_participant_id",
)  # fmt: skip
"""Names of participant columns as normalised by `column_name`, the most specific first."""
MOST_BYTES = 64 * 1024**2

_REASON = re.compile(
    r"date|day|reason|withdr|status|consent|exclu|remov|comment|note", re.IGNORECASE
)
_PREFIX = re.compile(r"^(?:participant\.|[fnsx][_.])(?=.*id$)")
_WHOLE = re.compile(r"(\d+)[.,]0*")
_GROUPED = re.compile(r"\d{1,3}(?:(?:[ ,'\u00a0\u202f]\d{3})+|(?:\.\d{3}){2,})")
_POWER = re.compile(r"(\d)(?:[eE]\+|[.,](\d+)[eE]\+?)(\d{1,2})")
_WORD = re.compile(r"[^\s,;\"'\x00-\x1f]{1,64}")


def column_name(column: str) -> str:
    """Normalise the name of a column: case, quotes, blanks and prefixes added by converters.

    Example:
        >>> [column_name(name) for name in ("f.eid", "X.eid", "Participant ID", "\\ufeffID")]
        ['eid', 'eid', 'participant_id', 'id']
    """
    name = column.strip().strip("\ufeff\"'").strip().lower()
    if "(" in name:  # the platform's cohort browser: "Participant ID(participant - eid)"
        name = name.split("(")[0]
    return re.sub(r"[\s.\-_]+", "_", _PREFIX.sub("", name)).strip("_")


def id_column(columns: Sequence[str]) -> int | None:
    """Return the index of the participant column; None if no name matches.

    Example:
        >>> id_column(["FID", "IID", "24103-2.0"]), id_column(["row", "f.eid"]), id_column(["a"])
        (1, 1, None)
    """
    names = [column_name(column) for column in columns]
    return next((names.index(known) for known in ID_COLUMNS if known in names), None)


def participant_id(text: str) -> str | None:
    """Normalise a participant number to its spelling in file names; None if it was rounded.

    Text that is not a number is returned unchanged.

    Example:
        >>> [participant_id(t) for t in ("9000001.0", "9.000001e+06", " 9000001", "9,000,001")]
        ['9000001', '9000001', '9000001', '9000001']
        >>> participant_id("9.00E+06") is None, participant_id("S3-00001")
        (True, 'S3-00001')
    """
    text = text.strip().strip("\"'").strip()
    if text.isdigit():
        return text
    if whole := _WHOLE.fullmatch(text):
        return whole[1]
    if _GROUPED.fullmatch(text):
        return re.sub(r"\D", "", text)
    if power := _POWER.fullmatch(text):
        return _of_power(power[1], power[2], int(power[3]))
    return text


def _of_power(first: str, more: str | None, power: int) -> str | None:
    """Expand first.more · 10^power to an integer; None if its last digits are missing.

    R writes 9e+06 for the exact number; a spreadsheet writes 9.00E+06 for a rounded one.
    """
    if more is None:
        return first + "0" * power
    if len(more) < power:
        return None
    return first + more[:power] if not more[power:].strip("0") else None


def bare_ids(content: bytes) -> list[str] | None:
    """Return the ids of a file that contains only ids; None for other tables.

    Accepted further columns are a repeated id (as in PLINK files), and reason and date.
    """
    text = decoded(content)
    rows = list(_rows(text)) if text is not None else []
    heading, rows = (rows[0], rows[1:]) if rows and id_column(rows[0]) is not None else ([], rows)
    only_reasons = len(heading) < 4 and all(
        _REASON.search(name) for index, name in enumerate(heading) if index != id_column(heading)
    )
    if not (heading and only_reasons) and any(len(set(filter(None, row))) > 1 for row in rows):
        return None
    return ids_of(content)


def ids_of(content: bytes) -> list[str] | None:
    """Return the ids of a list in order; None if it is not a list of ids.

    Each line holds one id, in the participant column of the header or, without a header, in the
    first column. Numbers are normalised by `participant_id`.

    Example:
        >>> ids_of(b"eid,site\\n1000015.0,2\\n1000027,3\\n")
        ['1000015', '1000027']
    """
    text = decoded(content)
    rows = list(_rows(text)) if text is not None else []
    if text is None:
        return None
    column = id_column(rows[0]) if rows else None
    rows, column = (rows[1:], column) if column is not None else (rows, 0)
    cells = [row[column].strip().strip("\"'").strip() for row in rows if len(row) > column]
    if len(cells) < len(rows) or not all(_is_id(cell) for cell in cells if cell):
        return None
    ids = [participant_id(cell) for cell in cells if cell]
    return None if None in ids else [subject_id for subject_id in ids if subject_id is not None]


def decoded(content: bytes) -> str | None:
    """Decode a text file; None if it is not text."""
    has_utf16_mark = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return content.decode("utf-16" if has_utf16_mark else "utf-8-sig")
    except UnicodeDecodeError:
        return None


def _rows(text: str) -> list[list[str]]:
    """Split each non-empty line into cells at the separator."""
    lines = [line for line in text.splitlines() if line.strip(" \t,;\"'")]
    if lines and all(_GROUPED.fullmatch(line.strip()) for line in lines[1:] or lines):
        return [[line.strip()] for line in lines]
    if separator := next(
        (candidate for candidate in "\t;," if any(candidate in line for line in lines)), ""
    ):
        try:
            return list(csv.reader(lines, delimiter=separator))
        except csv.Error:
            return [[""]]
    if all(re.match(r"\s*\S*\d\S*\s+\S", line) for line in lines[1:] or lines):
        return [line.split() for line in lines]  # an id and another column
    return [[line] for line in lines]


def _is_id(text: str) -> bool:
    return bool(_WORD.fullmatch(text)) or bool(_GROUPED.fullmatch(text))
