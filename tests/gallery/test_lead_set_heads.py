"""Heads of a gallery for fewer than 12 leads: fitted, stored, chosen, and what a person is told."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ptacl.checkpoint.files import Checkpoint, load_model, save_checkpoint
from ptacl.checkpoint.reports import Metrics, read_metrics
from ptacl.cli import main
from ptacl.data.splits import split_rows
from ptacl.encoders.light import LightCmrConfig, LightEcgConfig
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.gallery import fitting
from ptacl.gallery.build import build_gallery
from ptacl.gallery.conditional_heads import described
from ptacl.gallery.fitting import fit_gallery_heads, knows_absent_leads
from ptacl.gallery.lead_set_heads import HeadsByLeadSet
from ptacl.inference.model import Model, load
from ptacl.regression.calibration_plan import CalibrationPlan, plan_calibration
from ptacl.signal.lead_sets import ALL_LEADS, lead_set
from ptacl.store import Store
from ptacl.synthetic import simulate_subject
from ptacl.types import LEADS, Ecg, EcgQuality, Inspection, Person
from tests.made.hearts import with_only_leads

SETS = ("no-V3", "limb", "II-V1-V5", "II")
"""Of the 21 sets, as many as the tests need; each takes seconds."""
FLAGS = TwoTowerConfig(
    LightEcgConfig(width=24, depth=1, lead_flags=True), LightCmrConfig(width=16), embedding=16
)


def untrained(store: Store, folder: Path, config: TwoTowerConfig) -> Path:
    """Save an encoder of random weights with its gallery: heads are fitted."""
    torch.manual_seed(0)
    save_checkpoint(
        folder, TwoTower(config), Checkpoint(folder.name, True, config, store.recipe), Metrics()
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "REDUCED_SETS", tuple(map(lead_set, SETS)))
        rows = split_rows(store, "test")
        build_gallery(store, folder, folder / "gallery", rows=rows, with_signals=False)
    return folder


@pytest.fixture(scope="module")
def checkpoint(tiny_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that knows absent leads."""
    return untrained(tiny_store, tmp_path_factory.mktemp("flags") / "flags", FLAGS)


