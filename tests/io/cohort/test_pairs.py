"""A cohort as a table, written and read back."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cine.options import CineReading
from ptacl.io.cohort.pairs import read_pairs, write_pair, write_table
from ptacl.io.cohort.sources import load_pair, with_reading
from ptacl.store.plan import make_plan
from ptacl.types import Cine, Ecg, Pair, Problem, Subject

SAMPLES = 5000


def write_pairs(pairs: Iterable[Pair], folder: Path) -> Path:
    return write_table([write_pair(pair, folder) for pair in pairs], folder)


def make_pair(seed: int, kind: type = np.uint8) -> Pair:
    random = np.random.default_rng(seed)
    spikes = (np.arange(SAMPLES) % 500 < 20) * 1.0
    signal = np.outer(random.uniform(0.5, 1.5, 12), spikes) + random.normal(
        scale=0.01, size=(12, SAMPLES)
    )
    frames = random.integers(0, 255, size=(20, 32, 24)).astype(kind)
    rr_ms = float(random.uniform(600, 1100))
    cine = Cine(frames, (2.4, 1.8), np.arange(20) * rr_ms / 20, rr_ms, "simulated")
    subject = Subject(f"S7-{seed:05d}", "female", 55.5, 165.0, 61.2, {"lvedv_ml": 120.25})
    ecg = Ecg(signal.astype(np.float32), 500.0, "simulated")
    return Pair(subject, ecg, cine, {"t_es_ms": 312.5, "lbbb": 0.0})


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_pairs_come_back_as_they_were_written(tmp_path: Path, kind: type) -> None:
    pairs = [make_pair(seed, kind) for seed in range(3)]
    sources, problems = read_pairs(write_pairs(iter(pairs), tmp_path))
    assert problems == []
    for pair, source in zip(pairs, sources, strict=True):
        back = load_pair(source)
        assert back.subject == pair.subject
        assert back.truth == pair.truth
        assert np.abs(back.ecg.signal_mv - pair.ecg.signal_mv).max() <= 0.001
        assert (back.ecg.sample_rate_hz, back.ecg.missing) == (500, {})
        np.testing.assert_array_equal(back.cine.frames, pair.cine.frames)
        assert back.cine.frames.dtype == pair.cine.frames.dtype
        assert back.cine.spacing_mm == pair.cine.spacing_mm
        assert back.cine.rr_ms == pytest.approx(pair.cine.rr_ms, rel=1e-6)
        np.testing.assert_allclose(back.cine.phases, pair.cine.phases, atol=1e-12)


def test_gaps_survive_the_way_through_wfdb(tmp_path: Path) -> None:
    pair = make_pair(0)
    signal = pair.ecg.signal_mv.copy()
    signal[4, 10:20] = np.nan
    gapped = replace(pair, ecg=replace(pair.ecg, signal_mv=signal))
    back = load_pair(read_pairs(write_pairs([gapped], tmp_path))[0][0])
    np.testing.assert_array_equal(np.isnan(back.ecg.signal_mv), np.isnan(signal))
    assert back.ecg.missing == {"aVL": "gaps"}


def test_what_the_raw_formats_cannot_hold_is_refused(tmp_path: Path) -> None:
    pair = make_pair(0)
    uneven = replace(pair.cine, frame_times_ms=pair.cine.frame_times_ms**0.9)
    with pytest.raises(PtaclError, match="equidistant frames only"):
        write_pairs([replace(pair, cine=uneven)], tmp_path)
    with pytest.raises(PtaclError, match="32 mV"):
        write_pairs(
            [replace(pair, ecg=replace(pair.ecg, signal_mv=pair.ecg.signal_mv * 99))], tmp_path
        )
    with pytest.raises(PtaclError, match="letters, digits"):
        write_pairs([replace(pair, subject=Subject("../x"))], tmp_path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cohort of two; tests write their own tables beside its files."""
    return write_pairs([make_pair(seed) for seed in range(2)], tmp_path_factory.mktemp("c")).parent


