"""The table of phenotypes against what Petersen et al. print."""

import pytest

from ptacl.errors import PtaclError
from ptacl.phenotypes import PHENOTYPES, body_surface_area_m2, phenotype


def test_the_reference_interval_is_the_mean_and_1_96_standard_deviations() -> None:
    low, high = phenotype("lvef_pct").interval("female")
    assert (low, high) == pytest.approx((61 - 9.8, 61 + 9.8))
    low, high = phenotype("lvm_g").interval("male", indexed=True)
    assert (low, high) == pytest.approx((53 - 1.96 * 9, 53 + 1.96 * 9))


def test_ejection_fractions_are_not_indexed() -> None:
    with pytest.raises(PtaclError, match="not indexed"):
        phenotype("rvef_pct").interval("male", indexed=True)


def test_the_means_fit_each_other() -> None:
    """Stroke volume and ejection fraction follow from the volumes, within rounding."""
    for side in ("lv", "rv"):
        for sex in ("female", "male"):
            edv, esv, sv, ef = (
                phenotype(f"{side}{part}").reference[sex][0]
                for part in ("edv_ml", "esv_ml", "sv_ml", "ef_pct")
            )
            assert sv == pytest.approx(edv - esv, abs=2)
            assert ef == pytest.approx(100 * sv / edv, abs=2)


def test_names_and_fields_are_unique() -> None:
    for attribute in ("key", "name", "ukb_field"):
        assert len({getattr(entry, attribute) for entry in PHENOTYPES}) == len(PHENOTYPES)


def test_body_surface_area_is_that_of_du_bois() -> None:
    assert body_surface_area_m2(170.0, 70.0) == pytest.approx(1.81, abs=0.005)


def test_an_unknown_phenotype_is_named_with_the_known_ones() -> None:
    with pytest.raises(PtaclError, match="lvedv_ml"):
        phenotype("lved")
