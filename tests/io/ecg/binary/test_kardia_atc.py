"""AliveCor Kardia recordings."""

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io import read_ecg_files
from ptacl.io.ecg.binary.kardia_atc import read_kardia_atc
from ptacl.types import LEADS
from tests.io.damage import cut_short, flipped, outcome
from tests.io.vendor_writers import kardia, steps

SIX = [steps(2000, 5000)[lead] for lead in LEADS[:6]]


@pytest.mark.parametrize("count", [1, 2, 6])
def test_the_limb_leads_are_read_in_nanovolts(count: int) -> None:
    recording = read_kardia_atc("a.atc", {"a.atc": kardia(SIX[:count])})
    assert [channel.name for channel in recording.channels] == list(LEADS[:count])
    assert recording.sample_rate_hz == 300
    for channel, stored in zip(recording.channels, SIX, strict=False):
        np.testing.assert_array_equal(channel.samples, stored.astype(float) * 500)
        assert channel.unit == "nV"


@pytest.mark.parametrize(("count", "held"), [(1, "1 of"), (6, "6 of")])
def test_it_is_refused_because_the_chest_leads_are_missing(count: int, held: str) -> None:
    with pytest.raises(
        BadInput, match=rf"{held} the 12 standard leads .*missing: .*V1.*V6"
    ) as told:
        read_ecg_files({"a.atc": kardia(SIX[:count])})
    assert "Give an ECG with the chest leads V1 to V6" in str(told.value)


def test_a_checksum_of_signed_bytes_is_known_and_another_is_damage() -> None:
    content = kardia(SIX[:1])
    start = content.index(b"ecg ")
    length = int.from_bytes(content[start + 4 : start + 8], "little")
    end = start + 8 + length
    signed = int(np.frombuffer(content[start:end], np.int8).sum()) % 2**32
    other = content[:end] + signed.to_bytes(4, "little") + content[end + 4 :]
    assert other != content
    assert len(read_kardia_atc("a", {"a": other}).channels[0].samples) == 5000
    broken = content[:end] + b"\x01\x02\x03\x04" + content[end + 4 :]
    with pytest.raises(BadInput, match="checksum"):
        read_kardia_atc("a", {"a": broken})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (kardia([]), "no format and no lead"),
        (kardia(SIX, step_nv=0), "resolution"),
        (kardia(SIX)[:-3000], "cut short"),
        (kardia(SIX)[:15], "cut short"),
        (kardia(SIX)[:12] + b"ecg \xff\xff\xff\x7f" + bytes(99), "cut short"),
    ],
)
def test_what_is_wrong_is_named(content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_ecg_files({"a.atc": content})


def test_damage_gives_an_error_with_words() -> None:
    content = kardia(SIX)
    for damaged in (*cut_short(content, 30), *flipped(content, 60)):
        assert isinstance(outcome(damaged), BadInput)
