"""ECGs with diagnoses: a table in the layout of PTB-XL, one row per recording.

Columns: ``file`` (path relative to the table, a WFDB record with or without its extension) and
``scp_codes`` (``{'NORM': 100.0, 'SR': 0.0}``: code and likelihood); ``age`` in years and ``sex``,
0 male and 1 female, are optional. Source: Wagner et al., Sci Data 2020;7:154.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ptacl.errors import BadInput
from ptacl.io.cohort.subject_row import cell_text, number_in
from ptacl.io.cohort.table import columns_of, table_parts
from ptacl.io.person_limits import outside
from ptacl.types import Problem, Sex

REQUIRED = ("file", "scp_codes")
OPTIONAL = ("age", "sex")
SEXES: dict[str, Sex] = {"0": "male", "1": "female", "male": "male", "female": "female"}
"""PTB-XL's coding, which differs from that of UK Biobank."""
ABOVE_89 = 300.0
"""PTB-XL's code for ages above 89 years."""
OLDEST_YEARS = 90.0
"""Age assumed for them."""
_MOST_CODE_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class LabelledEcg:
    """A recording with its diagnostic statements."""

    line: int
    """Line of the table, the header being line 1: identifies a recording without its file name."""
    path: Path
    """The file; its extension may be missing."""
    codes: frozenset[str]
    """SCP-ECG statements such as ``NORM`` or ``CLBBB`` of any likelihood: PTB-XL writes 0 for an
    unknown likelihood."""
    sex: Sex | None
    age_years: float | None


def read_labels(table: Path) -> tuple[list[LabelledEcg], list[Problem]]:
    """Read a table of labelled recordings without opening the recordings.

    Args:
        table: CSV, TSV or parquet with the columns `REQUIRED`.

    Returns:
        The labelled recordings, and a problem for each line that cannot be used.

    Raises:
        BadInput: the table itself cannot be read or lacks a column.
    """
    if not table.is_file():
        raise BadInput(
            table,
            "there is no such table",
            "give a table of ECGs with diagnoses",
            code="file.not_found",
        )
    missing = [column for column in REQUIRED if column not in columns_of(table)]
    if missing:
        raise BadInput(
            table,
            f"it has no column {', '.join(missing)}",
            "name the columns so",
            code="cohort.missing_column",
        )
    labelled, problems = [], []
    line = 1
    for part in table_parts(table, REQUIRED + OPTIONAL):
        for row in part.to_dict(orient="records"):
            line += 1
            cells = {str(column): cell_text(value) for column, value in row.items()}
            try:
                labelled.append(_labelled(line, cells, table))
            except BadInput as error:
                problems.append(
                    Problem(f"line {line}", "", f"{error.found}; {error.do}", error.code)
                )
    return labelled, problems


def scp_codes(text: str) -> frozenset[str]:
    """Parse the statements of a cell such as ``{'LVH': 100.0, 'SR': 0.0}``.

    The text is parsed as a literal and never evaluated.

    Raises:
        BadInput: it is not a dict of names and numbers.

    Example:
        >>> sorted(scp_codes("{'LVH': 100.0, 'SR': 0.0}"))
        ['LVH', 'SR']
    """
    try:
        codes = ast.literal_eval(text) if len(text) <= _MOST_CODE_CHARACTERS else None
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        codes = None
    if not isinstance(codes, dict) or not all(isinstance(code, str) for code in codes):
        raise BadInput(
            "scp_codes",
            "scp_codes is not a dict of codes",
            "write it as {'NORM': 100.0, 'SR': 0.0}",
            code="cohort.invalid_value",
        )
    return frozenset(codes)


def _labelled(line: int, cells: Mapping[str, str], table: Path) -> LabelledEcg:
    if not cells["file"]:
        raise BadInput(
            "file",
            "it names no file",
            "give its path relative to the table",
            code="cohort.invalid_value",
        )
    age, sex = cells.get("age", ""), cells.get("sex", "").lower().removesuffix(".0")
    if sex and sex not in SEXES:
        raise BadInput(
            "sex",
            f"sex is {sex[:12]!r}",
            "give 0 for male, 1 for female, as PTB-XL does",
            code="cohort.invalid_value",
        )
    return LabelledEcg(
        line=line,
        path=table.parent / cells["file"],
        codes=scp_codes(cells["scp_codes"]),
        sex=SEXES.get(sex),
        age_years=_age_years(age) if age else None,
    )


def _age_years(text: str) -> float:
    years = number_in(text)
    if years == ABOVE_89:
        return OLDEST_YEARS
    if years != years or outside("age_years", years):
        raise BadInput(
            "age",
            f"age is {text[:12]!r}",
            "give years from 0 to 120, or 300 above 89",
            code="cohort.invalid_value",
        )
    return min(years, OLDEST_YEARS)
