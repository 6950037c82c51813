"""Each page in its states, on a small gallery of random hearts; no browser, no model."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from app.text.labels import literal
from ptacl.checkpoint.reconstructions import Reconstructions, save_reconstructions
from ptacl.cohort_analysis.differences import describe_differences, spreads
from ptacl.gallery.lead_set_heads import HeadsByLeadSet, LeadSetHeads
from ptacl.gallery.predict import DistributionLimit
from ptacl.metrics import read_phenotype, worst_cases
from ptacl.types import LEADS, Caveat, EcgQuality, LeadQuality
from tests.app.driving import (
    COMMENTED,
    button,
    by_label,
    open_page,
    reading,
    shown,
    table_of_leads,
    tables,
    text,
    upload,
)

VIEWS = (
    "inspect_ecg",
    "inspect_cine",
    "cohort",
    "groups",
    "alignment",
    "retrieval",
    "volumes",
    "model",
    "runs",
)


QUESTIONS = {
    "inspect_ecg": "What would the MRI show?",
    "inspect_cine": "What does the cine measure?",
    "cohort": "Which hearts are similar?",
    "groups": "Where do two groups differ?",
    "alignment": "Does the ECG know the beat?",
    "retrieval": "Who has a heart like this one?",
    "volumes": "How far may I trust the numbers?",
    "model": "Where does this come from?",
    "runs": "How does the training go?",
}


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_asks_its_question_and_says_what_it_is(app, view):
    page = shown(app, view)
    assert [title.value for title in page.title] == [QUESTIONS[view]]
    assert "synthetic" in text(page)
    footer = page.main.caption[-1].value
    assert footer.startswith("Research use only, not a medical device · model fake")
    assert not page.error


def test_the_landing_page_opens_with_the_first_example_inspected(app):
    page = shown(app, "inspect_ecg")
    assert "ECG of S0-00000 (simulated)" in text(page)
    assert "Quality" in text(page) and "reference interval" in text(page)


def test_without_examples_a_subject_can_still_be_chosen(app, gallery, monkeypatch):
    monkeypatch.setattr(gallery, "examples", ())
    page = shown(app, "inspect_ecg")
    assert not page.error and "Or try one" not in text(page)
    assert "ECG of S0-00000" in text(page)


def test_a_flat_lead_is_named_first_and_warned_of_at_the_volumes(app, gallery, monkeypatch):
    inspection = gallery.inspection("S0-00000")
    flat = EcgQuality((LeadQuality("V3", "bad", "flat"),), True, "Read with care: V3 is flat.")
    doubtful = replace(inspection, prepared=replace(inspection.prepared, quality=flat))
    monkeypatch.setattr(gallery, "inspection", lambda subject: doubtful)
    page = shown(app, "inspect_ecg")
    assert "V3 flat: prediction shown with a warning." in text(page)
    assert "**V3** :red[:material/block: bad] flat" in text(page)
    assert page.warning[0].value == "Shown with a warning. Read with care: V3 is flat."


def test_an_ecg_of_one_lead_has_a_chip_that_says_so_and_names_what_is_absent_once(
    app, gallery, monkeypatch
):
    widths = {"lvef_pct": 1.5, "lvm_g": 2.1, "lvedv_ml": 1.6}
    limit = DistributionLimit(0.1, (), np.zeros((1, 2), np.float32))
    entry = LeadSetHeads({}, limit, widths)
    sets = HeadsByLeadSet(gallery.path)
    monkeypatch.setattr(sets, "_record", {"II": {}})
    monkeypatch.setattr(sets, "_read", {"II": entry})
    monkeypatch.setattr(gallery, "lead_sets", sets)
    absent = tuple(lead for lead in LEADS if lead != "II")
    states = tuple(LeadQuality(lead, "bad", "absent") for lead in absent)
    inspection = gallery.inspection("S0-00000")
    quality = EcgQuality((*states, LeadQuality("II", "good", "")), True, "", absent=absent)
    one = replace(inspection, prepared=replace(inspection.prepared, quality=quality))
    monkeypatch.setattr(gallery, "inspection", lambda subject: one)
    said = text(shown(app, "inspect_ecg"))
    assert "read from lead II alone: intervals 1.6 × as wide (LVM 2.1 ×)" in said
    assert "I, III, aVR, aVL, aVF, V1, V2, V3, V4, V5 and V6 absent: prediction shown" in said
    assert "**V3** :red" not in said


CAVEATS = (
    Caveat("assumed", "Eight leads were *taken* as\nI, II, V1–V6.", "check"),
    Caveat("no_heartbeat", "This is no heartbeat.", "withhold"),
)


def test_caveats_stand_in_one_list_the_gravest_first_and_above_the_quality(
    app, gallery, monkeypatch
):
    inspection = gallery.inspection("S0-00000")
    doubtful = replace(inspection, ecg=replace(inspection.ecg, caveats=CAVEATS))
    monkeypatch.setattr(gallery, "inspection", lambda subject: doubtful)
    said = text(shown(app, "inspect_ecg"))
    lines = [line for line in said.splitlines() if line.startswith("- :")]
    assert lines == [
        "- :red[:material/block: withheld] · This is no heartbeat.",
        "- :orange[:material/warning: check] · Eight leads were \\*taken\\* as I, II, V1–V6.",
    ]
    assert said.count("Before reading the numbers") == 1
    assert said.index("no heartbeat") < said.index("**Quality**")


def test_an_example_is_one_click_away(app):
    page = shown(app, "inspect_ecg")
    page.button(key="example-lbbb").click().run()
    assert "ECG of S0-00002 (simulated)" in text(page)


def test_a_link_opens_the_subject_that_it_names(app):
    app.query_params["subject"] = "S0-00009"
    assert "ECG of S0-00009" in text(shown(app, "inspect_ecg"))


def test_a_link_to_an_unknown_subject_opens_the_example_and_says_so(app):
    app.query_params["subject"] = "nobody"
    page = shown(app, "inspect_ecg")
    assert "ECG of S0-00000" in text(page)
    assert "does not hold" in page.warning[0].value and "nobody" not in page.warning[0].value
    assert not page.run().warning


UNKNOWN = {
    "inspect_ecg": {"compare": "nobody", "overlays": "dogs"},
    "inspect_cine": {"gallery": "elsewhere"},
    "cohort": {"colour": "shoe_size", "layers": "ECG,MEG", "by": "shoe_size"},
    "groups": {"space": "outer", "distribution": "shoe_size", "matched": "perhaps"},
    "alignment": {"cine_of": "nobody", "frames": "backwards"},
    "retrieval": {"direction": "up", "only": "dogs", "k": "many", "age": "old"},
    "volumes": {"volume": "LVX"},
    "model": {"gallery": "elsewhere"},
    "runs": {"runs": "elsewhere"},
}
"""View → values that its address cannot mean."""


@pytest.mark.parametrize("view", VIEWS)
def test_a_link_with_unknown_values_is_answered_in_one_line_and_the_page_goes_on(app, view):
    app.run()
    app.query_params.update(UNKNOWN[view])
    page = open_page(app, view).run()
    assert not page.exception and not page.error
    (said,) = [w.value for w in page.warning]
    assert "not known here" in said
    assert all(literal(name) in said for name in UNKNOWN[view])
    assert not any(value in said for value in UNKNOWN[view].values())
    assert not page.run().warning


def test_a_link_with_known_values_and_a_choice_of_ones_own_are_not_remarked_on(app):
    app.query_params.update({"cine_of": "S0-00011", "frames": "as recorded", "subject": "S0-00003"})
    app.run()
    page = open_page(app, "alignment").run()
    assert not page.warning
    page.selectbox(key="cine_of").set_value("S0-00012").run()
    page.segmented_control(key="frames").set_value("rolled").run()
    assert not page.warning and "the cine of S0-00012" in text(page)


def test_a_broken_file_gives_one_message_and_leaves_the_former_result(app):
    page = upload(shown(app, "inspect_ecg"), {"holiday.jpg": b"\xff\xd8\xff\xe0 not an ecg"})
    assert len(page.error) == 1 and "holiday.jpg" in page.error[0].value
    assert "Traceback" not in page.error[0].value
    assert "ECG of S0-00000 (simulated)" in text(page)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ZeroDivisionError, "PTACL failed while reading odd.csv"),
        (MemoryError, "ran out of memory while reading odd.csv"),
    ],
)
def test_a_fault_of_ours_while_reading_leaves_the_former_result_too(app, monkeypatch, fault, said):
    def fail(reader, files, **asked):
        raise fault

    monkeypatch.setattr("ptacl.io.cohort.isolated.IsolatedReader.read_ecg", fail)
    page = upload(shown(app, "inspect_ecg"), {"odd.csv": b"1,2"})
    assert said in page.error[0].value
    assert "ECG of S0-00000" in text(page)
    assert not page.run().exception


def test_after_an_upload_the_drop_zone_is_empty_again_in_the_same_run(app):
    page = upload(shown(app, "inspect_ecg"), {"good.csv": COMMENTED + table_of_leads()})
    assert len(page.file_uploader) == 1 and not page.file_uploader[0].value
    assert "ECG of good.csv" in text(page) and "detected by content" not in text(page)


def test_an_empty_file_gives_a_message(app):
    page = upload(shown(app, "inspect_ecg"), {"empty.csv": b""})
    assert len(page.error) == 1 and "empty.csv" in page.error[0].value


def test_a_table_without_rate_and_unit_is_asked_for_them_and_then_read(app):
    page = upload(shown(app, "inspect_ecg"), {"leads.csv": table_of_leads()})
    assert "Fill in" in page.error[0].value
    assert by_label(page.number_input, "Sample rate (Hz)").value is None
    assert by_label(page.selectbox, "Unit of the numbers").value is None
    button(page, "Read").click().run()
    assert "a guess would scale the ECG" in page.warning[0].value
    assert "ECG of S0-00000" in text(page)
    by_label(page.number_input, "Sample rate (Hz)").set_value(500.0)
    by_label(page.selectbox, "Unit of the numbers").set_value("mV")
    button(page, "Read").click().run()
    assert not page.error
    assert "ECG of leads.csv" in text(page)


def test_an_upload_stays_when_the_next_one_is_broken(app):
    commented = b"# sample_rate_hz: 500\n# unit: mV\n" + table_of_leads()
    page = upload(shown(app, "inspect_ecg"), {"good.csv": commented})
    assert "ECG of good.csv" in text(page) and not page.error
    upload(page, {"bad.hea": b"\x00\x01"})
    assert "bad.hea" in page.error[0].value
    assert "ECG of good.csv" in text(page)


def test_sex_and_size_of_the_person_change_the_reference_of_an_upload(app):
    commented = b"# sample_rate_hz: 500\n# unit: mV\n" + table_of_leads()
    page = upload(shown(app, "inspect_ecg"), {"good.csv": commented})
    assert "Predicted from the ECG alone" in text(page)
    by_label(page.selectbox, "Sex").set_value("female").run()
    assert "reference interval for women" in text(page)
    assert "Predicted from the ECG and sex" in text(page)
    predicted = reading(page).predictions[0]
    assert predicted.value == predicted.low + np.e == 124.0


def test_an_upload_can_be_the_query_of_the_retrieval_page(app):
    commented = b"# sample_rate_hz: 500\n# unit: mV\n" + table_of_leads()
    page = upload(shown(app, "inspect_ecg"), {"good.csv": commented})
    open_page(page, "retrieval").run()
    assert "nearest to good.csv" in text(page)
    page.segmented_control(key="query_source").set_value("subject").run()
    assert "nearest to S0-00000" in text(page)
    page.segmented_control(key="query_source").set_value("good.csv").run()
    assert "nearest to good.csv" in text(page)
    assert "An uploaded ECG has no cine" in text(page)
    table = page.dataframe[0].value
    assert list(table.columns[:2]) == ["Similarity", "Sex"]
    predicted = reading(page).predictions[0]
    assert table["LVEDV (mL)"]["good.csv (predicted)"] == predicted.value


def test_alignment_against_another_heart_is_named(app):
    page = shown(app, "alignment")
    page.selectbox(key="cine_of").set_value("S0-00011").run()
    assert "the cine of S0-00011" in text(page)
    assert "Chance: 12.5 frames" in text(page)


@pytest.mark.parametrize(("order", "error"), [("rolled", "12.0"), ("shuffled", "")])
def test_a_link_puts_a_control_of_another_heart_into_the_player(app, order, error):
    app.query_params.update({"subject": "S0-00009", "cine_of": "S0-00011", "frames": order})
    page = shown(app, "alignment")
    assert page.segmented_control(key="frames").value == order
    assert f"the cine of S0-00011, its frames {order}," in text(page)
    assert f"mean error of **{error}" in text(page)


def test_the_chosen_subject_comes_along_to_another_page(app):
    page = shown(app, "alignment")
    page.selectbox(key="subject").set_value("S0-00013").run()
    open_page(page, "retrieval").run()
    assert "nearest to S0-00013" in text(page)


CHOICES = {
    "cohort": ("colour", "lvm_g"),
    "alignment": ("cine_of", "S0-00011"),
    "retrieval": ("direction", "ecg-ecg"),
    "volumes": ("volume", "LVM"),
}
"""View → a widget of it and a choice that is not its default."""


def test_what_was_chosen_survives_a_way_through_all_pages(app):
    page = shown(app, "inspect_ecg")
    for view, (key, choice) in CHOICES.items():
        open_page(page, view).run()
        page.get_by_key(key).set_value(choice).run()
    for view in VIEWS:
        open_page(page, view).run()
        if view in CHOICES:
            key, choice = CHOICES[view]
            assert page.get_by_key(key).value == choice, view


@pytest.mark.parametrize("direction", ["ecg-cmr", "ecg-ecg", "cmr-ecg"])
def test_retrieval_searches_in_three_directions(app, direction):
    page = shown(app, "retrieval")
    page.segmented_control(key="direction").set_value(direction).run()
    assert not page.error
    assert "**6 " in text(page)


def found_in(page) -> pd.DataFrame:
    """The retrieval page's table, without the query."""
    return page.dataframe[0].value.iloc[1:]


