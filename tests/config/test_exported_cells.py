"""No cell of an exported table is computed by a spreadsheet; numbers stay numbers."""

import io

import pandas as pd
import pytest

from ptacl.config.exported_cells import as_text, safe_csv


@pytest.mark.parametrize("text", ["=1+1", "+a", "-a", "@a", "\ta", "\ra"])
def test_a_text_that_begins_a_formula_gets_an_apostrophe(text):
    assert as_text(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["a=1", "-1.5", "+2", "-", "", None, -1.5, "–"])
def test_numbers_and_other_texts_stay(cell):
    assert as_text(cell) is cell


def test_cells_row_labels_and_headings_are_safe_and_columns_keep_their_numbers():
    frame = pd.DataFrame(
        {"file": ["=a.csv", "b.csv", None], "=value": [-1.5, 2.0, float("nan")], "n": [-1, 0, 1]},
        index=pd.Index(["@x", "y", "-3"], name="id"),
    )
    read = pd.read_csv(io.StringIO(safe_csv(frame)), dtype={"id": str})
    assert list(read) == ["id", "file", "'=value", "n"]
    assert list(read["id"]) == ["'@x", "y", "-3"]
    assert list(read["file"])[:2] == ["'=a.csv", "b.csv"] and read["file"].isna()[2]
    assert list(read["n"]) == [-1, 0, 1] and read["'=value"][0] == -1.5
    assert frame["file"].iloc[0] == "=a.csv"
