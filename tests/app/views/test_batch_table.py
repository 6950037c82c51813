"""Several recordings dropped at once: one table, a row each."""

from datetime import date

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from ptacl.inference.table import columns
from ptacl.io.cohort.isolated import IsolatedReader
from ptacl.phenotypes import PHENOTYPES
from tests.app.driving import COMMENTED, button, by_label, shown, table_of_leads, text, upload
from tests.made.files import npz_bytes, wfdb_files, zip_bytes

ONE_PERSON = "These are ECGs of one person: show them as a trend"


def compared(page: AppTest) -> str:
    """What stands in the choice of the ECG to compare with."""
    choice = page.selectbox(key="compare")
    return choice.format_func(choice.value)


def several(page: AppTest) -> pd.DataFrame:
    """The table of several recordings, by file."""
    (found,) = [frame.value for frame in page.dataframe if "status" in frame.value]
    return found.set_index("file")


def test_several_files_of_several_kinds_become_one_table(app):
    files = {
        "b.csv": COMMENTED + table_of_leads(),
        "a.npz": npz_bytes(),
        "holiday.jpg": b"\xff\xd8\xff\xe0 not an ecg",
    }
    page = upload(shown(app, "inspect_ecg"), files)
    assert not page.error
    table = several(page)
    assert list(table.index) == ["a.npz", "b.csv", "holiday.jpg"]
    assert list(table.status) == ["read", "read", "failed"]
    assert "JPEG" in table.reason["holiday.jpg"]
    assert np.isfinite(table.lvef_pct.iloc[:2]).all() and table.lvm_g_for_women.iloc[0]
    assert "3 recordings, 1 of them not read" in text(page)
    assert "ECG of S0-00000 (simulated)" in text(page)


def test_the_table_has_the_columns_of_the_command(app):
    page = upload(
        shown(app, "inspect_ecg"), {"a.npz": npz_bytes(), "b.csv": COMMENTED + table_of_leads()}
    )
    assert list(several(page).reset_index().columns) == [column.key for column in columns()]
    by_label(page.selectbox, "Reference intervals for").set_value("men").run()
    assert list(several(page).reset_index().columns) == [column.key for column in columns("male")]


def test_a_zip_of_many_and_a_wfdb_pair_are_taken_apart(app, tmp_path):
    pair = wfdb_files(tmp_path, "p", 0.8)
    many = zip_bytes({"x/1.csv": COMMENTED + table_of_leads(), "x/2.npz": npz_bytes()})
    page = upload(shown(app, "inspect_ecg"), {**pair, "many.zip": many})
    table = several(page)
    assert list(table.index) == ["many.zip/x/1.csv", "many.zip/x/2.npz", "p.hea"]
    assert set(table.status) == {"read"}


def select(page: AppTest, row: int) -> AppTest:
    number = page.session_state["_several_round"]
    page.session_state[f"several-{number}"] = {"selection": {"rows": [row], "columns": []}}
    page.run()
    assert not page.exception, page.exception
    return page


def test_a_failed_row_says_why_when_it_is_selected(app):
    page = upload(shown(app, "inspect_ecg"), {"a.npz": npz_bytes(), "b.jpg": b"\xff\xd8\xff"})
    select(page, 1)
    assert "b.jpg: " in page.warning[0].value and "JPEG" in page.warning[0].value
    assert "ECG of S0-00000" in text(page)


def test_files_without_rate_and_unit_are_asked_for_them_in_the_table_too(app):
    files = {"a.npz": npz_bytes(), "b.csv": table_of_leads(), "c.csv": table_of_leads()}
    page = upload(shown(app, "inspect_ecg"), files)
    assert list(several(page).status) == ["read", "failed", "failed"]
    assert "unit in 2 files" in page.info[0].value
    assert "--rate-hz" not in several(page).reason["b.csv"]
    by_label(page.number_input, "Sample rate (Hz)").set_value(500.0)
    by_label(page.selectbox, "Unit of the numbers").set_value("mV")
    button(page, "Read").click().run()
    assert list(several(page).status) == ["read"] * 3
    assert not page.info


def test_a_fault_of_ours_in_one_of_several_costs_its_row_only(app, monkeypatch):
    read = IsolatedReader.read_ecg

    def fail(reader, files, **asked):
        if "a.npz" in files:
            raise ZeroDivisionError
        return read(reader, files, **asked)

    monkeypatch.setattr(IsolatedReader, "read_ecg", fail)
    page = upload(
        shown(app, "inspect_ecg"), {"a.npz": npz_bytes(), "b.csv": COMMENTED + table_of_leads()}
    )
    assert list(several(page).status) == ["failed", "read"]
    assert "PTACL failed" in several(page).reason["a.npz"]