def test_retrieval_keeps_to_hearts_like_the_query(app, gallery):
    subject_id = (gallery.table["age_years"] - 64).abs().idxmin()
    app.query_params.update({"subject": subject_id, "only": ["same sex", "± 5 years"], "k": "9"})
    page = shown(app, "retrieval")
    query, found = gallery.table.loc[subject_id], found_in(page)
    assert len(found) > 3 and (found["Sex"] == query["sex"]).all()
    assert ((found["Age (years)"] - query["age_years"]).abs() <= 5.1).all()
    assert page.number_input(key="k").value == 9


def test_retrieval_keeps_to_a_range_of_one_phenotype(app):
    app.query_params.update({"by": "lvm_g", "lvm_g": "60~100"})
    page = shown(app, "retrieval")
    assert found_in(page)["LVM (g)"].between(60, 100).all()
    page.multiselect(key="retrieval_ranged").set_value([]).run()
    assert not found_in(page)["LVM (g)"].between(60, 100).all()


def test_each_heart_found_says_what_differs_from_the_query(app, gallery):
    page = shown(app, "retrieval")
    query, spread = gallery.table.loc["S0-00000"].to_dict(), spreads(gallery.table)
    for subject_id, said in found_in(page)["Difference"].items():
        heart = gallery.table.loc[subject_id].to_dict()
        assert said == (
            ", ".join(describe_differences(heart, query, spread)) or "no marked difference"
        )


