"""Impressions without contradiction: by a list of its own, on drawn facts, simulated and real."""

import ast
import csv
from itertools import combinations

import numpy as np
import pytest

from ptacl.impression.solver import contradictions, solve, statements_of
from ptacl.impression.vocabulary import BY_CODE, RULES, contradict, implied_by
from ptacl.io import read_ecg
from ptacl.synthetic import simulate_ecg
from ptacl.types import Statement
from tests.benchmarks.statement_figures import inspect
from tests.impression.made_facts import drawn_facts
from tests.real_files import SHARED

RHYTHM = {
    "sinus_rhythm", "sinus_tachycardia", "sinus_bradycardia", "sinus_arrhythmia",
    "atrial_fibrillation", "atrial_flutter", "possible_flutter", "ectopic_atrial", "no_p_wave",
}  # fmt: skip
SINUS = {"sinus_rhythm", "sinus_tachycardia", "sinus_bradycardia", "sinus_arrhythmia"}
BLOCKS = {"lbbb", "rbbb", "rbbb_lafb", "incomplete_lbbb", "incomplete_rbbb", "ivcd"}
AXES = {"left_axis", "right_axis", "extreme_axis", "lafb", "lpfb"}
INFARCTS = {"anterior_infarct", "inferior_infarct", "lateral_infarct", "poor_r_progression"}
PACED = {"ventricular_pacing", "dual_pacing", "pacing"}
QUIET_RHYTHMS = {"atrial_fibrillation", "atrial_flutter", "possible_flutter"}


def impossible(first: str, second: str) -> bool:
    """Say by the words of cardiology, not by the table, whether two statements disagree."""
    pair = {first, second}
    st = {f"st_elevation_{at}" for at in ("anterior", "inferior", "lateral")}
    if pair <= RHYTHM:
        return not pair <= SINUS or pair == {"sinus_tachycardia", "sinus_bradycardia"}
    if pair <= BLOCKS or (pair <= AXES and pair != {"left_axis", "lafb"}):
        return True
    if "normal_ecg" in pair and pair & (BLOCKS | INFARCTS | st | PACED | QUIET_RHYTHMS):
        return True
    if "lbbb" in pair and pair & ({"lvh", "lvh_strain", "lafb", "lpfb"} | INFARCTS | st):
        return True
    if pair & PACED and pair & (BLOCKS | INFARCTS | st | {"lvh", "lvh_strain", "long_qt"}):
        return True
    if pair & QUIET_RHYTHMS and pair & {"first_degree_av_block", "short_pr", "pre_excitation"}:
        return True
    if pair & {"low_voltage", "low_voltage_limb"} and pair & {"lvh", "lvh_strain"}:
        return True
    if any(
        pair == {f"st_elevation_{at}", f"st_depression_{at}"}
        for at in ("anterior", "inferior", "lateral")
    ):
        return True
    return pair in ({"long_qt", "short_qt"}, {"first_degree_av_block", "short_pr"},
                    {"fast_response", "slow_response"})  # fmt: skip


def test_the_table_forbids_what_cardiology_forbids():
    missed = [
        (a, b)
        for a, b in combinations(BY_CODE, 2)
        if impossible(a, b) and not contradict(a, b)
        and a not in implied_by(b) and b not in implied_by(a)
    ]  # fmt: skip
    assert not missed


def test_no_drawn_ecg_has_a_contradiction_and_every_rule_is_drawn():
    rng = np.random.default_rng(0)
    seen: set[str] = set()
    for _ in range(400):
        stated = [s.code for s in statements_of(drawn_facts(rng))]
        seen.update(stated)
        assert not contradictions(stated)
        assert not [pair for pair in combinations(stated, 2) if impossible(*pair)], stated
    assert len(seen) > 0.85 * len(RULES)


def test_a_contradiction_would_be_found():
    assert contradictions(["lbbb", "lvh"]) == [("lbbb", "lvh")]
    assert contradictions(["lvh_strain", "lvh"]) == [("lvh_strain", "lvh")]
    assert contradictions(["normal_ecg", "low_t", "model_lvef_pct"]) == [("normal_ecg", "low_t")]
    assert not contradictions(["sinus_rhythm", "normal_ecg"])


def test_the_solver_drops_the_excluded_and_the_implied_and_keeps_the_order():
    def made(code: str) -> Statement:
        return Statement(code, code, "drawn", "measured", "definite")

    kept = solve(
        made(code) for code in ("sinus_bradycardia", "sinus_rhythm", "lbbb", "ivcd", "lvh")
    )
    assert [s.code for s in kept] == ["sinus_bradycardia", "lbbb"]


def test_what_an_excluded_statement_would_have_excluded_is_stated():
    """A dual-paced ECG excludes the block; the block no longer silences anything."""

    def made(code: str) -> Statement:
        return Statement(code, code, "drawn", "measured", "definite")

    kept = solve([made("rbbb"), made("ivcd"), made("lafb")])
    assert [s.code for s in kept] == ["rbbb", "lafb"]


@pytest.mark.parametrize("index", range(6))
def test_no_simulated_ecg_has_a_contradiction(index):
    stated = [s.code for s in inspect(simulate_ecg(3, index)[0])[0].statements]
    assert not contradictions(stated)
    assert not [pair for pair in combinations(stated, 2) if impossible(*pair)]


def test_real_ecgs_have_no_contradiction_and_few_of_the_normal_are_called_abnormal():
    folder = SHARED / "ecg" / "wfdb_ptbxl_more"
    if not folder.is_dir():
        pytest.skip(f"the PTB-XL records are not in {folder}")
    with (folder / "records.csv").open() as table:
        rows = list(csv.DictReader(table))[:12]
    agreed = []
    for row in rows:
        impression, _ = inspect(read_ecg(folder / f"{row['file']}.hea"))
        stated = [s.code for s in impression.statements]
        assert not contradictions(stated)
        agreed.append(("normal_ecg" in stated) == ("NORM" in ast.literal_eval(row["scp_codes"])))
    assert np.mean(agreed) > 0.6
