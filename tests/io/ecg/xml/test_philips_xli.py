"""XLI, the compression of Philips ECGs."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays

from ptacl.errors import BadInput
from ptacl.io.ecg.xml.philips_xli import decompress

LIMB = ("III", "aVR", "aVL", "aVF")


def sixteen_bits(number: int) -> int:
    """What is left of a number in a signed word of 16 bits."""
    return int.from_bytes((int(number) & 0xFFFF).to_bytes(2, "little"), "little", signed=True)


def residuals(leads: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What is stored instead of the limb leads after II: one number after another."""
    stored = {name: samples.copy() for name, samples in leads.items()}
    for i in range(len(leads["I"])):
        one, two, three = (int(leads[name][i]) for name in ("I", "II", "III"))
        stored["III"][i] = sixteen_bits(two - one - three)
        stored["aVR"][i] = sixteen_bits(-((one + two) // 2) - int(leads["aVR"][i]))
        stored["aVL"][i] = sixteen_bits((one - three) // 2 - int(leads["aVL"][i]))
        stored["aVF"][i] = sixteen_bits((two + three) // 2 - int(leads["aVF"][i]))
    return stored


def chunk(codes: list[int], first_bend: int) -> bytes:
    """A lead's header and its codes of 10 bits."""
    bits = "".join(f"{code:010b}" for code in codes)
    bits += "0" * (-len(bits) % 8)
    packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
    bend = first_bend.to_bytes(2, "little", signed=True)
    return len(packed).to_bytes(4, "little") + b"\0\1" + bend + packed


def compressed(samples: np.ndarray) -> bytes:
    """A lead as codes of its bends, high bytes first, each byte as a literal of LZW."""
    z = [int(sample) for sample in samples]
    bends = [sixteen_bits(2 * z[i - 1] - z[i - 2] - z[i]) for i in range(2, len(z))]
    words = [z[0], z[1], *(sixteen_bits(bend + 64) for bend in bends[1:]), 0]
    codes = np.array(words, "<i2").view(np.uint16)
    return chunk([*(codes >> 8), *(codes & 255)], bends[0])


def xli(leads: dict[str, np.ndarray]) -> bytes:
    return b"".join(compressed(samples) for samples in residuals(leads).values())


def _twelve(samples: int = 300) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    names = ("I", "II", *LIMB, "V1", "V2", "V3", "V4", "V5", "V6")
    return {n: random.integers(-90, 90, samples).cumsum() for n in names}


def test_what_was_compressed_comes_back() -> None:
    leads = _twelve()
    found = decompress("a.xml", xli(leads), list(leads), 300)
    assert list(found) == list(leads)
    for name, samples in leads.items():
        np.testing.assert_array_equal(found[name], samples)


@given(
    one=arrays(np.int16, 40), two=arrays(np.int16, 40), three=arrays(np.int16, 40),
    limb=arrays(np.int16, (3, 40)), chest=arrays(np.int16, 40),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_leaps_of_16_bits_wrap_and_come_back(
    one: np.ndarray, two: np.ndarray, three: np.ndarray, limb: np.ndarray, chest: np.ndarray
) -> None:
    """Second differences of 16-bit samples need 18 bits and are stored in 16."""
    rows = [one, two, three, *limb, chest]
    names = ("I", "II", "III", "aVR", "aVL", "aVF", "V4")
    leads = {name: row.astype(np.int64) for name, row in zip(names, rows, strict=True)}
    found = decompress("a.xml", xli(leads), names, 40)
    for name, samples in leads.items():
        np.testing.assert_array_equal(found[name], samples)


def test_a_lead_that_is_off_for_a_while_does_not_run_away() -> None:
    lead = np.arange(300) % 40
    lead[100:200] = -32768
    found = decompress("a.xml", compressed(lead), ["V4"], 300)["V4"]
    np.testing.assert_array_equal(found, lead)


def test_chunks_beyond_the_named_leads_are_left_alone() -> None:
    leads = _twelve()
    content = xli(leads) + compressed(np.zeros(300)) + b"rest"
    assert set(decompress("a.xml", content, list(leads), 300)) == set(leads)


def test_leads_without_i_ii_and_iii_are_stored_whole() -> None:
    lead = np.arange(50) ** 2 % 40
    found = decompress("a.xml", compressed(lead) * 2, ["V1", "aVF"], 50)
    np.testing.assert_array_equal(found["aVF"], lead)


def test_a_lead_never_unfolds_further_than_said() -> None:
    # Code 256 + i is the string of code 255 + i and one byte more: 2,767 codes hold 1.8 MB.
    content = chunk([0, *range(256, 1022)] + [1021] * 2_000, 0)
    start = time.perf_counter()
    with pytest.raises(BadInput, match="damaged"):
        decompress("a.xml", content, ["I"], 5500)
    assert time.perf_counter() - start < 1


def test_what_follows_the_code_of_the_end_is_left_alone() -> None:
    codes = [0] * 20
    whole = decompress("a.xml", chunk(codes, 0), ["I"], 10)["I"]
    ended = decompress("a.xml", chunk([*codes, 1023, 7, 7, 7], 0), ["I"], 10)["I"]
    np.testing.assert_array_equal(ended, whole)


@pytest.mark.parametrize("size", [-8, 0, -1, 2**31 - 1, 10_000])
def test_sizes_that_lie_are_refused(size: int) -> None:
    content = size.to_bytes(4, "little", signed=True) + bytes(500)
    with pytest.raises(BadInput, match="cut short"):
        decompress("a.xml", content, ["I"], 100)


@pytest.mark.parametrize("samples", [1, 2, 3, 4, 299, 301])
def test_more_or_fewer_samples_than_said_are_damage(samples: int) -> None:
    with pytest.raises(BadInput, match="damaged"):
        decompress("a.xml", compressed(np.arange(300)), ["I"], samples)