def test_too_many_recordings_are_one_message_that_names_the_command(app, monkeypatch):
    monkeypatch.setattr("app.views.inspect.batch_table.LIMIT", 2)
    page = shown(app, "inspect_ecg")
    files = {f"{n}.csv": b"" for n in range(3)}
    upload(page, files)
    assert "3 recordings" in page.error[0].value and "--out table.csv" in page.error[0].value
    assert not page.dataframe and "ECG of S0-00000 (simulated)" in text(page)


def test_a_bad_upload_leaves_the_table_and_the_result(app):
    page = upload(shown(app, "inspect_ecg"), {"a.npz": npz_bytes(), "b.npz": npz_bytes()})
    before = several(page)
    upload(page, {"bad.hea": b"\x00\x01"})
    assert "bad.hea" in page.error[0].value
    assert several(page).equals(before) and "ECG of S0-00000" in text(page)


def test_two_files_of_one_name_are_not_mixed_up(app):
    page = shown(app, "inspect_ecg")
    twice = [("a.csv", b"1", "text/csv"), ("a.csv", b"2", "text/csv")]
    page.file_uploader[0].set_value(twice)
    page.run()
    assert "Two different files are named a.csv" in page.error[0].value
    assert not page.dataframe


def test_the_table_can_be_closed_and_one_recording_behaves_as_before(app):
    page = upload(shown(app, "inspect_ecg"), {"a.npz": npz_bytes(), "b.npz": npz_bytes()})
    next(button for button in page.button if button.label == "Close table").click()
    page.run()
    assert not page.dataframe
    upload(page, {"c.npz": npz_bytes()})
    assert not page.dataframe and "ECG of c.npz" in text(page)


def test_a_single_recording_ends_the_batch_before_it_with_its_trend(app):
    page = upload(shown(app, "inspect_ecg"), {f"ecg{n}.npz": npz_bytes() for n in (1, 2)})
    by_label(page.toggle, ONE_PERSON).set_value(True).run()
    button(page, "Compare these two").click().run()
    assert compared(page) == "ecg1.npz"
    upload(page, {"other.npz": npz_bytes()})
    assert not page.dataframe and "From the first to the last ECG" not in text(page)
    assert "ECG of other.npz" in text(page) and compared(page) == "nothing"


def test_another_batch_takes_over_nothing_of_the_one_before(app):
    files = {f"ecg{n}.npz": npz_bytes() for n in (1, 2)}
    page = upload(shown(app, "inspect_ecg"), files)
    by_label(page.toggle, ONE_PERSON).set_value(True).run()
    by_label(page.date_input, "ecg1.npz").set_value(date(2024, 5, 3)).run()
    by_label(page.selectbox, "Reference intervals for").set_value("men").run()
    upload(page, {name: npz_bytes(0.8) for name in files})
    assert by_label(page.selectbox, "Reference intervals for").value == "women and men"
    assert not by_label(page.toggle, ONE_PERSON).value
    assert [each.label for each in page.date_input] == ["Recorded on"]  # of the report


def test_recordings_of_one_person_are_a_trend_and_any_two_are_compared(app):
    files = {f"ecg{n}.npz": npz_bytes() for n in (10, 9)}
    page = upload(shown(app, "inspect_ecg"), files)
    assert "From the first to the last ECG" not in text(page)
    by_label(page.toggle, ONE_PERSON).set_value(True).run()
    assert "1 ecg9.npz, 2 ecg10.npz" in text(page)
    assert f"overlap in all {len(PHENOTYPES)} phenotypes" in text(page)
    assert "Measured on the ECG, from the first to the last: Heart rate" in text(page)
    assert by_label(page.selectbox, "Compare").value == "ecg10.npz"
    assert "Changes from ecg9.npz to ecg10.npz" in [e.label for e in page.expander]
    assert by_label(page.selectbox, "with").value == "ecg9.npz"
    next(button for button in page.button if button.label == "Compare these two").click()
    page.run()
    assert "ECG of ecg10.npz" in text(page)
    assert compared(page) == "ecg9.npz"
    next(button for button in page.button if button.label == "End comparison").click()
    page.run()
    assert compared(page) == "nothing"


def test_dates_that_a_person_gives_order_the_trend_once_each_has_one(app):
    files = {f"ecg{n}.npz": npz_bytes() for n in (9, 10)}
    page = upload(shown(app, "inspect_ecg"), files)
    by_label(page.toggle, ONE_PERSON).set_value(True).run()
    by_label(page.date_input, "ecg9.npz").set_value(date(2024, 5, 3)).run()
    assert "In the order of the file names, until all have a date: 1 ecg9.npz" in text(page)
    by_label(page.date_input, "ecg10.npz").set_value(date(2019, 1, 2)).run()
    assert "1 ecg10.npz (2019-01-02), 2 ecg9.npz (2024-05-03)" in text(page)
    assert "Changes from ecg10.npz to ecg9.npz" in [e.label for e in page.expander]
