"""Evaluation of probabilities: counted on hearts of neither set, printed, and on the card."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ptacl.checkpoint.files import read_config
from ptacl.checkpoint.reports import Metrics, ProbabilityReport, read_metrics, write_metrics
from ptacl.cli import main
from ptacl.evaluation import probabilities as evaluation
from ptacl.evaluation.probabilities import evaluate_probabilities
from ptacl.gallery.fit_probabilities import fit_probabilities
from ptacl.inference.model import Model
from ptacl.regression import logistic
from ptacl.regression.features import fit_store_heads, targets
from ptacl.reporting.model_card import card_text
from ptacl.reporting.probabilities import probability_table
from ptacl.store import Store


def features(store: Store, rows: np.ndarray) -> np.ndarray:
    """The measured volumes with noise: an encoder that nearly knows them."""
    measured = targets(store, rows)
    noise = np.random.default_rng(len(rows)).normal(size=measured.shape)
    return measured + 0.3 * measured.std(axis=0) * noise


@pytest.fixture(scope="module")
def report(tiny_store: Store, tiny_checkpoint) -> ProbabilityReport:
    heads = fit_store_heads(tiny_store, lambda rows: features(tiny_store, rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logistic, "FEWEST_TO_FIT", 4)
        patch.setattr(logistic, "FEWEST_TO_CALIBRATE", 1)
        likely = fit_probabilities(tiny_store, lambda rows: features(tiny_store, rows), ())
    model = object.__new__(Model)  # without an encoder: features come from above
    model.config = read_config(tiny_checkpoint)
    fake: Any = SimpleNamespace(
        name="fake",
        synthetic=True,
        manifest=SimpleNamespace(measures=False),
        probabilities=SimpleNamespace(heads=lambda lead_set, known: likely[known]),
        heads_for=lambda person: ("ecg", heads),
    )
    model.gallery = fake
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluation, "check_recipe", lambda store, config: None)
        patch.setattr(
            evaluation, "read_features", lambda model, store, rows, leads: features(store, rows)
        )
        return evaluate_probabilities(model, tiny_store, fresh=True)


def test_every_subject_is_counted_once_in_each_finding(
    report: ProbabilityReport, tiny_store: Store
) -> None:
    assert report.subjects == len(tiny_store)
    assert {"lvef_below_50", "hypertrophy"} <= set(report.findings)
    for each in report.findings.values():
        assert each.n + each.n_without == report.subjects
        assert sum(group.n for group in each.bins) == report.subjects
        assert each.auroc.value > 0.8
        assert each.flag.sensitivity.n == each.n


def test_coverage_is_given_by_what_was_measured_and_for_low_hearts(
    report: ProbabilityReport,
) -> None:
    groups = report.coverage["lvef_pct"]
    assert {"all", "lowest third", "middle third", "highest third", "below 50 %"} <= set(groups)
    assert "below 50 %" not in report.coverage["lvm_g"]
    assert groups["below 50 %"].n < groups["lowest third"].n < groups["all"].n
    assert report.regression.keys() == groups.keys()
    assert set(report.width) == {"stated", "regression"}


def test_warnings_count_each_rule(report: ProbabilityReport) -> None:
    shares = {name: each.value for name, each in report.warned.items()}
    low = [value for name, value in shares.items() if name.startswith("LVEF below 40 %")]
    if low:
        inside, probable, either, _ = low
        assert max(inside, probable) <= either <= min(1.0, inside + probable)
    assert 0 <= shares["no finding: flagged for any finding"] < 0.3


def test_the_report_is_stored_read_back_and_stands_on_the_card(
    report: ProbabilityReport, tiny_checkpoint, tmp_path
) -> None:
    write_metrics(tmp_path, Metrics(probabilities=report))
    stored = read_metrics(tmp_path)
    assert stored.probabilities is not None
    assert probability_table(stored.probabilities) == probability_table(report)
    card = card_text(read_config(tiny_checkpoint), stored)
    assert "## Probabilities of findings" in card and "Simulated hearts" in card


def test_the_command_refuses_a_gallery_without_and_options_that_contradict(
    tiny_store: Store, tiny_checkpoint, capsys
) -> None:
    base = ["evaluate", str(tiny_store.path), "--checkpoint", str(tiny_checkpoint)]
    assert main([*base, "--probabilities"]) == 2
    assert "holds no probabilities" in capsys.readouterr().err
    assert main([*base, "--fresh"]) == 2
    assert main([*base, "--probabilities", "--robustness"]) == 2
