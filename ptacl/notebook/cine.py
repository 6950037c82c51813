"""A cine in a notebook: frames over the beat."""

import base64
import io
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import UInt8
from markupsafe import Markup

from ptacl.notebook.axes import new_axes
from ptacl.notebook.facts import record_html
from ptacl.notebook.markup import NOTEBOOK
from ptacl.types import Cine

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN_FRAMES = 8
LARGEST_SIDE = 112
"""Rows or columns of a frame; larger ones are thinned, so that the HTML stays small."""
BLACK, WHITE = 1.0, 99.0
"""Percentiles of the intensities that are shown black and white."""


def html(cine: Cine) -> Markup:
    """Return frames at even steps of the beat, the first at the R wave."""
    indices = shown_frames(len(cine.frames))
    strip = np.concatenate(list(_grey(cine)[indices]), axis=1)
    picture = NOTEBOOK.render("picture.html", source=_png(strip), label=_times(cine, indices))
    return record_html("Cine", _facts(cine), picture, synthetic=cine.source_format == "simulated")


def plot(cine: Cine, axes: "Axes | None" = None) -> "Axes":
    """Draw the frames at the R wave and at mid-cycle beside each other; the unit is the mm."""
    axes = new_axes(axes)
    pair = _grey(cine, thin=False)[[0, len(cine.frames) // 2]]
    height_mm, width_mm = pair.shape[1] * cine.spacing_mm[0], pair.shape[2] * cine.spacing_mm[1]
    picture = np.concatenate(list(pair), axis=1)
    axes.imshow(picture, cmap="gray", extent=(0, 2 * width_mm, height_mm, 0))
    axes.set(xlabel="mm", ylabel="mm", title="R wave (left), mid-cycle (right)")
    return axes


def shown_frames(count: int) -> list[int]:
    """Return the indices of the frames that are shown.

    >>> shown_frames(50)
    [0, 6, 12, 18, 25, 31, 37, 43]
    """
    shown = min(SHOWN_FRAMES, count)
    return [index * count // shown for index in range(shown)]


def _facts(cine: Cine) -> list[tuple[str, str]]:
    frames, rows, columns = cine.frames.shape
    spacing = f"{cine.spacing_mm[0]:.2f} × {cine.spacing_mm[1]:.2f} mm"
    position = "" if cine.slice_position is None else f"{cine.slice_position + 1} from the base"
    total = f" of {cine.slice_count}" if position and cine.slice_count else ""
    return [
        ("Frames", f"{frames}, of {rows} × {columns} pixels of {spacing}, {cine.source_format}"),
        ("R–R interval", "" if np.isnan(cine.rr_ms) else f"{cine.rr_ms:.0f} ms"),
        ("Slice", position + total),
        ("Caveats", " ".join(caveat.text for caveat in cine.caveats)),
    ]


def _times(cine: Cine, indices: list[int]) -> str:
    times = [f"{cine.frame_times_ms[index]:.0f}" for index in indices]
    return f"Frames at {', '.join(times)} ms after the R wave"


def _grey(cine: Cine, *, thin: bool = True) -> UInt8[np.ndarray, "frames rows columns"]:
    """Return the frames in 8 bits, with one window for all."""
    step = -(-max(cine.frames.shape[1:]) // LARGEST_SIDE) if thin else 1
    frames = np.asarray(cine.frames[:, ::step, ::step], dtype=np.float32)
    black, white = np.nanpercentile(frames, (BLACK, WHITE))
    shown = (frames - black) / max(white - black, 1e-6)
    return (np.nan_to_num(shown).clip(0, 1) * 255).astype(np.uint8)


def _png(picture: UInt8[np.ndarray, "rows columns"]) -> str:
    """Return a picture as the address of a PNG that holds it."""
    from PIL import Image

    packed = io.BytesIO()
    Image.fromarray(picture).save(packed, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(packed.getvalue()).decode()}"