def test_the_volumes_page_opens_the_phenotype_of_its_link(app, gallery):
    app.query_params["volume"] = "LVM"
    page = shown(app, "volumes")
    assert "Left ventricular myocardial mass" in text(page)
    worst = worst_cases(read_phenotype(gallery.table, "lvm_g"))
    assert f"**{worst.index[0]}** · measured {worst['measured'].iloc[0]:.0f} g" in text(page)
    assert "bias -0.0" not in text(page)


def test_filters_that_leave_one_heart_show_it(app, gallery):
    mass = gallery.table["lvm_g"].drop("S0-00000")
    heaviest, limit = mass.idxmax(), int(mass.sort_values().iloc[-2]) + 1
    assert gallery.table.loc["S0-00000", "lvm_g"] < limit < mass.max()
    app.query_params.update({"subject": "S0-00000", "by": "lvm_g", "lvm_g": f"{limit}~999"})
    page = shown(app, "retrieval")
    assert list(found_in(page).index) == [heaviest] and not page.error
    assert "**1 heart** nearest to S0-00000: LVEF " in text(page) and "nan" not in text(page)


def test_filters_that_leave_nobody_say_so(app):
    page = shown(app, "retrieval")
    page.get_by_key("retrieval_sex").set_value([]).run()
    assert "No other subject passes" in page.error[0].value
    assert page.main.caption[-1].value.startswith("Research use only")


