"""The demonstration's model on ECGs that are right, spoiled, or none: what is shown."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

import ptacl
from ptacl.inference.model import Model
from ptacl.inference.table import inspection_row
from ptacl.reporting.inspection import inspection_table
from ptacl.types import LEADS, Ecg
from tests.made.hearts import from_limbs, heart, in_order, lead, with_leads
from tests.made.wrong_signals import no_heart, spoil
from tests.real_files import REPOSITORY

WITHHELD = {
    "one lead in all twelve": lambda ecg: replace(ecg, signal_mv=np.tile(lead(ecg, "II"), (12, 1))),
    "a sine of 10 Hz": lambda ecg: replace(
        ecg,
        signal_mv=np.tile(np.sin(2 * np.pi * 10 * np.arange(5000) / 500), (12, 1)).astype("f4"),
    ),
    "noise of 10 µV": lambda ecg: replace(ecg, signal_mv=no_heart("asystole", 1)),
    "exchanged arms": lambda ecg: from_limbs(ecg, -lead(ecg, "I"), lead(ecg, "III")),
    "chest leads reversed": lambda ecg: in_order(ecg, "654321"),
    "a gain of 10": lambda ecg: replace(ecg, signal_mv=10 * ecg.signal_mv),
}


@lru_cache(maxsize=1)
def demo() -> Model:
    return ptacl.load(REPOSITORY / "checkpoints" / "demo")


def lvedv(found):
    return next(entry for entry in found.predictions if entry.key == "lvedv_ml")


def test_a_clean_ecg_is_good_familiar_and_gets_all_volumes():
    found = demo().inspect(heart())
    assert (
        len(found.predictions) == len(demo().gallery.phenotypes)
        and found.caveats == ()
        and found.withheld == ""
    )
    assert found.familiarity.familiar
    assert {entry.state for entry in found.prepared.quality.per_lead} == {"good"}


@pytest.mark.parametrize("what", WITHHELD)
def test_predictions_are_withheld_and_every_form_says_why(what):
    found = demo().inspect(WITHHELD[what](heart()))
    assert found.predictions == () and found.neighbours == ()
    assert found.withheld
    assert f"predictions withheld: {found.withheld}"[:-1] in inspection_table(found)
    row = inspection_row(found)
    assert found.withheld in (row["quality"] if not row["usable"] else row["caveats"])


def test_exchanged_labels_of_limb_leads_are_put_right_and_told():
    clean = heart()
    found = demo().inspect(with_leads(clean, I=lead(clean, "II"), II=lead(clean, "I")))
    assert [caveat.code for caveat in found.caveats] == ["limb_leads_mended"]
    assert lvedv(found).value == pytest.approx(lvedv(demo().inspect(clean)).value, abs=1.0)


@pytest.mark.parametrize("how", ["10 mV square wave", "flat", "noise of .5 mV", "lead-off steps"])
@pytest.mark.parametrize("name", ["V1", "V3", "V6"])
def test_a_spoiled_lead_is_not_read_and_the_others_give_nearly_the_same_volumes(how, name):
    clean = heart()
    spoiled = replace(clean, signal_mv=spoil(clean.signal_mv, LEADS.index(name), how).astype("f4"))
    found, whole = demo().inspect(spoiled), demo().inspect(clean)
    assert found.prepared.quality.absent == (name,) and not found.prepared.quality.estimated
    assert lvedv(found).value == pytest.approx(lvedv(whole).value, abs=5.0)
    (caveat,) = found.caveats
    assert caveat.code == "lead_set" and "as wide as from all 12 leads" in caveat.text


def test_three_flat_chest_leads_leave_the_limb_leads_and_it_is_said():
    clean = heart()
    flat = {name: 0 * lead(clean, name) for name in ("V1", "V2", "V5")}
    found = demo().inspect(with_leads(clean, **flat))
    assert found.predictions and found.prepared.quality.absent == tuple(flat)
    (caveat,) = found.caveats
    assert caveat.text.startswith("Read from the six limb leads: intervals ")
    assert "V3, V4 and V6 are not read" in caveat.text


def test_a_paced_ecg_is_withheld_by_the_severity_of_its_caveat():
    paced = ptacl.types.Caveat("paced", "The ventricles are paced.", "withhold")
    found = demo().inspect(replace(heart(), caveats=(paced,)))
    assert found.predictions == () and found.withheld == "The ventricles are paced."


def test_a_table_of_many_says_the_same_as_one_inspection():
    from ptacl.inference.model_rows import row_of as _row
    from ptacl.inference.prepare_worker import Prepared
    from ptacl.inference.table import recording_row

    ecg = Ecg(no_heart("fibrillation", 3), 500.0, "made")
    found = demo().inspect(ecg)
    prepared = found.prepared
    job = Prepared(
        recording_row(ecg, prepared, found.intervals),
        prepared.signal_mv[:, : prepared.valid_samples],
        prepared.r_peaks,
        prepared.quality,
        ecg.caveats,
        found.rhythm,
    )
    row = _row(job, demo())
    assert "lvedv_ml" not in row and found.withheld in str(row["caveats"])
