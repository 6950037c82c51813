"""Probabilities of a gallery: fitted, stored, chosen for a person, and shown or withheld."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ptacl.data.splits import split_rows
from ptacl.errors import PtaclError
from ptacl.gallery import open_gallery
from ptacl.gallery.conditional_heads import described
from ptacl.gallery.fit_probabilities import FLAG_SPECIFICITY, fit_probabilities, operating_points
from ptacl.gallery.gallery import Gallery
from ptacl.gallery.probabilities import (
    Probabilities,
    ProbabilitiesByKnown,
    completed,
    remove_probabilities,
    save_probabilities,
    with_range,
)
from ptacl.inference.inspection_json import to_dict
from ptacl.inference.table import columns, inspection_row
from ptacl.regression import logistic
from ptacl.regression.features import Rows, targets
from ptacl.reporting.inspection import inspection_table
from ptacl.reporting.probabilities import finding_sentences
from ptacl.signal.lead_sets import ALL_LEADS
from ptacl.store import Store
from ptacl.types import Person, Prediction


def fitted_on(store: Store, width: int, *, distribution: bool = True) -> ProbabilitiesByKnown:
    """Heads of features that hold the measured volumes with some noise."""

    def features(rows: Rows) -> np.ndarray:
        rng = np.random.default_rng(len(rows))
        measured = targets(store, rows)
        noise = rng.normal(size=(len(rows), width))
        noise[:, :9] = measured + 0.2 * measured.std(axis=0) * noise[:, :9]
        return noise

    with pytest.MonkeyPatch.context() as patch:
        # The cohort is small: few of its held-out hearts have a finding.
        patch.setattr(logistic, "FEWEST_TO_FIT", 4)
        patch.setattr(logistic, "FEWEST_TO_CALIBRATE", 1)
        return fit_probabilities(store, features, (), distribution=distribution)


@pytest.fixture(scope="module")
def gallery(tiny_checkpoint: Path, tiny_store: Store, tmp_path_factory: pytest.TempPathFactory):
    """A gallery of the tiny cohort with probabilities of features as wide as its own."""
    folder = tmp_path_factory.mktemp("likely") / "checkpoint"
    shutil.copytree(tiny_checkpoint, folder)
    opened = open_gallery(folder / "gallery")
    width = opened.vectors["ecg_features"].shape[1]
    remove_probabilities(folder / "gallery")
    save_probabilities(folder / "gallery", {ALL_LEADS.name: fitted_on(tiny_store, width)})
    return open_gallery(folder / "gallery")


@pytest.fixture(scope="module")
def likely(tiny_store: Store) -> ProbabilitiesByKnown:
    return fitted_on(tiny_store, 12)


def example(gallery: Gallery) -> np.ndarray:
    return gallery.vectors["ecg_features"][0]


def test_the_probability_of_a_lower_ejection_fraction_is_never_the_greater(
    likely: ProbabilitiesByKnown,
) -> None:
    features = np.random.default_rng(0).normal(60, 20, (200, 12))
    heads = likely["ecg"]
    columns_ = heads.probabilities(features)
    ordered = np.stack([columns_[key] for key in heads.thresholds], axis=1)
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert list(heads.thresholds.values()) == sorted(heads.thresholds.values())
    low, high = heads.range(features) or (np.empty(0), np.empty(0))
    assert len(low) == 200 and (low <= high).all()
    assert low.min() >= heads.ends[0] - 1e-9 and high.max() <= heads.ends[1] + 1e-9


def test_low_hearts_get_the_higher_probabilities_and_the_lower_ranges(
    likely: ProbabilitiesByKnown, tiny_store: Store
) -> None:
    rows = split_rows(tiny_store, "test")
    measured = targets(tiny_store, rows)
    features = np.hstack([measured, np.zeros((len(rows), 3))])
    order = np.argsort(measured[:, 3])
    probability = likely["ecg"].probabilities(features)["lvef_below_50"]
    low, _ = likely["ecg"].range(features) or (np.empty(0), None)
    assert probability[order[:3]].min() > probability[order[-10:]].max()
    assert low[order[:3]].max() < low[order[-10:]].min()


def test_without_a_distribution_there_are_findings_and_no_range(tiny_store: Store) -> None:
    heads = fitted_on(tiny_store, 12, distribution=False)["ecg"]
    assert heads.points and heads.range(np.zeros((1, 12))) is None


def test_a_cohort_with_too_few_hearts_of_any_finding_gets_no_heads(tiny_store: Store) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logistic, "FEWEST_TO_CALIBRATE", 10_000)
        assert fit_probabilities(tiny_store, lambda rows: np.ones((len(rows), 3)), ()) == {}


def test_thresholds_reach_what_they_are_chosen_for() -> None:
    rng = np.random.default_rng(0)
    event = np.repeat([1.0, 0.0, np.nan], [40, 960, 20])
    probability = np.where(event == 1, rng.beta(4, 3, 1020), rng.beta(1, 9, 1020))
    points = operating_points(probability, event)
    assert points.exclude.sensitivity >= 0.9
    assert points.flag.specificity >= FLAG_SPECIFICITY
    assert points.flag.threshold >= points.exclude.threshold
    assert (points.flag.n, points.flag.n_without) == (40, 960)
    assert points.flag.sensitivity == (probability[:40] >= points.flag.threshold).mean()


def test_stored_heads_give_the_fitted_probabilities(
    likely: ProbabilitiesByKnown, tmp_path: Path
) -> None:
    save_probabilities(tmp_path, {"12": likely})
    stored = Probabilities(tmp_path)
    features = np.random.default_rng(1).normal(60, 15, (50, 12))
    for known, heads in likely.items():
        extra = len(heads.heads.weights) - 12
        rows = np.hstack([features, np.zeros((50, extra))])
        read = stored.heads("12", known)
        assert read is not None and read.points == heads.points
        for key, values in heads.probabilities(rows).items():
            np.testing.assert_allclose(read.probabilities(rows)[key], values, atol=0.02)
    assert stored.heads("II", "ecg") is None
    remove_probabilities(tmp_path)
    assert not Probabilities(tmp_path) and not list(tmp_path.iterdir())


def test_another_format_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "probabilities.json").write_text('{"format": 99, "sets": {}}')
    with pytest.raises(PtaclError, match="ptacl embed") as caught:
        Probabilities(tmp_path)
    assert caught.value.code == "gallery.other_version"


def test_a_person_is_read_by_the_heads_that_know_as_much(
    likely: ProbabilitiesByKnown, tmp_path: Path
) -> None:
    save_probabilities(tmp_path, {"12": likely})
    stored = Probabilities(tmp_path)
    features = np.append([150.0, 72, 78, 52, 90, 155, 80, 75, 50], np.zeros(3))[None]
    alone = stored.of_person("12", "ecg", Person())
    woman = stored.of_person("12", "sex", Person("female"))
    man = stored.of_person("12", "sex", Person("male"))
    assert alone is not None and woman is not None and man is not None
    key = next(iter(woman.points))
    assert woman.probabilities(features)[key] != man.probabilities(features)[key]
    assert stored.of_person("12", "sex", Person()) is None


def test_the_interval_of_the_ejection_fraction_holds_its_range_and_its_value(
    likely: ProbabilitiesByKnown,
) -> None:
    features = np.append([150.0, 100, 50, 33, 120, 150, 80, 70, 45], np.zeros(3))
    shown = {"female": (50.0, 70.0), "male": (48.0, 68.0)}
    lvef = Prediction("lvef_pct", "LVEF", "%", 58.0, 52.0, 64.0, shown)
    mass = replace(lvef, key="lvm_g", name="LVM")
    (changed, same), findings = completed([lvef, mass], likely["ecg"], features)
    assert same == mass and changed.value == lvef.value
    ranged = likely["ecg"].range(features[None])
    assert ranged is not None and changed.low == ranged[0][0] < 52
    assert changed.high == max(ranged[1][0], 58.0)
    assert {each.key for each in findings} == set(likely["ecg"].points)
    assert completed([lvef], None, features) == ((lvef,), ())
    assert completed([], likely["ecg"], features) == ((), ())


def test_many_predictions_get_the_same_interval_as_one(gallery: Gallery) -> None:
    heads = gallery.probabilities.heads(ALL_LEADS.name, "ecg")
    features = gallery.vectors["ecg_features"]
    predicted = with_range(gallery.heads.predict(features), gallery.heads.keys, heads, features)
    column = gallery.heads.keys.index("lvef_pct")
    inspection = gallery.inspection(str(gallery.table.index[0]))
    if inspection.predictions:
        shown = inspection.predictions[column]
        assert shown.low == pytest.approx(predicted.low[0, column])
        assert shown.high == pytest.approx(predicted.high[0, column])


def read(gallery: Gallery, person: Person = Person(), **quality: object):  # noqa: B008
    """The reading of the first subject of the gallery whose predictions are shown."""
    for row, subject in enumerate(gallery.table.index):
        prepared = gallery.ecg(str(subject))
        reading = gallery.read(
            gallery.vectors["ecg"][row],
            gallery.vectors["ecg_features"][row],
            replace(prepared.quality, **quality),
            person=person,
        )
        if reading.predictions or quality:
            return reading
    raise AssertionError("no subject is shown")


def test_findings_are_shown_with_predictions_and_withheld_with_them(gallery: Gallery) -> None:
    shown = read(gallery)
    assert shown.findings
    for each in shown.findings:
        assert 0 <= each.probability <= 1
        above = each.probability >= each.flag.threshold
        assert (each.state == "flagged") == above
    assert read(gallery, usable=False, reason="Bad.").findings == ()


def test_estimated_leads_give_no_probability(gallery: Gallery) -> None:
    reading = read(gallery, estimated=("V3",))
    assert reading.findings == ()


def test_text_json_and_table_hold_the_findings(gallery: Gallery) -> None:
    subject = next(
        str(each) for each in gallery.table.index if gallery.inspection(str(each)).findings
    )
    inspection = gallery.inspection(subject)
    record = json.loads(json.dumps(to_dict(inspection)))["findings"]
    assert [each["key"] for each in record] == [each.key for each in inspection.findings]
    assert {"probability", "state", "flag", "exclude"} <= set(record[0])
    row, keys = inspection_row(inspection), {column.key for column in columns()}
    first = inspection.findings[0]
    assert row[f"probability_{first.key}"] == first.probability
    assert row[f"{first.key}_is"] == first.state
    assert {f"probability_{first.key}", f"{first.key}_is"} <= keys
    sentences = finding_sentences(inspection)
    assert all("simulated hearts" in sentence for sentence in sentences)
    assert all(sentence in inspection_table(inspection) for sentence in sentences)


def test_a_described_person_gets_the_probabilities_of_that_person(gallery: Gallery) -> None:
    subject = next(
        str(each) for each in gallery.table.index if gallery.inspection(str(each)).findings
    )
    inspection = gallery.inspection(subject)
    woman = described(gallery, inspection, Person("female"))
    man = described(gallery, inspection, Person("male"))
    assert [f.key for f in woman.findings] == [f.key for f in man.findings] != []
    assert woman.findings != man.findings


def test_a_gallery_without_probabilities_reads_as_before(gallery: Gallery, tmp_path: Path) -> None:
    shutil.copytree(gallery.path.parent, tmp_path / "checkpoint")
    remove_probabilities(tmp_path / "checkpoint" / "gallery")
    old = open_gallery(tmp_path / "checkpoint" / "gallery")
    reading, new = read(old), read(gallery)
    assert reading.findings == () and not old.probabilities
    for before, after in zip(reading.predictions, new.predictions, strict=True):
        assert before.value == after.value
        assert before.key == "lvef_pct" or before == after
