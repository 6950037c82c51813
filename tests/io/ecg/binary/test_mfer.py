"""MFER recordings."""

import numpy as np
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_ecg_files
from ptacl.types import Ecg
from tests.io.damage import cut_short, flipped, outcome
from tests.io.vendor_writers import LEADS, mfer, steps, tlv
from tests.made.files import beating


def _read(content: bytes, **given) -> Ecg:
    return read_ecg_files({"cart.mwf": content}, **given)


@pytest.mark.parametrize("little", [True, False])
@pytest.mark.parametrize("block", [1, 500, 5000])
def test_every_lead_is_read_in_both_byte_orders_and_any_block(little: bool, block: int) -> None:
    ecg = _read(mfer(little=little, block=block))
    expected = np.array([steps(400)[lead] for lead in LEADS]) * 0.0025
    np.testing.assert_allclose(ecg.signal_mv, expected, atol=1e-6)
    assert (ecg.source_format, ecg.sample_rate_hz, ecg.caveats) == ("mfer", 500, ())


@pytest.mark.parametrize("code_bytes", [1, 2])
def test_lead_codes_of_one_and_of_two_bytes_are_known(code_bytes: int) -> None:
    turned = dict(reversed(steps(400).items()))
    ecg = _read(mfer(turned, code_bytes=code_bytes))
    np.testing.assert_allclose(ecg.signal_mv, beating(), atol=0.00126)


@pytest.mark.parametrize("first", [b"", tlv(0x17, b"MAKER"), tlv(0x04, b"\x01")])
def test_it_is_known_without_its_preamble(first: bytes) -> None:
    assert _read(first + mfer(preamble=False)).source_format == "mfer"


@pytest.mark.parametrize(("kind", "code"), [("i2", 0), ("i4", 2), ("f4", 7), ("f8", 8)])
def test_every_type_of_number_is_read(kind: str, code: int) -> None:
    leads = {lead: samples.astype(kind) for lead, samples in steps(400).items()}
    np.testing.assert_allclose(_read(mfer(leads, kind=code)).signal_mv, beating(), atol=0.00126)


@pytest.mark.parametrize(("kind", "code", "offset"), [("u2", 1, 2048), ("i2", 0, -2048)])
def test_an_offset_takes_the_level_away(kind: str, code: int, offset: int) -> None:
    leads = {lead: (s.astype(int) + 2048).astype(kind) for lead, s in steps(400).items()}
    said = tlv(0x0D, (offset % 65536).to_bytes(2, "little"))
    ecg = _read(mfer(leads, kind=code, extra=said))
    np.testing.assert_allclose(ecg.signal_mv, beating(), atol=0.00126)


@pytest.mark.parametrize("null", [-32768, 0x7FFF, None])
def test_the_number_that_stands_for_nothing_is_nothing(null: int | None) -> None:
    leads = {lead: s.copy() for lead, s in steps(400).items()}
    leads["V6"][-300:] = -32768 if null is None else null
    ecg = _read(mfer(leads, null=null))
    assert np.isnan(ecg.signal_mv[11, -300:]).all()
    assert np.isfinite(ecg.signal_mv[11, :-300]).all()


def test_a_channel_may_have_a_step_of_its_own() -> None:
    own = tlv(0x0C, b"\x00\xf9" + (50).to_bytes(2, "little"))
    plain, other = _read(mfer()), _read(mfer(extra=bytes([0x3F, 6, len(own)]) + own))
    np.testing.assert_allclose(other.signal_mv[6], 2 * plain.signal_mv[6], atol=1e-6)
    np.testing.assert_array_equal(other.signal_mv[7:], plain.signal_mv[7:])


def test_other_signals_beside_the_leads_cost_nothing() -> None:
    leads = {**steps(400), "respiration": steps(400)["I"]}
    own = tlv(0x0C, b"\x0b\xfd" + (25).to_bytes(2, "little"))  # ohms
    ecg = _read(mfer(leads, extra=bytes([0x3F, 12, len(own)]) + own))
    np.testing.assert_allclose(ecg.signal_mv, beating(), atol=0.00126)