@pytest.fixture(scope="module")
def of_12_leads(tiny_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that was made for 12 leads."""
    config = replace(FLAGS, ecg=replace(FLAGS.ecg, lead_flags=False))
    return untrained(tiny_store, tmp_path_factory.mktemp("whole") / "whole", config)


@pytest.fixture(scope="module")
def model(checkpoint: Path) -> Model:
    return load(checkpoint)


@pytest.fixture(scope="module")
def whole() -> Ecg:
    return simulate_subject(11, 3).ecg


def told(inspection: Inspection) -> str:
    """The caveat about the leads that were read."""
    texts = [caveat.text for caveat in inspection.caveats if caveat.code == "lead_set"]
    assert len(texts) == 1
    return texts[0]


def test_every_set_has_heads_and_the_files_are_small(checkpoint: Path, model: Model) -> None:
    gallery = model.gallery
    assert gallery.reads_any_leads
    assert gallery.lead_sets.names == SETS
    sizes = [
        (checkpoint / "gallery" / f"lead_sets.{end}").stat().st_size for end in ("json", "npz")
    ]
    assert sum(sizes) < 140_000 * len(SETS)  # 3 MB for 21 sets
    for name in SETS:
        entry = gallery.lead_sets[name]
        assert set(entry.heads) == {"ecg", "sex", "body"}
        assert np.isfinite(list(entry.widths.values())).all()


def test_stored_heads_predict_as_the_fitted_ones(
    checkpoint: Path, model: Model, tiny_store: Store
) -> None:
    encoder, _ = load_model(checkpoint)
    medians = model.gallery.manifest.usual_measurements
    plan = plan_calibration(tiny_store)
    leads, wide = lead_set("II"), np.ones((len(plan.calibrate), 9))
    fitted = fitting._fit_lead_set(encoder, tiny_store, leads, plan, medians, wide)
    stored = model.gallery.lead_sets["II"]
    inspection = model.inspect(with_only_leads(simulate_subject(11, 3).ecg, "II"))
    for known, heads in fitted.heads.items():
        # Zero covariates: the rounding of their weights is that of the others.
        extra = len(heads.weights) - len(inspection.features)
        features = np.append(inspection.features, np.zeros(extra))[None]
        exact, rounded = heads.predict(features), stored.heads[known].predict(features)
        width = exact.high - exact.low
        assert (np.abs(exact.value - rounded.value) < 0.005 * width).all()
        # Features of an untrained encoder hardly vary and have large weights; those of a trained
        # one are rounded by less than a thousandth of the interval.
        np.testing.assert_allclose(rounded.high - rounded.low, width, rtol=0.1)
    assert stored.distribution.limit == fitted.distribution.limit
    np.testing.assert_allclose(
        stored.distribution.familiar, fitted.distribution.familiar, atol=1e-3
    )


def test_intervals_are_calibrated_with_the_same_leads_removed(
    model: Model, tiny_store: Store
) -> None:
    val = split_rows(tiny_store, "val")
    inside = []
    truth = tiny_store.table.iloc[val][list(model.gallery.heads.keys)].to_numpy(float)
    features = [
        model.encode(ecg.signal_mv[:, : ecg.valid_samples], ecg.r_peaks, leads=lead_set("II"))[1]
        for ecg in (tiny_store.prepared_ecg(int(row)) for row in val)
    ]
    low, high = model.gallery.lead_sets["II"].heads["ecg"].predict(np.stack(features))[1:]
    inside = (truth >= low) & (truth <= high)
    # Conformal: on its own calibration subjects the coverage is at least the nominal one.
    assert (inside.mean(axis=0) > 0.88).all()


def test_lead_ii_alone_is_read_by_its_own_heads_and_told(model: Model, whole: Ecg) -> None:
    inspection = model.inspect(with_only_leads(whole, "II"))
    assert len(inspection.predictions) == len(model.gallery.heads.keys)
    assert re.fullmatch(
        r"Read from lead II alone: intervals \d\.\d × as wide( \(\w+ \d\.\d ×\))? as from all 12 "
        r"leads\.", told(inspection),
    )  # fmt: skip
    assert inspection.familiarity.limit == model.gallery.lead_sets["II"].distribution.limit
    assert np.isnan(inspection.intervals.qrs_axis_deg)
    # Another lead shows the beats, and nothing of it enters the encoder.
    alone = model.inspect(with_only_leads(whole, "II", "V2"))
    width = len(inspection.features) - len(model.gallery.manifest.usual_measurements)
    np.testing.assert_array_equal(alone.features[:width], inspection.features[:width])
    assert "V2 is not read" in told(alone)


def test_a_person_changes_the_heads_of_the_same_leads(model: Model, whole: Ecg) -> None:
    person = Person("male", 61.0, 181.0, 84.0)
    inspection = model.inspect(with_only_leads(whole, "II"))
    afterwards = described(model.gallery, inspection, person)
    at_once = model.inspect(with_only_leads(whole, "II"), person)
    assert afterwards.known == at_once.known == "body"
    assert afterwards.predictions == at_once.predictions
    assert told(afterwards) == told(at_once)


def test_an_attribution_explains_the_prediction_and_absent_leads_contribute_nothing(
    model: Model, whole: Ecg
) -> None:
    inspection = model.inspect(with_only_leads(whole, "II"))
    shown = next(entry for entry in inspection.predictions if entry.key == "lvm_g")
    attribution = model.attribute(inspection.prepared, "lvm_g")
    assert attribution.value == pytest.approx(shown.value, rel=1e-4)
    assert not attribution.segments[~lead_set("II").present].any()


def test_all_12_leads_are_read_by_the_heads_of_12(model: Model, whole: Ecg) -> None:
    inspection = model.inspect(whole)
    assert not [caveat for caveat in inspection.caveats if caveat.code == "lead_set"]
    value = model.gallery.heads.predict(inspection.features[None]).value[0]
    assert [entry.value for entry in inspection.predictions] == pytest.approx(value.tolist())


def test_without_sets_only_12_leads_are_read(of_12_leads: Path, whole: Ecg) -> None:
    old = load(of_12_leads)
    assert not old.gallery.reads_any_leads
    assert not knows_absent_leads(old._model)
    assert not list((of_12_leads / "gallery").glob("lead_sets*"))
    assert not old.inspect(with_only_leads(whole, "II")).predictions
    quality = EcgQuality((), True, "", absent=("V3",))
    assert old.gallery.lead_sets.used_for(quality) is ALL_LEADS


def test_a_new_gallery_without_sets_leaves_none_behind(
    checkpoint: Path, tiny_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lead_sets.json", "lead_sets.npz"):
        (tmp_path / name).write_bytes((checkpoint / "gallery" / name).read_bytes())
    assert HeadsByLeadSet(tmp_path)
    monkeypatch.setattr("ptacl.gallery.build.knows_absent_leads", lambda model: False)
    rows = split_rows(tiny_store, "test")[:30]
    gallery = build_gallery(tiny_store, checkpoint, tmp_path, rows=rows, with_signals=False)
    assert not gallery.reads_any_leads


def csv_of(ecg: Ecg, *leads: str) -> str:
    rows = ecg.signal_mv[[LEADS.index(lead) for lead in leads]].T
    lines = [",".join(f"{value:.4f}" for value in row) for row in rows]
    return "\n".join([",".join(leads), *lines])


def test_the_command_inspects_a_file_of_one_lead(
    checkpoint: Path, whole: Ecg, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.csv").write_text(csv_of(whole, "II"))
    options = ["--rate-hz", "500", "--unit", "mV", "--checkpoint", str(checkpoint)]
    assert main(["inspect", str(tmp_path / "one.csv"), *options]) == 0
    printed = capsys.readouterr().out
    assert "Read from lead II alone: intervals" in printed
    assert "I, III, aVR, aVL, aVF, V1, V2, V3, V4, V5 and V6 absent" in printed
    (tmp_path / "two.csv").write_text(csv_of(whole, "I", "II"))
    out = tmp_path / "table.csv"
    assert main(["inspect", str(tmp_path), *options, "--out", str(out), "--workers", "1"]) == 0
    table = out.read_text()
    assert "Read from lead II alone" in table
    assert "Read from the six limb leads" in table
    capsys.readouterr()
    demo = Path(__file__).parents[2] / "checkpoints" / "demo"
    if not (demo / "gallery" / "lead_sets.json").is_file():
        assert main(["inspect", str(tmp_path / "one.csv"), *options[:4], "--checkpoint", str(demo)])
        assert "holds 1 of the 12 standard leads (II)" in capsys.readouterr().err


def test_the_command_evaluates_a_set_beside_12_leads_and_records_it(
    checkpoint: Path, tiny_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(tiny_store.path)
    arguments = ["evaluate", store, "--checkpoint", str(checkpoint), "--leads", "II"]
    assert main([*arguments, "--record", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)["lead_sets"]
    assert list(report["sets"]) == ["12", "II"]
    assert list(report["zero_filled"]) == ["II"]
    recorded = read_metrics(checkpoint).lead_sets
    assert recorded is not None
    assert recorded.sets["II"]["lvm_g"].r2.value == pytest.approx(
        report["sets"]["II"]["lvm_g"]["r2"]["value"]
    )
    card = (checkpoint / "README.md").read_text()
    assert "## Fewer than 12 leads" in card and "| lead II alone |" in card
    assert main([*arguments[:-1], "V9"]) == 2
    assert "no heads for the lead set 'V9'" in capsys.readouterr().err


def test_heads_of_a_cohort_are_fitted_on_the_rows_that_are_given(tiny_store: Store) -> None:
    seen = []
    rows = split_rows(tiny_store, "train")[:60], split_rows(tiny_store, "val")[:25]

    def features(part: np.ndarray) -> np.ndarray:
        seen.append(len(part))
        return np.random.default_rng(0).normal(size=(len(part), 4))

    fit_gallery_heads(tiny_store, features, (), CalibrationPlan("split", *rows, 0))
    assert set(seen) == {60, 25}