@pytest.fixture
def cohort(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "pairs.csv", dtype=str)


def test_all_problems_are_gathered_and_the_good_subjects_stay(
    cohort: pd.DataFrame, folder: Path
) -> None:
    table = folder / "cohort.csv"
    rows = [cohort.iloc[0].copy() for _ in range(7)]
    for number, row in enumerate(rows):
        row["subject_id"] = f"00{number}"
    rows[1]["ecg"] = "ecg/none.hea"
    rows[2]["sex"], rows[2]["height_cm"] = "x", "1.75"
    rows[3]["cine"] = ""
    rows[4]["subject_id"] = "000"
    rows[5]["lvedv_ml"] = "many"
    rows[6]["subject_id"] = ""
    pd.DataFrame(rows).to_csv(table, index=False)
    sources, problems = read_pairs(table)
    assert [source.subject.subject_id for source in sources] == ["000"]
    value = "cohort.invalid_value"
    assert problems == [
        Problem("001", "none.hea", "there is no such file", "cohort.file_missing"),
        Problem(
            "002",
            "cohort.csv",
            "height_cm is '1.75', outside 50 to 250; that looks like metres",
            value,
        ),
        Problem("002", "cohort.csv", "sex is 'x', not one of female, f, 0, male, m, 1", value),
        Problem("003", "cohort.csv", "it names no cine", "cohort.file_missing"),
        Problem("000", "cohort.csv", "the subject_id occurs twice", "cohort.subject_id"),
        Problem("005", "cohort.csv", "lvedv_ml is 'many', outside 2 to 1000", value),
        Problem("line 8", "cohort.csv", "it has no subject_id", "cohort.subject_id"),
    ]


@pytest.mark.parametrize(
    ("spelt", "sex"),
    [
        ("male", "male"),
        ("F", "female"),
        ("0", "female"),
        ("1", "male"),
        ("1.0", "male"),
        ("", None),
    ],
)
def test_sex_is_understood_in_its_usual_spellings(
    cohort: pd.DataFrame, folder: Path, spelt: str, sex: str | None
) -> None:
    cohort["sex"] = spelt
    cohort.to_csv(folder / "t.csv", index=False)
    sources, problems = read_pairs(folder / "t.csv")
    assert problems == []
    assert {source.subject.sex for source in sources} == {sex}


def test_parquet_and_csv_tables_say_the_same(cohort: pd.DataFrame, folder: Path) -> None:
    typed = pd.read_csv(folder / "pairs.csv")
    typed["sex"] = 0
    typed.to_parquet(folder / "pairs.parquet")
    from_csv, _ = read_pairs(folder / "pairs.csv")
    from_parquet, problems = read_pairs(folder / "pairs.parquet")
    assert problems == []
    assert from_parquet == from_csv


def test_rate_and_unit_of_the_table_reach_the_reader(cohort: pd.DataFrame, folder: Path) -> None:
    np.save(folder / "ecg.npy", make_pair(0).ecg.signal_mv[[0, 1, *range(6, 12)]])
    row = cohort.iloc[[0]].assign(ecg="ecg.npy", ecg_rate_hz="250", ecg_unit="mV", rr_ms="812")
    row.to_csv(folder / "t.csv", index=False)
    pair = load_pair(read_pairs(folder / "t.csv")[0][0])
    assert (pair.ecg.sample_rate_hz, pair.cine.rr_ms) == (250, 812)


def test_a_damaged_file_is_named(
    folder: Path,
) -> None:
    source = read_pairs(folder / "pairs.csv")[0][1]
    damaged = folder / "damaged.nii.gz"
    damaged.write_bytes(source.cine.read_bytes()[:500])
    source = replace(source, cine=damaged)
    with pytest.raises(BadInput) as caught:
        load_pair(source)
    assert caught.value.where == "damaged.nii.gz"
    assert "truncated" in str(caught.value)