def test_the_dominant_beat_is_kept_apart_and_does_not_win() -> None:
    rhythm = mfer()[:-1]
    beat = {lead: np.tile(s[:500], 20) for lead, s in steps(400).items()}
    shape = tlv(0x08, (9).to_bytes(2, "little"))
    content = rhythm + mfer(beat, preamble=False, extra=shape)
    ecg = _read(content)
    assert ecg.signal_mv.shape == (12, 5000)
    assert ecg.median_mv is not None
    assert ecg.median_mv.shape == (12, 10_000)
    assert ecg.caveats == ()


def _frame(start: int | None, first: int, last: int) -> bytes:
    part = {lead: samples[first:last] for lead, samples in steps(400).items()}
    pointer = b"" if start is None else tlv(0x07, start.to_bytes(4, "little"))
    return mfer(part, preamble=False, extra=pointer)[:-1]


def test_frames_that_follow_each_other_are_one_recording() -> None:
    ecg = _read(_frame(0, 0, 2500) + _frame(2500, 2500, 5000))
    np.testing.assert_allclose(ecg.signal_mv, beating(), atol=0.00126)
    assert ecg.caveats == ()


def test_frames_that_do_not_say_where_they_begin_are_joined_and_it_is_said() -> None:
    ecg = _read(_frame(None, 0, 2500) + _frame(None, 2500, 5000))
    np.testing.assert_allclose(ecg.signal_mv, beating(), atol=0.00126)
    assert [caveat.code for caveat in ecg.caveats] == ["parts_joined"]
    assert "2 parts" in ecg.caveats[0].text


def test_of_two_recordings_the_longer_is_read_and_said() -> None:
    ecg = _read(_frame(0, 0, 1500) + _frame(90_000, 0, 5000))
    assert ecg.signal_mv.shape == (12, 5000)
    assert [caveat.code for caveat in ecg.caveats] == ["several_recordings"]


def test_what_is_not_said_is_asked_for() -> None:
    content = mfer(extra=tlv(0x0B) + tlv(0x0C))  # a length of zero takes a definition back
    with pytest.raises(BadInput, match="its sample rate and unit are missing"):
        _read(content)
    ecg = _read(content, sample_rate_hz=500, unit="uV")
    np.testing.assert_allclose(ecg.signal_mv * 2.5, beating(), atol=0.00126)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (mfer(extra=tlv(0x06, b"\xff\xff\xff\x7f")), "cut short"),
        (mfer(extra=tlv(0x04, b"\xff\xff\xff\x7f")), "cut short"),
        (mfer(extra=tlv(0x05, b"\xff\xff\xff\x7f")), "channels"),
        (mfer(extra=tlv(0x0E, b"\x01\x00" + bytes(8))), "compressed"),
        (mfer(kind=9), "compressed"),
        (mfer()[:-4000], "not whole"),
        (mfer().split(b"\x1e\x84")[0] + b"\x80", "holds no rhythm"),
        (mfer({lead: s for lead, s in steps(400).items() if lead != "V5"}), "missing: V5"),
        (mfer(extra=tlv(0x0C, b"\x01\xf9\x19\x00")), "no unit of voltage"),
    ],
)
def test_what_is_wrong_is_named(content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        _read(content)


@pytest.mark.parametrize("preamble", [True, False])
def test_damage_gives_a_record_or_an_error(preamble: bool) -> None:
    content = mfer(preamble=preamble)
    assert all(isinstance(outcome(part), PtaclError) for part in cut_short(content, 30))
    for damaged in flipped(content, 100):
        outcome(damaged)


@pytest.mark.parametrize(
    "content",
    [
        b"\x01\x01\x00", b"\x01" * 400, b"\x03\x01a\x02\x03abc" * 9, bytes(range(256)) * 9,
        np.tile(np.array([5, 4, 6, 11, 12, 10, 8], dtype="<i2"), 900).tobytes(),
        b"\x04\x02" * 2000,
    ],
)  # fmt: skip
def test_other_bytes_are_not_taken_for_mfer(content: bytes) -> None:
    with pytest.raises(BadInput, match="this looks like"):
        _read(content)
