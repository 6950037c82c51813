"""What a rhythm does to predictions, by its one rule."""

from dataclasses import replace

import pytest

from ptacl.gallery.rhythm_rule import (
    FIBRILLATION_FACTOR,
    named_rhythm,
    rhythm_caveats,
    rhythm_factor,
)
from ptacl.gallery.withholding import FAR, decide, widened
from ptacl.phenotypes import PHENOTYPES
from ptacl.types import (
    LEADS,
    RHYTHMS,
    Caveat,
    EcgQuality,
    Familiarity,
    LeadQuality,
    Prediction,
    Rhythm,
)

NEAR = Familiarity(True, 0.1, 0.2, 50.0)


def rhythm(name):
    return Rhythm(name, 0.9, {each: 0.9 if each == name else 0.02 for each in RHYTHMS}, ("why",))


def quality(caveats=(), estimated=()):
    return EcgQuality(
        tuple(LeadQuality(lead, "good", "") for lead in LEADS), True, "", caveats, estimated
    )


@pytest.mark.parametrize(
    ("name", "shown", "factor"),
    [
        ("sinus", True, 1.0),
        ("ectopy", True, 1.0),
        ("other", True, 1.0),
        ("atrial_fibrillation", True, FIBRILLATION_FACTOR),
        ("flutter", False, 1.0),
        ("paced", False, 1.0),
    ],
)
def test_the_rule(name, shown, factor):
    verdict = decide(quality(), NEAR, {}, rhythm=rhythm(name))
    assert verdict.shown == shown and rhythm_factor(rhythm(name)) == factor
    assert {verdict.factors.get(entry.key, 1.0) for entry in PHENOTYPES} == {factor}
    told = rhythm_caveats(rhythm(name))
    assert bool(told) == (name not in ("sinus", "ectopy"))
    assert any(caveat.severity == "withhold" for caveat in told) != shown


@pytest.mark.parametrize(("probability", "shown"), [(0.54, True), (0.79, True), (0.81, False)])
def test_only_clear_flutter_withholds(probability, shown):
    unsure = replace(rhythm("flutter"), probability=probability)
    verdict = decide(quality(), NEAR, {}, rhythm=unsure)
    assert verdict.shown == shown and "flutter" in verdict.caveats[0].text


def test_fibrillation_widens_about_the_same_value():
    verdict = decide(quality(), NEAR, {}, rhythm=rhythm("atrial_fibrillation"))
    wide = widened(Prediction("lvm_g", "LVM", "g", 90.0, 80.0, 110.0, {}), verdict.factors)
    assert wide.value == 90 and wide.high - wide.low == pytest.approx(30 * FIBRILLATION_FACTOR)


def test_fibrillation_widens_what_an_estimated_lead_has_widened():
    factors = {"V1": {"lvm_g": 1.5}}
    verdict = decide(
        quality(estimated=("V1",)), NEAR, factors, rhythm=rhythm("atrial_fibrillation")
    )
    assert verdict.factors["lvm_g"] == pytest.approx(1.5 * FIBRILLATION_FACTOR)
    assert verdict.factors["lvef_pct"] == FIBRILLATION_FACTOR


def test_atrial_pacing_that_the_quality_tells_of_changes_nothing():
    known = (Caveat("paced", "A pacemaker stimulates this heart in the atria.", "check"),)
    assert rhythm_caveats(rhythm("paced"), known) == ()
    assert decide(quality(known), NEAR, {}, rhythm=rhythm("paced")).shown


def test_where_the_gate_withholds_only_its_reason_is_given():
    far = Familiarity(False, FAR * 0.2 + 0.01, 0.2, 100.0)
    verdict = decide(quality(), far, {}, rhythm=rhythm("flutter"))
    assert [caveat.code for caveat in verdict.caveats] == ["unlike_training"]


def test_an_ecg_that_only_the_model_does_not_know_still_has_its_rhythm_named():
    far = Familiarity(False, FAR * 0.2 + 0.01, 0.2, 100.0)
    verdict = decide(quality(), far, {}, rhythm=rhythm("sinus"))
    assert not verdict.shown and named_rhythm(rhythm("sinus"), verdict.caveats) is not None


def test_where_nothing_is_predicted_no_interval_is_called_wider():
    paced = (Caveat("paced", "Paced.", "withhold"),)
    factors = {"V6": {"lvm_g": 1.5}}
    verdict = decide(quality(paced, estimated=("V6",)), NEAR, factors)
    assert not verdict.shown and "intervals_widened" not in {c.code for c in verdict.caveats}
    shown = decide(quality(estimated=("V6",)), NEAR, factors)
    assert "intervals_widened" in {c.code for c in shown.caveats}


def test_a_rhythm_that_withholds_is_named():
    told = rhythm_caveats(rhythm("flutter"))
    assert named_rhythm(rhythm("flutter"), told) is not None
    paced = (Caveat("paced", "Paced.", "withhold"),)
    assert named_rhythm(rhythm("paced"), paced) is not None
    assert named_rhythm(rhythm("sinus"), (Caveat("no_heartbeat", "None.", "withhold"),)) is None
    assert named_rhythm(None, ()) is None
