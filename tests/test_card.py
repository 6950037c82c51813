"""The card says what to type to make a checkpoint again."""

from ptacl.card import card_text
from ptacl.checkpoint import Checkpoint
from ptacl.encoders.two_tower import TwoTowerConfig
from ptacl.signal.recipe import Recipe

TRAINING = {"preset": "demo", "epochs": 3, "temporal_weight": 0.5, "seed": 4}


def a_checkpoint(provenance: dict[str, object]) -> Checkpoint:
    data = {"store": "cohort", "synthetic": True, "provenance": provenance}
    return Checkpoint("mine", True, TwoTowerConfig(), Recipe(), training=TRAINING, data=data)


def test_the_commands_of_a_simulated_cohort_stand_on_the_card() -> None:
    made = {"simulation": {"subjects": 500, "seed": 7, "coupling": 1.0}}
    text = card_text(a_checkpoint(made), {})
    assert "ptacl simulate out/cohort --subjects 500 --seed 7 --coupling 1\n" in text
    assert (
        "ptacl train out/cohort checkpoints/mine --preset demo --epochs 3 --temporal-weight 0.5 "
        "--seed 4\n" in text
    )
    assert "Not evaluated yet." in text


def test_a_real_cohort_has_no_command_that_makes_it() -> None:
    assert "ptacl simulate" not in card_text(a_checkpoint({}), {})
