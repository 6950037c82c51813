"""The cohort page in its states, on a small gallery of random hearts; no browser."""

import numpy as np

from app.components.map_records import Selection
from app.session import saved_groups
from ptacl.gallery.projection import inside
from tests.app.driving import open_page, shown, text


def everywhere(gallery, share: float = 1.0) -> np.ndarray:
    """A box around the left ``share`` of the map."""
    xy = np.concatenate([gallery.map_ecg, gallery.map_cmr])
    (left, bottom), (right, top) = xy.min(axis=0) - 1, xy.max(axis=0) + 1
    right = left + share * (right - left)
    return np.array([[left, bottom], [right, bottom], [right, top], [left, top]], np.float32)


def test_a_link_restores_colour_layers_filters_subject_and_lasso(app, gallery):
    polygon = everywhere(gallery, 0.5)
    open_page(app, "cohort")
    app.query_params.update(
        colour="sex", layers="CMR", sex="men", age="55~75", by="lvef_pct", lvef_pct="50~70",
        subject="S0-00003", lasso=Selection(polygon, ("women",)).to_text(),
    )  # fmt: skip
    page = app.run()
    assert not page.exception and not page.error
    table = gallery.table
    kept = table["sex"].eq("male") & table["age_years"].between(55, 75)
    kept &= table["lvef_pct"].between(50, 70)
    chosen = kept.to_numpy() & inside(polygon, gallery.map_cmr)
    assert 0 < chosen.sum() < kept.sum()
    assert f"**{chosen.sum()} of {kept.sum()} subjects**" in text(page)
    assert "Subject S0-00003" in text(page)
    assert page.selectbox(key="colour").value == "sex"
    assert len(page.dataframe[0].value) == chosen.sum()
    assert app.query_params["lasso"] == Selection(polygon, ("women",)).to_text()


def test_what_was_chosen_survives_a_page_switch(app):
    page = shown(app, "cohort")
    page.selectbox(key="colour").set_value("lvm_g").run()
    page.toggle(key="joined").set_value(True).run()
    open_page(page, "volumes").run()
    open_page(page, "cohort").run()
    assert page.selectbox(key="colour").value == "lvm_g" and page.toggle(key="joined").value
    assert page.query_params["colour"] == "lvm_g"


def test_a_measurement_picked_among_the_filters_gets_a_slider_that_narrows(app, gallery):
    page = shown(app, "cohort")
    page.multiselect(key="cohort_ranged").set_value(["qrs_ms"]).run()
    page.slider(key="cohort_range_qrs_ms").set_value((80, 95)).run()
    within = gallery.table["qrs_ms"].between(80, 95).sum()
    assert f"Filters leave {within} of 60 subjects" in text(page)
    assert page.query_params["qrs_ms"] == "80~95"


def test_filters_that_leave_nobody_say_so(app):
    page = shown(app, "cohort")
    page.get_by_key("cohort_sex").set_value([]).run()
    assert "No subject passes the filters" in text(page) and not page.exception


def test_a_selection_is_kept_as_a_group_of_this_session(app, gallery, monkeypatch):
    saved = {}
    monkeypatch.setattr(saved_groups, "save", lambda name, ids: saved.update({name: ids}))
    open_page(app, "cohort")
    app.query_params["lasso"] = Selection(everywhere(gallery, 0.5)).to_text()
    page = app.run()
    save = next(button for button in page.button if button.label == "Save as group")
    save.click().run()
    assert "name first" in page.warning[0].value and not saved
    page.text_input[0].set_value("left *half*")
    save = next(button for button in page.button if button.label == "Save as group")
    page = save.click().run()
    assert list(saved) == ["left *half*"]
    assert f"{len(saved['left *half*'])} subjects" in page.success[0].value
    assert set(saved["left *half*"]) == set(page.dataframe[0].value.index)


def test_everybody_selected_has_no_rest(app, gallery):
    open_page(app, "cohort")
    app.query_params["lasso"] = Selection(everywhere(gallery)).to_text()
    assert "there is no rest" in text(app.run())


def test_a_damaged_lasso_selects_nobody(app):
    open_page(app, "cohort")
    app.query_params["lasso"] = "%%%,x"
    page = app.run()
    assert "Draw a lasso" in text(page) and not page.exception and not page.error
