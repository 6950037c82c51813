"""The subjects that are worth opening first."""

import dataclasses
import json

import pandas as pd
import pytest

from ptacl.gallery import format as layout
from ptacl.gallery.examples import choose_examples
from tests.real_files import REPOSITORY


def subject(name: str, **measured: float) -> dict[str, object]:
    usual = {"lvef_pct": 60.0, "lvedv_ml": 150.0, "qrs_ms": 90.0, "heart_rate_bpm": 60.0,
             "familiarity_distance": 0.1}  # fmt: skip
    good = json.dumps({"per_lead": [{"lead": "I", "state": "good"}]})
    return {"subject_id": name, "quality": good, **usual, **measured}


@pytest.fixture
def table() -> pd.DataFrame:
    strange = subject("strange", familiarity_distance=0.9)
    near = subject("near", lvef_pct=61.0)
    large = subject("large", lvedv_ml=260.0, familiarity_distance=0.5)
    broad = subject("broad", qrs_ms=160.0, lvef_pct=40.0)
    poor = subject("poor", lvef_pct=50.0)
    poor["quality"] = json.dumps({"per_lead": [{"lead": "I", "state": "bad"}]})
    return pd.DataFrame([strange, near, large, broad, poor])


def test_the_first_heart_is_average_and_its_ecg_of_a_kind_that_the_model_knows(
    table: pd.DataFrame,
) -> None:
    chosen = {example.key: example.subject_id for example in choose_examples(table)}
    assert chosen == {"normal": "near", "enlarged": "large", "broad-qrs": "broad", "noisy": "poor"}


def test_without_a_poor_recording_there_is_no_example_of_one(table: pd.DataFrame) -> None:
    keys = [example.key for example in choose_examples(table[table["subject_id"] != "poor"])]
    assert keys == ["normal", "enlarged", "broad-qrs"]


def test_the_embedded_gallery_opens_with_what_is_chosen_of_its_table() -> None:
    folder = REPOSITORY / "checkpoints" / "demo" / "gallery"
    kept = json.loads((folder / layout.MANIFEST).read_text())["examples"]
    table = pd.read_parquet(folder / layout.TABLE)
    assert kept == [dataclasses.asdict(example) for example in choose_examples(table)]
