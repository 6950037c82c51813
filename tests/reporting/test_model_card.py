"""The card says what to type to make a checkpoint again."""

from dataclasses import replace

from ptacl.checkpoint.files import Checkpoint
from ptacl.checkpoint.reports import LabelledReport, Metrics
from ptacl.encoders.two_tower import TwoTowerConfig
from ptacl.reporting.model_card import card_text
from ptacl.signal.recipe import Recipe

TRAINING = {"preset": "demo", "epochs": 3, "temporal_weight": 0.5, "seed": 4,
            "patient_loss": "sigmoid"}  # fmt: skip


def a_checkpoint(provenance: dict[str, object]) -> Checkpoint:
    data = {"store": "cohort", "synthetic": True, "provenance": provenance}
    return Checkpoint("mine", True, TwoTowerConfig(), Recipe(), training=TRAINING, data=data)


def test_the_commands_of_a_simulated_cohort_stand_on_the_card() -> None:
    made = {"simulation": {"subjects": 500, "seed": 7, "coupling": 1.0}}
    text = card_text(a_checkpoint(made), Metrics())
    assert "ptacl simulate out/cohort --subjects 500 --seed 7 --coupling 1\n" in text
    assert (
        "ptacl train out/cohort checkpoints/mine --preset demo --epochs 3 --temporal-weight 0.5 "
        "--patient-loss sigmoid --seed 4\n" in text
    )
    assert "Made by: not recorded.\n\nA checkpoint with the same settings is made by:" in text
    assert "Not evaluated yet." in text


def test_the_policy_of_a_training_stands_in_its_command() -> None:
    made = a_checkpoint({"simulation": {"subjects": 500, "seed": 7, "coupling": 1.0}})
    policy = {"policy_operations": 2, "policy_magnitude": 4.0}
    made = replace(made, training=TRAINING | {"augment": policy})
    assert "--patient-loss sigmoid --policy 2,4 --seed 4\n" in card_text(made, Metrics())


def test_a_real_cohort_has_no_command_that_makes_it() -> None:
    assert "ptacl simulate" not in card_text(a_checkpoint({}), Metrics())
    assert "Made by: not recorded.\n" in card_text(a_checkpoint({}), Metrics())


def test_the_commands_that_were_run_stand_on_the_card_in_their_order() -> None:
    made = a_checkpoint({"simulation": {"subjects": 500, "seed": 7, "coupling": 1.0}})
    data = made.data | {"commands": ["ptacl simulate cohort --subjects 500"]}
    made = replace(made, data=data, commands=("ptacl train cohort OUT --epochs 3",))
    gallery = {"commands": ["ptacl embed cohort --checkpoint mine --out OUT"]}
    metrics = Metrics(commands=("ptacl evaluate cohort --checkpoint OUT --record",))
    text = card_text(made, metrics, gallery)
    assert (
        "Made by:\n\n```\n"
        "ptacl simulate cohort --subjects 500\n"
        "ptacl train cohort mine --epochs 3\n"
        "ptacl embed cohort --checkpoint mine --out mine/gallery\n"
        "ptacl evaluate cohort --checkpoint mine --record\n```\n" in text
    )
    assert "not recorded" not in text and "same settings" not in text


def test_what_was_made_before_commands_were_kept_is_said_line_by_line() -> None:
    made = replace(a_checkpoint({}), commands=("ptacl train cohort OUT",))
    text = card_text(made, Metrics(labelled_ecgs=LabelledReport()), {"name": "old"})
    block = text.split("```")[1].strip().splitlines()
    assert block == [
        "# the cohort: not recorded", "ptacl train cohort mine", "# the gallery: not recorded",
        "# the reports: not recorded",
    ]  # fmt: skip