def test_the_cohort_can_be_coloured_by_numbers_and_by_categories(app):
    page = shown(app, "cohort")
    for column in ("modality", "sex", "truth_lbbb", "own_rank", "lvm_g"):
        page.selectbox(key="colour").set_value(column).run()
        assert not page.exception and not page.error


def test_the_model_page_shows_what_was_recorded_beside_its_rivals(app, gallery, tmp_path):
    figure = {"value": 0.5, "low": 0.4, "high": 0.6, "title": "R² LVEF", "n": 90}
    methods = {
        name: {"title": title, "figures": {"r2_lvef_pct": figure}}
        for name, title in (("random", "Random encoder"), ("ptacl", "PTACL"))
    }
    apart = {"method": "random", "title": "Random encoder",
             "figure": "r2_lvef_pct", "figure_title": "R² LVEF",
             "value": 0.0, "low": -0.1, "high": 0.1, "p": 0.4, "p_holm": 0.5}  # fmt: skip
    comparison = {"methods": methods, "reference": "ptacl", "subjects": 90, "seeds": [0, 1, 2],
                  "store": "here", "test_store": {"name": "there", "provenance": {}},
                  "differences": [apart]}  # fmt: skip
    sign = {"title": "predicted LV mass", "value": 0.7, "low": 0.6, "high": 0.8,
            "n": 20, "n_normal": 67}  # fmt: skip
    labelled = {"records": 140, "table": "records.csv", "synthetic": True,
                "auroc": {"lvh": {"title": "Hypertrophy", "signs": {"lvm_g": sign}}}}  # fmt: skip
    metrics = {"comparison": comparison, "labelled_ecgs": labelled}
    (tmp_path / "metrics.json").write_text(json.dumps(metrics))
    gallery.checkpoint_path = tmp_path
    page = shown(app, "model")
    assert "90 held-out subjects of there, with methods trained on here, 3 seeds" in text(page)
    assert "simulated hearts: this is the transfer to real ECGs" in text(page)
    assert ["PTACL", "Random encoder"] in [list(table) for table in tables(page)]
    assert "not beyond chance after correction" in page.markdown[1].value


