import pytest

from ptacl.gallery.withholding import FAR, decide, widened
from ptacl.types import LEADS, Caveat, EcgQuality, Familiarity, LeadQuality, Prediction

NEAR = Familiarity(True, 0.1, 0.2, 50.0)
FACTORS = {"V1": {"lvedv_ml": 1.5}}


def quality(usable=True, estimated=(), caveats=(), bad=()):
    leads = tuple(LeadQuality(lead, "bad" if lead in bad else "good", "") for lead in LEADS)
    return EcgQuality(leads, usable, "", caveats, estimated)


def test_a_good_ecg_near_to_what_is_known_is_shown():
    verdict = decide(quality(), NEAR, {})
    assert verdict.shown and verdict.caveats == () and not verdict.factors


def test_the_quality_forbids():
    assert not decide(quality(usable=False), NEAR, {}).shown


@pytest.mark.parametrize(("severity", "shown"), [("info", 1), ("check", 1), ("withhold", 0)])
@pytest.mark.parametrize("whose", ["reader", "quality"])
def test_a_caveat_withholds_by_its_severity(severity, shown, whose):
    caveat = (Caveat("paced", "The ventricles are paced.", severity),)
    judged = quality(caveats=caveat if whose == "quality" else ())
    assert decide(judged, NEAR, {}, caveat if whose == "reader" else ()).shown == bool(shown)


def test_far_from_all_that_is_known_withholds_and_says_so():
    far = Familiarity(False, FAR * 0.2 + 0.01, 0.2, 100.0)
    verdict = decide(quality(), far, {})
    assert not verdict.shown and verdict.caveats[0].code == "unlike_training"
    assert decide(quality(), Familiarity(False, 0.3, 0.2, 100.0), {}).shown


def test_estimated_leads_widen_by_what_was_measured():
    verdict = decide(quality(estimated=("V1",), bad=("V1",)), NEAR, FACTORS)
    assert verdict.shown and verdict.factors == {"lvedv_ml": 1.5}
    entry = Prediction("lvedv_ml", "LVEDV", "mL", 150.0, 130.0, 160.0, {})
    wide = widened(entry, verdict.factors)
    assert (wide.value, wide.low, wide.high) == pytest.approx((150.0, 120.0, 165.0))
    other = Prediction("lvm_g", "LVM", "g", 90.0, 80.0, 100.0, {})
    assert widened(other, verdict.factors) is other


def test_estimated_leads_withhold_where_nobody_measured():
    verdict = decide(quality(estimated=("V1", "V2")), NEAR, FACTORS)
    assert not verdict.shown and verdict.caveats[0].code == "widening_unknown"


def test_a_bad_lead_that_stands_in_an_old_store_withholds():
    verdict = decide(quality(bad=("V3",)), NEAR, {})
    assert not verdict.shown and "V3" in verdict.caveats[0].text
    assert decide(quality(bad=("aVF",)), NEAR, {}).shown  # follows from I and II
