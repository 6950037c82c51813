"""Frames of a cine as PNG, enlarged without smoothing."""

import base64
import io

import numpy as np
from jaxtyping import UInt8

ENLARGED = 3
"""Pixels across for each pixel of the frame."""


def png(frame: UInt8[np.ndarray, "rows columns"]) -> bytes:
    """Return a frame as a greyscale PNG."""
    from PIL import Image  # imported here: only reports draw pictures

    picture = Image.fromarray(np.ascontiguousarray(frame, dtype=np.uint8))
    size = (picture.width * ENLARGED, picture.height * ENLARGED)
    packed = io.BytesIO()
    picture.resize(size, Image.Resampling.NEAREST).save(packed, "PNG", optimize=True)
    return packed.getvalue()


def data_uri(frame: UInt8[np.ndarray, "rows columns"]) -> str:
    """Return a frame as a data URI, so that a page holds it and fetches nothing."""
    return f"data:image/png;base64,{base64.b64encode(png(frame)).decode('ascii')}"
