"""An infarct's scar: how many have one, what it does to the heart, to its leads and to its wall."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from ptacl.synthetic import draw_truths, simulate_subject
from ptacl.synthetic.chest import draw_chest, outer_shape
from ptacl.synthetic.contours import TURN, Contour, inner_contour, outer_contour, slice_motion
from ptacl.synthetic.mechanics import septal_motion_mm
from ptacl.synthetic.physiology import LATENTS, Heart, heart
from ptacl.synthetic.scar import TERRITORIES, ecg_severity, lost_forces, still_wall
from ptacl.synthetic.torso import _LEAD_ROWS

SEED = 3
LEADS_OF = {"anterior": ("V2", "V3", "V4"), "inferior": ("II", "III", "aVF"),
            "lateral": ("I", "aVL", "V6")}  # fmt: skip
SECTORS = {"septum": 0.0, "anterior": np.pi / 2, "lateral": np.pi, "inferior": -np.pi / 2}


@pytest.fixture(scope="module")
def truths() -> pd.DataFrame:
    return draw_truths(SEED, range(6000))


def middling(**changes: float) -> Heart:
    """A heart whose latents are all 0 but those named."""
    z = {name: np.zeros(1) for name in LATENTS}
    no_disease = {name: np.full(1, 3.0) for name in LATENTS if name.endswith("_gate")}
    no_block = {name: np.full(1, 3.0) for name in ("lbbb", "rbbb", "fibrillation", "ectopy")}
    return heart({**z, **no_disease, **no_block, **{k: np.full(1, v) for k, v in changes.items()}})


def test_scars_are_as_frequent_as_in_mesa(truths: pd.DataFrame) -> None:
    old = truths[truths["age_years"].between(59, 77)]
    men, women = ((old[old["sex"] == sex]["scar_size"] > 0).mean() for sex in ("male", "female"))
    assert 0.52 * men + 0.48 * women == pytest.approx(0.079, abs=0.015)
    assert men / (1 - men) / (women / (1 - women)) == pytest.approx(5.8, abs=2.0)


def test_only_a_scar_has_a_territory_and_each_territory_its_share(truths: pd.DataFrame) -> None:
    scarred = truths["scar_size"] > 0
    assert ((truths["scar_territory"] > 0) == scarred).all()
    for number, territory in enumerate(TERRITORIES, start=1):
        share = (truths.loc[scarred, "scar_territory"] == number).mean()
        assert share == pytest.approx(territory.share, abs=0.07), territory.name


def test_a_larger_scar_lowers_ejection_fraction_and_dilates_the_ventricle() -> None:
    hearts = [middling()] + [middling(scar_gate=-3.0, scar_size=ndtri(p)) for p in (0.3, 0.7, 0.98)]
    sizes = [float(h.scar_size[0]) for h in hearts]
    assert sizes == sorted(sizes) and sizes[0] == 0 and sizes[-1] > 0.2
    for key, sign in (("lvef_pct", -1), ("lvesv_ml", 1), ("lvedv_ml", 1)):
        values = [sign * float(h.phenotypes[key][0]) for h in hearts]
        assert values == sorted(values), key
    assert hearts[0].phenotypes["lvef_pct"][0] - hearts[-1].phenotypes["lvef_pct"][0] > 12


def test_left_bundle_branch_block_weakens_and_widens_an_otherwise_normal_heart() -> None:
    normal, blocked = middling(), middling(lbbb=-3.0)
    fall = normal.phenotypes["lvef_pct"] - blocked.phenotypes["lvef_pct"]
    assert fall[0] == pytest.approx(7)
    for key in ("lvedv_ml", "lvesv_ml"):
        assert blocked.phenotypes[key][0] > normal.phenotypes[key][0]


@pytest.mark.parametrize("territory", TERRITORIES, ids=lambda t: t.name)
def test_a_scar_takes_r_waves_from_its_own_leads_most(territory) -> None:
    rows = dict(zip(("I", "II", "V1", "V2", "V3", "V4", "V5", "V6"), _LEAD_ROWS, strict=True))
    rows |= {"III": rows["II"] - rows["I"], "aVL": rows["I"] - rows["II"] / 2,
             "aVF": rows["II"] - rows["I"] / 2}  # fmt: skip
    _, _, lost = lost_forces(territory, 0.2)
    change = {lead: float(row @ lost) for lead, row in rows.items()}
    assert all(change[lead] < -0.15 for lead in LEADS_OF[territory.name])
    others = [lead for name, leads in LEADS_OF.items() if name != territory.name for lead in leads]
    own = np.mean([change[lead] for lead in LEADS_OF[territory.name]])
    assert own < np.mean([change[lead] for lead in others]) - 0.15


def test_small_scars_hide_from_the_ecg_and_large_ones_do_not() -> None:
    assert ecg_severity(0.0) == 0 and ecg_severity(0.02) < 0.2 and ecg_severity(0.2) > 0.85


@pytest.mark.parametrize("territory", TERRITORIES, ids=lambda t: t.name)
def test_the_still_wall_lies_in_its_territory_and_grows_with_the_scar(territory) -> None:
    at = np.array(list(SECTORS.values()))
    small, large = (still_wall(territory, size, 0.0, at).stillness for size in (0.03, 0.2))
    assert list(SECTORS)[int(np.argmax(large))] == territory.name
    assert (large > small).all()
    where = still_wall(territory, 0.2, 0.0, np.array([territory.wall_angle]))
    assert where.stillness[0] == 1 and where.thinning[0] == pytest.approx(0.4)


def radii(contour: Contour) -> np.ndarray:
    return sum(curve[:, None] * shape for curve, shape in contour)


def scarred_slice(territory: int, size: float):
    pair = simulate_subject(SEED, 0)
    chest = draw_chest(np.random.default_rng(0), length=0.0, rvl=0.0, adiposity=0.0)
    truth = {**pair.truth, "scar_territory": float(territory), "scar_size": size}
    return chest, slice_motion(chest, truth, pair.subject.phenotypes)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_scarred_wall_stands_still_and_thin_while_the_slice_keeps_its_areas(number: int) -> None:
    chest, plain = scarred_slice(0, 0.0)
    _, scarred = scarred_slice(number, 0.15)
    inner = {k: radii(inner_contour(chest, m, outer_shape(chest, TURN)))
             for k, m in (("plain", plain), ("scarred", scarred))}  # fmt: skip
    wall = {k: radii(outer_contour(chest, m)) - inner[k] for k, m in
            (("plain", plain), ("scarred", scarred))}  # fmt: skip
    systole = int(np.argmin(plain.radius))
    dead = int(np.argmax(scarred.still.stillness))
    alive = int(np.argmin(scarred.still.stillness))
    inward = {k: r[0] - r[systole] for k, r in inner.items()}
    assert abs(inward["scarred"][dead]) < 0.2 * inward["plain"][dead]
    assert inward["scarred"][alive] > inward["plain"][alive]
    assert wall["scarred"][systole, dead] < 0.7 * wall["plain"][0, dead]
    assert wall["scarred"][systole, alive] > 1.2 * wall["scarred"][0, alive]
    np.testing.assert_allclose(
        (inner["scarred"] ** 2).mean(1), (inner["plain"] ** 2).mean(1), rtol=0.03
    )
    np.testing.assert_allclose(wall["scarred"].mean(1), wall["plain"].mean(1), rtol=1e-6)


def test_the_septum_flashes_inward_before_it_is_pushed_back_only_when_blocked() -> None:
    truth = {"rr_scan_ms": 900.0, "t_es_ms": 370.0, "lbbb_scan": 1.0}
    times_ms = np.arange(0, 900, 5.0)
    moved = septal_motion_mm(truth, times_ms)
    assert moved.min() < -1.5 and moved.max() > 2
    assert times_ms[moved.argmin()] < 100 < times_ms[moved.argmax()] < truth["t_es_ms"]
    assert not septal_motion_mm({**truth, "lbbb_scan": 0.0}, times_ms).any()


def test_without_coupling_the_ecg_knows_nothing_of_the_scar(truths: pd.DataFrame) -> None:
    assert (truths["ecg_scar_size"] == truths["scar_size"]).all()
    apart = draw_truths(SEED, range(6000), coupling=0.0)
    assert (apart["scar_size"] == truths["scar_size"]).all()
    of_sex = apart[apart["sex"] == "male"]
    correlation = np.corrcoef(of_sex["scar_size"], of_sex["ecg_scar_size"])[0, 1]
    assert abs(correlation) < 0.06
