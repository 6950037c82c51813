"""The whole path by its commands, and bad input: one sentence, exit status 2, nothing changed."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ptacl
from ptacl.cli import main
from ptacl.errors import ERROR_CODES
from ptacl.gallery import open_gallery
from ptacl.gallery.build import simulation_of
from ptacl.gallery.signals import render_subjects
from ptacl.phenotypes import PHENOTYPES
from ptacl.store import Store, open_store
from ptacl.synthetic import draw_truths, simulate_subject
from ptacl.synthetic.events import EVENTS
from ptacl.types import LEADS


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_command_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"ptacl {ptacl.__version__}\n", "")


def test_evaluate_reports_every_baseline_and_control(
    tiny_checkpoint: Path, tiny_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = run(
        capsys, "evaluate", tiny_store.path, "--checkpoint", tiny_checkpoint, "--record", "--json"
    )
    assert status == 0
    report = json.loads(out)
    assert set(report["phenotypes"]) == {
        "tiny", "random encoder", "ridge on ECG measurements", "ridge on the mean beat",
        "demographics only",
        "tiny, sex known", "tiny, sex, age, height and weight known",
    }  # fmt: skip
    mass = {name: entry["lvm_g"]["r2"]["value"] for name, entry in report["phenotypes"].items()}
    assert mass["tiny, sex, age, height and weight known"] > mass["tiny"] + 0.1
    found = report["retrieval"]["tiny"]["ecg_to_cmr"]["recall_at_10"]
    assert found["low"] <= found["value"] <= found["high"]
    alignment = report["alignment"]["tiny"]
    assert alignment["error_frames"] < alignment["shuffled_error_frames"]
    assert alignment["chance_error_frames"] == 12.5
    by_events = alignment["by_events"]
    assert by_events["linear_phase"]["value"] < by_events["model"]["value"]
    assert set(alignment["at_events"]) == set(EVENTS)
    card = (tiny_checkpoint / "README.md").read_text()
    assert "Synthetic" in card
    assert "| tiny | ecg_to_cmr |" in card
    assert "| tiny | whole beat |" in card and "| tiny | atrial kick |" in card


def test_inspect_reads_a_file_and_prints_one_object(
    tiny_checkpoint: Path, shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shared_data / "ecg" / "wfdb_ptbxl" / "00001_hr.hea"
    status, out, _ = run(capsys, "inspect", file, "--checkpoint", tiny_checkpoint, "--json")
    found = json.loads(out)
    assert status == 0
    assert found["ecg"]["format"] == "wfdb"
    assert 60 <= found["ecg"]["heart_rate_bpm"] <= 70
    assert len(found["phenotypes"]) == len(PHENOTYPES)
    assert len(found["neighbours"]) == 6
    assert found["model"]["measures"] is True
    person = ["--sex", "female", "--age-years", "61", "--height-cm", "165", "--weight-kg", "60"]
    status, out, _ = run(capsys, "inspect", file, "--checkpoint", tiny_checkpoint, *person)
    assert "Research use only" in out
    assert "SIMULATED" in out
    assert "read from  ecg, sex, age, height, weight (mean of two predictions" in out


@pytest.fixture
def broken_files(tmp_path: Path) -> dict[str, Path]:
    rng = np.random.default_rng(0)
    time = np.arange(5000) / 500
    beat = np.exp(-(((time % 0.8) - 0.4) ** 2) / 0.0002)
    good = {name: beat * k for k, name in enumerate(
        ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"], start=1)}  # fmt: skip
    tables = {
        "no_standard_lead": pd.DataFrame({"time_s": time, "X": beat, "Y": 2 * beat, "Z": beat}),
        "two_seconds": pd.DataFrame({"time_s": time, **good}).iloc[:1000],
        "constant": pd.DataFrame({"time_s": time, **{k: 0 * v for k, v in good.items()}}),
        "nan": pd.DataFrame({"time_s": time, **{k: np.nan * v for k, v in good.items()}}),
        "wrong_unit": pd.DataFrame({"time_s": time, **{k: 1e5 * v for k, v in good.items()}}),
    }
    files = {}
    for name, table in tables.items():
        files[name] = tmp_path / f"{name}.csv"
        table.rename(columns={k: f"{k} [mV]" for k in good}).to_csv(files[name], index=False)
    contents = {
        "empty.hea": b"",
        "foreign.dcm": b"%PDF-1.7 not an ecg",
        "noise.xml": rng.bytes(5000),
        "words.csv": b"these are, only words\nand, more\n",
    }
    for name, content in contents.items():
        files[name] = tmp_path / name
        files[name].write_bytes(content)
    files["absent"] = tmp_path / "absent.hea"
    return files


def test_bad_files_get_one_sentence_and_status_2(
    tiny_checkpoint: Path, broken_files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, file in broken_files.items():
        status, out, err = run(capsys, "inspect", file, "--checkpoint", tiny_checkpoint, "--json")
        failure = json.loads(out)
        assert status == 2 and failure["status"] == "failed", name
        assert failure["code"] in ERROR_CODES and failure["code"] != "general", name
        assert f"ptacl: {failure['reason']}\n" == err, name
        assert err.startswith("ptacl: "), name
        assert file.name in err, f"{name}: {err}"
        assert "Traceback" not in err
        assert err.count("\n") <= 2, f"{name}: {err}"


def test_missing_folders_get_one_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (
        ["verify", tmp_path],
        ["train", tmp_path, tmp_path / "out"],
        ["evaluate", tmp_path, "--checkpoint", tmp_path],
        ["import", tmp_path / "pairs.csv", tmp_path / "out"],
        ["convert", tmp_path, tmp_path / "out"],
    ):
        status, _, err = run(capsys, *command)
        assert status == 2, command
        assert err.startswith("ptacl: "), command
        assert not (tmp_path / "out").exists(), command


def test_raw_files_are_imported_as_they_were_simulated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, store, direct = tmp_path / "raw", tmp_path / "imported", tmp_path / "direct"
    whom = "--subjects", 4, "--seed", 9, "--ages", "adults"
    assert run(capsys, "simulate", raw, *whom, "--raw", "pairs")[0] == 0
    status, out, _ = run(capsys, "import", raw / "pairs.csv", store, "--json")
    assert status == 0
    assert json.loads(out)["imported"] == 4
    assert run(capsys, "simulate", direct, *whom)[0] == 0
    imported, simulated = open_store(store), open_store(direct)
    rows = np.arange(4)
    ages = draw_truths(9, range(4), ages="adults")["age_years"]
    np.testing.assert_allclose(simulated.table["age_years"], ages)
    np.testing.assert_allclose(imported.table["age_years"], ages)
    assert np.abs(imported.ecg_rows(rows) - simulated.ecg_rows(rows)).max() < 0.003
    assert (imported.cine_rows(rows) == simulated.cine_rows(rows)).all()
    for row in range(4):
        assert np.abs(imported.r_peaks(row) - simulated.r_peaks(row)).max() <= 2


def test_a_store_of_random_appearance_says_so_and_can_be_simulated_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whom = "--subjects", 3, "--seed", 9, "--appearance"
    plain, drawn = tmp_path / "plain", tmp_path / "random"
    for out in (plain, drawn):
        assert run(capsys, "simulate", out, *whom, out.name)[0] == 0
    stores = open_store(plain), open_store(drawn)
    simulations = [simulation_of(store) for store in stores]
    assert [each and each.appearance for each in simulations] == ["plain", "random"]
    assert "appearance" not in stores[0].manifest.provenance["simulation"]
    rows = np.arange(3)
    assert (stores[0].ecg_rows(rows) == stores[1].ecg_rows(rows)).all()
    assert simulations[1] is not None
    _, cine = render_subjects(simulations[1], stores[1].recipe, [0, 1, 2])
    np.testing.assert_array_equal(stores[1].cine_rows(rows), cine)
    status, _, err = run(capsys, "simulate", tmp_path / "raw", *whom, "random", "--raw", "pairs")
    assert status == 2 and "belongs to a store" in err


def test_an_import_with_problems_keeps_the_good_and_exits_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = tmp_path / "raw"
    run(capsys, "simulate", raw, "--subjects", 3, "--seed", 9, "--raw", "pairs")
    table = pd.read_csv(raw / "pairs.csv")
    (raw / table["ecg"][1]).with_suffix(".dat").write_bytes(b"short")
    (raw / table["cine"][2]).unlink()
    status, out, _ = run(capsys, "import", raw / "pairs.csv", tmp_path / "store", "--json")
    result = json.loads(out)
    assert status == 3
    assert result["imported"] == 1
    assert sorted(p["subject_id"] for p in result["problems"]) == ["S9-00001", "S9-00002"]


def test_convert_reproduces_the_released_encoder(
    tmp_path: Path, shared_reference: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch

    from ptacl.checkpoint.files import load_model

    ecg, cmr = (shared_reference / "encoders" / name for name in ("ecg_vitmae", "cmr_videomae"))
    assert run(capsys, "convert", ecg, tmp_path / "both", "--other", cmr)[0] == 0
    model, _ = load_model(tmp_path / "both")
    for source, encoder in ((ecg, model.ecg_encoder), (cmr, model.cmr_encoder)):
        reference = np.load(source / "reference.npz")
        with torch.no_grad():
            tokens = encoder.forward_tokens(torch.from_numpy(reference["input"][:, 0]))
        assert np.abs(tokens.numpy() - reference["last_hidden_state"]).max() < 1e-5


def test_every_command_has_a_help_that_names_its_options(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for command in (
        "simulate", "import", "verify", "withdraw", "train", "embed", "evaluate", "inspect",
        "compare", "convert", "segment",
    ):  # fmt: skip
        with pytest.raises(SystemExit) as stop:
            main([command, "--help"])
        assert stop.value.code == 0
        assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("work", "command", "told"),
    [
        ("store.importing.import_cohort", "import a b", "the same command resumes from here"),
        ("store.build.build_store", "simulate a", "the same command resumes from here"),
        ("synthetic.raw_files.write_raw", "simulate a --raw=ukb", "stopped"),
        ("workflow.train.train_preset", "train a b", "continue with --resume"),
        ("inference.folder.inspect_folder", "inspect a --checkpoint b --out c", "the same command"),
        ("load", "inspect a --checkpoint b", "stopped"),
        ("workflow.verify.verify_folder", "verify a", "stopped"),
    ],
)
def test_who_stops_a_command_is_told_whether_it_goes_on(
    work: str, command: str, told: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ptacl.read_ecg", lambda *_, **__: None)
    monkeypatch.setattr(f"ptacl.{work}", stopped)
    status, _, err = run(capsys, *command.split())
    assert status == 130
    said = err.splitlines()[-1]
    assert said == "ptacl: stopped" if told == "stopped" else told in said


def test_a_machine_without_memory_gets_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("ptacl.store.importing.import_cohort", fails)
    status, out, err = run(capsys, "import", "a", "b")
    assert (status, out) == (2, "")
    assert err.startswith("ptacl: Memory ran out.") and "Traceback" not in err


def test_a_failing_disk_gets_one_sentence_without_the_file_s_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error", "/data/1000001_20209_2_0.zip")

    monkeypatch.setattr("ptacl.store.importing.import_cohort", fails)
    status, out, err = run(capsys, "import", "a", "b")
    assert (status, out) == (2, "")
    assert "Input/output error" in err and "1000001" not in err and "Traceback" not in err


def test_a_told_sex_shows_its_own_reference_alone(
    tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ecg = simulate_subject(3, 5).ecg
    leads = pd.DataFrame(ecg.signal_mv.T, columns=[f"{lead} [mV]" for lead in LEADS])
    file = tmp_path / "a.csv"
    leads.index = np.arange(len(leads)) / ecg.sample_rate_hz
    leads.to_csv(file, index_label="time_s", float_format="%.4f")
    known = "inspect", file, "--checkpoint", tiny_checkpoint
    both, men = run(capsys, *known)[1], run(capsys, *known, "--sex", "male")[1]
    assert "reference women, men" in both
    assert "reference men" in men and "women" not in men
    found = json.loads(run(capsys, *known, "--sex", "male", "--json")[1])["phenotypes"][0]
    assert list(found["reference_by_sex"]) == ["male"]
    assert found["reference_by_sex"]["male"] == [found["reference_low"], found["reference_high"]]


def test_a_model_s_card_names_the_commands_that_made_it(tiny_checkpoint: Path) -> None:
    card = (tiny_checkpoint / "README.md").read_text()
    assert "# the cohort: the command was not recorded" in card  # its store was made by Python
    assert f"ptacl train tiny {tiny_checkpoint.name} --epochs 2\n" in card
    assert (
        f"ptacl embed tiny --checkpoint tiny --out {tiny_checkpoint.name}/gallery --split test\n"
        in card
    )
    assert str(tiny_checkpoint.parent) not in card


@pytest.mark.long
def test_a_report_on_one_subject_is_refused_and_a_gallery_of_one_is_made(
    tiny_checkpoint: Path, tiny_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = "--checkpoint", tiny_checkpoint
    status, out, err = run(capsys, "evaluate", tiny_store.path, *model, "--limit", 1)
    assert (status, out) == (2, "")
    assert "1 held-out subject" in err and "larger --limit" in err
    status, out, _ = run(capsys, "evaluate", tiny_store.path, *model, "--limit", 2)
    assert status == 0 and "too few held-out subjects" in out
    gallery = tmp_path / "one"
    assert run(capsys, "embed", tiny_store.path, *model, "--out", gallery, "--limit", 1)[0] == 0
    assert len(open_gallery(gallery)) == 1
