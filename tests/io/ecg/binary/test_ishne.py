"""ISHNE Holter recordings."""

import numpy as np
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg_files
from ptacl.types import Ecg
from tests.io.damage import cut_short, flipped, outcome
from tests.io.vendor_writers import LEADS, ishne, steps
from tests.made.files import beating


def _read(content: bytes) -> Ecg:
    return read_ecg_files({"holter.ecg": content})


@pytest.mark.parametrize("variable", [b"", b"words of the recorder"])
def test_every_lead_is_read_at_its_resolution(variable: bytes) -> None:
    ecg = _read(ishne(variable=variable))
    expected = np.array([steps(400)[lead] for lead in LEADS]) * 0.0025
    np.testing.assert_allclose(ecg.signal_mv, expected, atol=1e-6)
    assert (ecg.source_format, ecg.sample_rate_hz, ecg.caveats) == ("ishne", 500, ())


def test_leads_are_known_by_their_codes_in_any_order() -> None:
    turned = dict(reversed(steps(400).items()))
    np.testing.assert_allclose(_read(ishne(turned)).signal_mv, beating(), atol=0.00126)


def test_half_an_hour_is_read_whole() -> None:
    hour = {lead: np.tile(s, 36) for lead, s in steps(400, 10_000).items()}
    assert _read(ishne(hour, rate_hz=200)).duration_s == pytest.approx(900)


@pytest.mark.parametrize("claimed", [0, -1, 5000, 60_000])
def test_a_count_that_is_absent_or_of_all_leads_together_costs_nothing(claimed: int) -> None:
    assert _read(ishne(claimed=claimed)).signal_mv.shape == (12, 5000)


def test_bytes_after_the_samples_are_left_out() -> None:
    assert _read(ishne() + bytes(24_000)).signal_mv.shape == (12, 5000)


def test_a_checksum_that_fails_is_told() -> None:
    ecg = _read(ishne(checksum=1))
    assert [caveat.code for caveat in ecg.caveats] == ["checksum_fails"]
    np.testing.assert_allclose(ecg.signal_mv, beating(), atol=0.00126)


def test_three_leads_are_too_few_and_the_missing_ones_are_named() -> None:
    three = {lead: steps(400)[lead] for lead in ("V1", "V5", "aVF")}
    with pytest.raises(BadInput, match=r"3 of the 12 standard leads .*missing: I, V2, V3, V4, V6"):
        _read(ishne(three))
    frank = dict(zip("XYZ", list(steps(400).values())[:3], strict=True))
    with pytest.raises(BadInput, match="0 of the 12 standard leads"):
        _read(ishne(frank))


def test_annotations_are_named_and_the_recording_beside_them_asked_for() -> None:
    with pytest.raises(BadInput, match="annotations of an ISHNE Holter recording"):
        _read(b"ANN  1.0" + ishne()[8:])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (ishne(claimed=2**31 - 1), "cut short: a lead holds 5,000 samples of 2,147,483,647"),
        (ishne()[:300], "its header is not whole"),
        (ishne()[:-6000], "cut short"),
        (ishne(step_nv=0), "resolution"),
        (ishne(step_nv=-9), "resolution"),
        (ishne(rate_hz=0), "0 Hz is outside"),
        (ishne().replace(b"\x0c\x00\x05\x00", b"\x63\x00\x05\x00", 1), "header is damaged"),
    ],
)
def test_what_is_wrong_is_named(content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        _read(content)


def test_damage_gives_a_record_or_an_error() -> None:
    content = ishne()
    assert all(isinstance(outcome(part), PtaclError) for part in cut_short(content, 30))
    for damaged in flipped(content, 100):
        outcome(damaged)


def test_the_reader_of_the_standards_authors_agrees(tmp_path) -> None:
    holter = pytest.importorskip("ishneholterlib", reason="the peer is not installed")
    (tmp_path / "a.ecg").write_bytes(ishne())
    # Its own check of the checksum fails under numpy 2.
    peer = holter.Holter(str(tmp_path / "a.ecg"), check_valid=False)
    peer.load_data()
    ecg = _read(ishne())
    assert peer.sr == ecg.sample_rate_hz
    for lead in peer.lead:
        ours = ecg.signal_mv[LEADS.index(str(lead))]
        np.testing.assert_allclose(ours, lead.data, atol=1e-6)