def test_the_folder_of_a_table_stands_for_it(folder: Path) -> None:
    assert read_pairs(folder) == read_pairs(folder / "pairs.csv")


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such table"):
        read_pairs(tmp_path / "none.csv")
    (tmp_path / "a.csv").write_text("subject_id,ecg\n1,a.hea\n")
    with pytest.raises(BadInput, match="no column cine"):
        read_pairs(tmp_path / "a.csv")
    (tmp_path / "one.csv").write_text("subject\n1\n")
    with pytest.raises(BadInput, match="no column subject_id, ecg, cine"):
        read_pairs(tmp_path / "one.csv")
    (tmp_path / "b.csv").write_bytes(b"")
    with pytest.raises(BadInput, match="cannot be read as a table"):
        read_pairs(tmp_path / "b.csv")
    (tmp_path / "c.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(BadInput, match="cannot be read as a table"):
        read_pairs(tmp_path / "c.parquet")


def _table(tmp_path: Path, **columns: object) -> Path:
    for name in ("a.csv", "a.zip"):
        (tmp_path / name).write_bytes(b"")
    row = {"subject_id": "S1", "ecg": "a.csv", "cine": "a.zip", **columns}
    pd.DataFrame([row]).to_csv(tmp_path / "pairs.csv", index=False)
    return tmp_path


def test_a_table_says_how_a_cine_is_read_where_its_files_do_not(tmp_path: Path) -> None:
    columns = {"cine_order": "Instance", "cine_rr_ms": 880, "cine_any_series": "yes"}
    (source,), problems = read_pairs(_table(tmp_path, **columns))
    assert problems == []
    assert (source.cine_order, source.rr_ms, source.cine_any_series) == ("instance", 880, True)
    whole = CineReading(rr_ms=700.0, order="temporal")
    assert with_reading(source, whole) == source
    (plain,), _ = read_pairs(_table(tmp_path))
    told = with_reading(plain, whole)
    assert (told.cine_order, told.rr_ms, told.cine_any_series) == ("temporal", 700, False)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"cine_order": "filename"}, "cine_order is none of trigger, temporal, acquisition"),
        ({"cine_any_series": "perhaps"}, "cine_any_series is neither yes nor no"),
        ({"cine_rr_ms": 88}, "cine_rr_ms is '88', outside 250 to 3000"),
        ({"cine_rr_ms": 880, "rr_ms": 900}, "cine_rr_ms and rr_ms differ"),
    ],
)
def test_a_table_that_says_it_wrong_is_told(
    tmp_path: Path, columns: dict[str, object], words: str
) -> None:
    sources, (problem,) = read_pairs(_table(tmp_path, **columns))
    assert sources == []
    assert problem.reason.startswith(words)


def test_a_source_that_says_nothing_of_its_cine_has_the_digest_that_it_had(tmp_path: Path) -> None:
    """A store that was begun before the columns were known goes on."""
    (source,), _ = read_pairs(_table(tmp_path))
    names = ("subject", "ecg", "cine", "ecg_rate_hz", "ecg_unit", "rr_ms", "truth")

    def plan(source: object) -> object:
        return make_plan({"S1": source}, "", 1, False, {}).sources

    before = {name: getattr(source, name) for name in names}
    assert plan(source) == plan(before)
    assert plan(replace(source, cine_order="instance")) != plan(before)


@pytest.mark.parametrize("subject_id", ["=1+1", "@a", "<b>", "a/b", "a\tb", "x" * 200])
def test_an_id_that_is_a_formula_a_path_or_markup_is_a_problem_that_does_not_quote_it(
    tmp_path, subject_id
):
    table = tmp_path / "cohort.csv"
    pd.DataFrame([{"subject_id": subject_id, "ecg": "a.hea", "cine": "a.nii.gz"}]).to_csv(
        table, index=False
    )
    sources, problems = read_pairs(table)
    assert not sources and "cohort.subject_id" in {problem.code for problem in problems}
    assert not any(subject_id in problem.reason for problem in problems)
