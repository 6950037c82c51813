"""What lies on the paper: asked for once, said in words, and taken off again."""

from dataclasses import replace

import numpy as np
import pytest

from app.text import attribution_sentences
from app.views.inspect import attribution_panel
from app.views.inspect.ecg_panel import recording_peaks
from ptacl.signal.delineation.measurements import MEASUREMENTS, WAVES
from ptacl.types import LEADS, Attribution
from tests.app.driving import shown, text

FALLEN = Attribution("lvef_pct", "LVEF", "%", 44.2, 63.0, np.zeros((12, 200)), 0.05)


def test_a_sentence_tells_the_difference_and_the_waves_that_made_most_of_it():
    first = [("QRS", "V1", -2.4), ("QRS", "V4", -1.8), ("ST–T", "I", -1.3)]
    assert attribution_sentences.sentence(FALLEN, first) == (
        "**LVEF 44 %**; baseline with average beats in this rhythm: 63 %. Decreased most by "
        "QRS in V1 (−2.4 %), QRS in V4 (−1.8 %) and ST–T in I (−1.3 %)."
    )
    risen = replace(FALLEN, value=70.0)
    assert "Increased most by QRS in V2 (+1.0 %)." in attribution_sentences.sentence(
        risen, [("QRS", "V2", 1.0)]
    )
    assert attribution_sentences.sentence(FALLEN, []).endswith("in this rhythm: 63 %.")


def test_what_is_measured_is_told_beside_the_waves():
    adds = {"qrs_ms": -3.1, "axis_cos": -0.5, "axis_sin": -0.4, "r_V5_mv": 0.6, "st_V2_mv": -0.2}
    measured = replace(FALLEN, measured=adds)
    assert attribution_sentences.sentence(measured, []).endswith(
        "Of the measurements, by QRS duration (−3.1 %), QRS axis (−0.9 %) and ST in V2 (−0.2 %)."
    )
    whole = replace(FALLEN, measured=dict.fromkeys(MEASUREMENTS, 0.0) | adds)
    table = attribution_panel.measured_html(whole)
    assert table.count("<td>") == 12 * len(WAVES) + 6
    assert "<tr><th>QRS axis</th><td>−0.90</td></tr>" in table
    assert table.count("<td>+0.60</td>") == 1


def test_every_measurement_has_a_name():
    assert (
        len({attribution_sentences.measurement_title(name) for name in MEASUREMENTS})
        == len(MEASUREMENTS) - 1
    )


def test_the_table_has_a_row_a_lead_and_a_column_a_wave():
    table = attribution_panel.table_html({"QRS": np.arange(12.0), "between": np.zeros(12)}, "%")
    assert all(f"<th>{lead}</th>" in table for lead in LEADS)
    assert "<th>QRS %</th>" in table and "<td>+11.00</td>" in table


def test_the_beats_of_a_long_recording_stand_where_it_was_read(gallery):
    inspection = gallery.inspection("S0-00003")
    later = replace(inspection, prepared=replace(inspection.prepared, start_s=30.0))
    moved = recording_peaks(gallery, later) - recording_peaks(gallery, inspection)
    assert set(moved) == {15_000}


@pytest.fixture
def asked(monkeypatch):
    """The model's attribution, and what it was asked for."""
    from app.session import galleries

    calls = []

    class Model:
        def attribute(self, prepared, key, person):
            calls.append(key)
            segments = np.zeros((12, 200))
            segments[LEADS.index("V2"), 19:21] = -1.0  # the second beat's QRS
            return replace(FALLEN, key=key, segments=segments)

    monkeypatch.setattr(galleries, "model", Model)
    return calls


def test_an_attribution_is_computed_once_and_only_when_it_is_shown(app, asked):
    page = shown(app, "inspect_ecg")
    assert asked == [] and "Decreased" not in text(page)
    page.button_group(key="overlays").set_value(["beats, R–R", "what drove"]).run()
    assert asked == ["lvef_pct"]
    assert "Decreased most by QRS in V2" in text(page)
    page.run()
    assert asked == ["lvef_pct"]
    page.selectbox(key="drove").set_value("LVM").run()
    assert asked == ["lvef_pct", "lvm_g"]
    page.button_group(key="overlays").set_value(["beats, R–R"]).run()
    assert "Decreased" not in text(page) and not page.exception


def test_another_ecg_is_compared_on_the_same_sheet_or_on_its_own(app):
    page = shown(app, "inspect_ecg")
    page.selectbox(key="compare").set_value("S0-00009").run()
    assert not page.exception and "Compared with" not in text(page)
    page.button_group(key="compared").set_value("one below the other").run()
    assert not page.exception and "**Compared with S0-00009**" in text(page)
