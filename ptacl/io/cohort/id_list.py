"""How participants are named in other people's tables and lists: columns, numbers, bare lists."""

import csv
import re
from collections.abc import Sequence

ID_COLUMNS = (
    "eid", "participant_id", "subject_id", "patient_id", "userid", "iid", "fid", "id",
    "participant", "subject", "ukb_id", "ukbid", "ukb_eid", "encoded_anonymised_participant_id",
)  # fmt: skip
"""Names of a column of participants as `column_name` writes them, the surest first."""
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
    """A column's name without what converters add: case, quotes, blanks, prefixes.

    Example:
        >>> [column_name(name) for name in ("f.eid", "X.eid", "Participant ID", "\\ufeffID")]
        ['eid', 'eid', 'participant_id', 'id']
    """
    name = column.strip().strip("\ufeff\"'").strip().lower()
    if "(" in name:  # the platform's cohort browser: "Participant ID(participant - eid)"
        name = name.split("(")[0]
    return re.sub(r"[\s.\-_]+", "_", _PREFIX.sub("", name)).strip("_")


def id_column(columns: Sequence[str]) -> int | None:
    """Which of the columns names the participants; None where no name says so.

    Example:
        >>> id_column(["FID", "IID", "24103-2.0"]), id_column(["row", "f.eid"]), id_column(["a"])
        (1, 1, None)
    """
    names = [column_name(column) for column in columns]
    return next((names.index(known) for known in ID_COLUMNS if known in names), None)


def participant_id(text: str) -> str | None:
    """A participant's number as it is written in the names of the files; None where it is rounded.

    What is no number stays as it is.

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
    """The whole number first.more · 10^power; None where its last digits were not written.

    R writes 9e+06 for the exact number; 9.00E+06 is a spreadsheet's rounding.
    """
    if more is None:
        return first + "0" * power
    if len(more) < power:
        return None
    return first + more[:power] if not more[power:].strip("0") else None


def bare_ids(content: bytes) -> list[str] | None:
    """The ids of a file that holds little else; None where it says more of each, or no id.

    Little else is nothing, the same id again (as PLINK writes it), or why and since when.
    """
    text = decoded(content)
    rows = list(_rows(text)) if text is not None else []
    heading, rows = (rows[0], rows[1:]) if rows and id_column(rows[0]) is not None else ([], rows)
    told = len(heading) < 4 and all(
        _REASON.search(name) for at, name in enumerate(heading) if at != id_column(heading)
    )
    if not (heading and told) and any(len(set(filter(None, row))) > 1 for row in rows):
        return None
    return ids_of(content)


def ids_of(content: bytes) -> list[str] | None:
    """The ids of a list in its order, or None where it is no list of ids.

    A line an id, with or without a heading, in the column that the heading names or in the first.
    Numbers are written as `participant_id` writes them.

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
    return None if None in ids else [one for one in ids if one is not None]


def decoded(content: bytes) -> str | None:
    """A text file's text; None where the bytes are no text."""
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        return content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        return None


def _rows(text: str) -> list[list[str]]:
    """The cells of each line that holds something, by the mark that cuts them."""
    lines = [line for line in text.splitlines() if line.strip(" \t,;\"'")]
    if lines and all(_GROUPED.fullmatch(line.strip()) for line in lines[1:] or lines):
        return [[line.strip()] for line in lines]
    if mark := next((m for m in "\t;," if any(m in line for line in lines)), ""):
        try:
            return list(csv.reader(lines, delimiter=mark))
        except csv.Error:
            return [[""]]
    if all(re.match(r"\s*\S*\d\S*\s+\S", line) for line in lines[1:] or lines):
        return [line.split() for line in lines]  # an id, and something beside it
    return [[line] for line in lines]


def _is_id(text: str) -> bool:
    return bool(_WORD.fullmatch(text)) or bool(_GROUPED.fullmatch(text))