def test_the_model_page_shows_both_definitions_of_the_alignment_error(app, gallery, tmp_path):
    model, phase = ({"value": v, "low": v, "high": v, "n": 9} for v in (0.61, 0.34))
    by_events = {"model": model, "linear_phase": phase, "systole_scaled": phase}
    known = {"by_events": by_events, "at_events": {}}
    alignment = {"subjects": 9, "error_frames": 0.77}
    evaluation = {"model": "m", "alignment": {"m": alignment | known, "earlier": alignment}}
    (tmp_path / "metrics.json").write_text(json.dumps({"evaluation": evaluation}))
    gallery.checkpoint_path = tmp_path
    (errors,) = [table for table in tables(shown(app, "model")) if "own cine" in table]
    of_events = errors[["own cine, by cardiac events", "linear phase, by cardiac events"]]
    assert list(errors["own cine"]) == ["0.77", "0.77"]
    assert list(of_events.iloc[0]) == ["0.61", "0.34"]
    assert not set(of_events.iloc[1]) & {"0.61", "0.34"}


def test_the_model_page_shows_what_pretraining_filled_in(app, gallery, tmp_path):
    rng = np.random.default_rng(0)
    shapes = {"ecg": (2, 12, 500), "cine": (2, 50, 16, 16)}
    arrays = {}
    for name, shape in shapes.items():
        arrays[f"{name}_truth"] = rng.random(shape, dtype=np.float32)
        arrays[f"{name}_predicted"] = rng.random(shape, dtype=np.float32)
        arrays[f"{name}_hidden"] = rng.random(shape) < 0.75
    gallery.checkpoint_path = tmp_path
    arrays["ecg_predicted"][0, 0] = arrays["ecg_truth"][0, 0] + 0.25
    assert Reconstructions(**arrays).ecg_error(0, 0) == pytest.approx(0.25)
    assert "Reconstruction of masked parts" not in text(shown(app, "model"))
    save_reconstructions(tmp_path, Reconstructions(**arrays))
    page = shown(app, "model")
    assert "Reconstruction of masked parts" in text(page)
    page.selectbox(key="reconstructed-subject").set_value(1).run()
    assert not page.exception and not page.error
    (tmp_path / "reconstructions.npz").write_bytes(b"damaged")
    assert "cannot be read" in shown(app, "model").error[0].value


def test_a_folded_table_is_made_when_somebody_opens_it_and_a_link_opens_it(app):
    page = shown(app, "volumes")
    assert not page.dataframe
    page.query_params["scores_table"] = "true"
    page.run()
    assert not page.exception and "R²" in page.dataframe[0].value


def test_a_threshold_of_a_volume_is_shown_for_the_limit_and_the_flag_that_are_chosen(app, gallery):
    page = shown(app, "volumes")
    page.number_input(key="limit-lvef_pct").set_value(55.0)
    page.number_input(key="threshold-lvef_pct").set_value(0.0).run()
    (table,) = [table for table in tables(page) if "Sensitivity" in table]
    assert list(table.index) == [
        "LVEF < 55, flagged < 0", "LVEF < 50, flagged < 50", "LVEF < 40, flagged < 40"
    ]  # fmt: skip
    assert table.iloc[0]["Flagged"] == "0" and table.iloc[0]["Specificity"].startswith("100 %")


def test_the_model_page_of_a_checkpoint_without_a_comparison_says_so(app, gallery, tmp_path):
    gallery.checkpoint_path = tmp_path
    assert "was not tested" in shown(app, "model").markdown[1].value
