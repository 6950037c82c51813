import json
import struct

import numpy as np
import pytest

from app.components.packing import pack


def unpack(message: bytes) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    """The browser's half in Python, written from the description of the layout alone."""
    (length,) = struct.unpack_from("<I", message)
    header = json.loads(message[4 : 4 + length])
    arrays = {}
    for name, place in header["arrays"].items():
        start = 4 + length + place["offset"]
        count = int(np.prod(place["shape"]))
        flat = np.frombuffer(message, place["type"], count, start)
        arrays[name] = flat.reshape(place["shape"])
    return header, arrays


def test_arrays_come_back_as_they_went() -> None:
    rng = np.random.default_rng(0)
    sent = {
        "frames": rng.integers(0, 255, (5, 3, 7), dtype=np.uint8),
        "signal": rng.normal(size=(12, 11)).astype(np.float32),
        "peaks": np.array([3, -1, 9], np.int32),
        "places": np.array([[0, 65535]], np.uint16),
        "none": np.zeros((0,), np.int32),
    }
    header, received = unpack(pack({"title": "Übergröße ²"}, sent))
    assert header["title"] == "Übergröße ²"
    for name, array in sent.items():
        np.testing.assert_array_equal(received[name], array)


@pytest.mark.parametrize("title", ["", "a", "ab", "abc", "abcdefg"])
def test_every_array_starts_where_a_typed_array_may_lie(title: str) -> None:
    arrays = {"odd": np.zeros(3, np.uint8), "after": np.zeros(2, np.float32)}
    message = pack({"title": title}, arrays)
    (length,) = struct.unpack_from("<I", message)
    header, _ = unpack(message)
    for place in header["arrays"].values():
        assert (4 + length + place["offset"]) % 8 == 0


def test_a_view_with_strides_is_sent_in_its_own_order() -> None:
    array = np.arange(12, dtype=np.uint8).reshape(3, 4).T
    np.testing.assert_array_equal(unpack(pack({}, {"a": array}))[1]["a"], array)


def test_a_type_the_browser_cannot_read_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="'signal' is float64"):
        pack({}, {"signal": np.zeros(3)})


def test_nan_in_the_header_is_refused_since_json_has_none() -> None:
    with pytest.raises(ValueError, match="JSON"):
        pack({"rate": float("nan")}, {})
