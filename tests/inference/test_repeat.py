"""A saved report holds what repeats it: the same numbers, or a refusal that says why."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ptacl
from ptacl.cli import main
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.errors import PtaclError
from ptacl.inference.recorded_ecg import RecordedEcg, signal_sha256
from ptacl.inference.repeat import repeat, repeatable
from ptacl.types import Caveat, Ecg, Person

PERSON = Person("female", 61.0, 165.0, 60.0)


@pytest.fixture(scope="module")
def model(tiny_checkpoint: Path):
    return ptacl.load(tiny_checkpoint)


@pytest.fixture(scope="module")
def ecg(shared_data: Path) -> Ecg:
    return ptacl.read_ecg(shared_data / "ecg" / "wfdb_ptbxl" / "00001_hr.hea")


@pytest.fixture(scope="module")
def saved(model, ecg) -> dict:
    """What is read back from the file, as text."""
    return json.loads(json.dumps(repeatable(model.inspect(ecg, PERSON), model.gallery)))


def test_an_ecg_comes_back_from_json_bit_for_bit_with_its_gaps():
    signal = np.random.default_rng(0).normal(size=(12, 700)).astype(np.float32)
    signal[3, 5:9] = np.nan
    first = Ecg(
        signal, 500.0, "wfdb", {"qrs_ms": 97.5}, {"V3": "gaps"}, signal[:, :300], 500.0,
        (Caveat("paced", "Paced."),), Person("male", 50.0), ("sinus rhythm",),
    )  # fmt: skip
    text = json.dumps(to_dict(RecordedEcg.of(first)))
    back = from_dict(RecordedEcg, json.loads(text)).ecg()
    for name in ("signal_mv", "median_mv"):
        assert getattr(back, name).tobytes() == getattr(first, name).tobytes()
    assert replace(back, signal_mv=signal, median_mv=None) == replace(
        first, signal_mv=signal, median_mv=None
    )
    assert signal_sha256(back) == signal_sha256(first)


@pytest.mark.parametrize("change", ["data", "shape"])
def test_damaged_samples_are_refused(change):
    record = RecordedEcg.of(Ecg(np.zeros((12, 100), np.float32), 500.0, "npy")).signal_mv
    damaged = {"data": {"data": record.data[:-8]}, "shape": {"shape": (12, 10**9)}}[change]
    with pytest.raises(PtaclError) as error:
        replace(record, **damaged).samples()
    assert error.value.code == "record.damaged"


def test_a_report_repeats_to_the_same_numbers(model, saved):
    done = repeat(saved, model)
    assert done.differences == () and done.largest == 0
    assert done.numbers > 100
    assert [p.value for p in done.inspection.predictions] == pytest.approx(
        [p["value"] for p in saved["phenotypes"]], abs=1e-4
    )


def test_a_changed_number_or_word_is_named_with_its_place(model, saved):
    changed = json.loads(json.dumps(saved))
    changed["phenotypes"][3]["value"] += 1.0
    changed["quality"]["reason"] = "other"
    assert {each.where for each in repeat(changed, model).differences} == {
        "phenotypes[3].value",
        "quality.reason",
    }


def test_an_edited_or_struck_sentence_is_no_difference_but_its_evidence_is(model, saved):
    edited = json.loads(json.dumps(saved))
    statements = edited["impression"]["statements"]
    statements[0] |= {"text": "My words", "edited": True}
    del statements[1]
    assert repeat(edited, model).differences == ()
    statements[0]["evidence"] = "none"
    assert [each.where for each in repeat(edited, model).differences] == [
        f"impression.{statements[0]['code']}"
    ]


@pytest.mark.parametrize(
    ("key", "code"),
    [("weights", "report.other_model"), ("gallery_fingerprint", "report.other_gallery")],
)
def test_another_model_or_gallery_is_refused(model, saved, key, code):
    other = {**saved, "inputs": {**saved["inputs"], key: "0" * 12}}
    with pytest.raises(PtaclError) as error:
        repeat(other, model)
    assert error.value.code == code


def test_the_digest_alone_needs_its_own_recording(model, ecg):
    short = repeatable(model.inspect(ecg), model.gallery, with_signal=False)
    assert len(json.dumps(short["inputs"])) < 1000
    louder = replace(ecg, signal_mv=ecg.signal_mv * np.float32(1.01))
    for given, code in ((None, "report.needs_recording"), (louder, "report.other_recording")):
        with pytest.raises(PtaclError) as error:
            repeat(short, model, given)
        assert error.value.code == code
    assert repeat(short, model, ecg).differences == ()


def test_a_subject_of_the_gallery_is_repeated_from_the_gallery(model):
    subject = model.gallery.table.index[0]
    inspection = model.gallery.inspection(subject)
    record = json.loads(json.dumps(repeatable(inspection, model.gallery, subject_id=subject)))
    assert record["inputs"]["ecg"] is None
    assert repeat(record, model).differences == ()


def test_the_command_repeats_what_another_command_printed(
    tiny_checkpoint, shared_data, tmp_path, capsys
):
    file = shared_data / "ecg" / "wfdb_ptbxl" / "00001_hr.hea"
    where = ["--checkpoint", str(tiny_checkpoint)]
    assert main(["inspect", str(file), *where, "--json"]) == 0
    report = tmp_path / "report.json"
    text = capsys.readouterr().out
    report.write_text(text, encoding="utf-8")
    assert main(["repeat", str(report), *where, "--file", str(file)]) == 0
    assert capsys.readouterr().out.endswith("the same\n")
    changed = json.loads(text)
    changed["ecg"]["qrs_ms"] += 5
    report.write_text(json.dumps(changed), encoding="utf-8")
    assert main(["repeat", str(report), *where, "--file", str(file)]) == 3
    assert "ecg.qrs_ms" in capsys.readouterr().out
    report.write_text("{}", encoding="utf-8")
    assert main(["repeat", str(report), *where, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "report.no_inputs"
