import numpy as np
import pytest

from app.views.volumes import agreement_plots
from ptacl.metrics import read_phenotype
from ptacl.metrics.agreement import Agreement
from ptacl.phenotypes import PHENOTYPES
from tests.app.fake_gallery import FakeGallery


@pytest.fixture(scope="module")
def gallery() -> FakeGallery:
    return FakeGallery()


def test_predicted_stands_against_measured_with_its_score_and_both_units(gallery):
    panels = agreement_plots.small_multiples(gallery.table, PHENOTYPES, {"lvef_pct": "R² 0.50"})
    for panel, entry in zip(panels, PHENOTYPES, strict=True):
        assert np.array_equal(panel.x, gallery.table[entry.key])
        assert np.array_equal(panel.y, gallery.table[f"predicted_{entry.key}"])
        assert panel.across == f"measured ({entry.unit})"
        assert panel.up == f"from the ECG ({entry.unit})"
        assert panel.identity
    assert [panel.note for panel in panels if panel.note] == ["R² 0.50"]


def test_one_in_full_has_the_interval_of_every_prediction(gallery):
    readings = read_phenotype(gallery.table, "lvm_g")
    panel = agreement_plots.in_full(readings)
    assert set(panel.arrays()) == {"x", "y", "low", "high"}
    assert ((panel.low <= panel.y) & (panel.y <= panel.high)).all()


def test_bland_altman_draws_the_difference_over_the_mean_and_names_its_lines(gallery):
    readings = read_phenotype(gallery.table, "lvm_g")
    panel = agreement_plots.bland_altman(readings, Agreement(-0.01, -20.0, 23.0))
    predicted, measured = gallery.table["predicted_lvm_g"], gallery.table["lvm_g"]
    assert np.allclose(panel.y, predicted - measured)
    assert np.allclose(panel.x, (predicted + measured) / 2)
    assert [level.words for level in panel.levels] == [
        "bias 0.0", "−1.96 SD −20.0", "+1.96 SD +23.0",
    ]  # fmt: skip
    assert not panel.identity
