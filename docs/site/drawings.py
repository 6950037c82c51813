"""The two losses as drawings, of simulated hearts of the shipped gallery.

``python -m docs.site.drawings`` writes them into ``docs/pictures``.
"""

import base64
import io
from pathlib import Path

import numpy as np
from jaxtyping import Float
from matplotlib.image import imsave

from ptacl.gallery import Gallery, open_gallery

REPOSITORY = Path(__file__).resolve().parents[2]
INK, FAINT, MATCH = "#1f2933", "#5b6570", "#0f766e"
LEAD_II, RATE_HZ, PATIENTS, CELL_PX = 1, 500, 6, 62
Picture = Float[np.ndarray, "rows columns"]


def svg(width: int, height: int, title: str, parts: list[str]) -> str:
    """Return a drawing on white, readable on a page of any colour.

    Args:
        width: in pixels.
        height: in pixels.
        title: what it shows, for those who do not see it.
        parts: elements.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-family="sans-serif" font-size="13" fill="{INK}">'
        f"<title>{title}</title>"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


def image(values: Picture, box: tuple[float, float, float, float], colours: str) -> str:
    """Return an image of values as an element of a drawing.

    Args:
        values: the lowest is drawn in the first colour, the highest in the last.
        box: left, top, width and height in pixels.
        colours: colour map of matplotlib.
    """
    buffer = io.BytesIO()
    imsave(buffer, values, cmap=colours, format="png", metadata={"Software": None})
    left, top, width, height = box
    content = base64.b64encode(buffer.getvalue()).decode()
    return (
        f'<image x="{left}" y="{top}" width="{width}" height="{height}" '
        f'preserveAspectRatio="none" style="image-rendering:pixelated" '
        f'href="data:image/png;base64,{content}"/>'
    )


def trace(
    values: Float[np.ndarray, " samples"], box: tuple[float, float, float, float], colour: str = INK
) -> str:
    """Return a curve as an element of a drawing, as high as the box.

    Args:
        values: at even distances.
        box: left, top, width and height in pixels.
        colour: of the line.
    """
    left, top, width, height = box
    across = np.linspace(left, left + width, len(values))
    down = top + height * (values.max() - values) / np.ptp(values)
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.2"/>'


def text(content: str, x: float, y: float, anchor: str = "middle", colour: str = INK) -> str:
    """Return a line of text as an element of a drawing.

    Args:
        content: without markup.
        x: in pixels.
        y: of the base line, in pixels.
        anchor: ``start``, ``middle`` or ``end``.
        colour: of the letters.
    """
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}">{content}</text>'


def patient_loss(gallery: Gallery) -> str:
    """Draw the global loss: cosine similarities of the ECGs and hearts of some patients.

    Args:
        gallery: of simulated hearts.
    """
    left, top, side = 150, 110, PATIENTS * CELL_PX
    vectors = gallery.vectors
    similar = vectors["ecg"][:PATIENTS] @ vectors["cmr"][:PATIENTS].T
    parts = [image(similar, (left, top, side, side), "Greys")]
    for number in range(PATIENTS):
        parts += _signals(gallery, gallery.table.index[number], number, left, top)
        parts += _similarities(similar, number, left, top)
    parts += [
        text("cine MRI of the same six patients", left + side / 2, 34),
        text("ECG of", 42, top - 36, "start"),
        text("six patients", 42, top - 18, "start"),
        text("framed: pulled together", left + side + 18, top + 24, "start", MATCH),
        text("all others: pushed apart", left + side + 18, top + 46, "start", FAINT),
        text("synthetic hearts", left + side + 18, top + side - 4, "start", FAINT),
    ]
    return svg(left + side + 190, top + side + 20, "Global loss: similarity of patients", parts)


def _signals(gallery: Gallery, subject: str, number: int, left: int, top: int) -> list[str]:
    """Draw a beat beside a row of the matrix, and the first frame above its column."""
    at = number * CELL_PX
    ecg = gallery.ecg(subject)
    first = int(ecg.r_peaks[1]) - RATE_HZ // 4
    beat = ecg.signal_mv[LEAD_II, first : first + RATE_HZ]
    frame = gallery.cine(subject).frames[0].astype(float)
    return [
        trace(beat, (left - 108, top + at + 10, 96, CELL_PX - 20)),
        image(frame, (left + at + 3, top - CELL_PX, CELL_PX - 6, CELL_PX - 6), "gray"),
    ]


def _similarities(similar: Picture, row: int, left: int, top: int) -> list[str]:
    """Write the similarities of a row, and frame that of the patient's own pair."""
    at = row * CELL_PX
    middle = (similar.min() + similar.max()) / 2
    return [
        *(
            text(
                f"{value:.2f}".replace("-", "−"),
                left + (column + 0.5) * CELL_PX,
                top + at + CELL_PX / 2 + 5,
                colour="#ffffff" if value > middle else INK,
            )
            for column, value in enumerate(similar[row])
        ),
        f'<rect x="{left + at}" y="{top + at}" width="{CELL_PX}" height="{CELL_PX}" '
        f'fill="none" stroke="{MATCH}" stroke-width="3"/>',
    ]


def temporal_loss(gallery: Gallery) -> str:
    """Draw the local loss: similarities of the ECG segments and cine frames of one patient.

    Args:
        gallery: of simulated hearts.
    """
    left, top, side, shown = 150, 40, 372, 5
    subject = gallery.table.index[0]
    similar = gallery.similarity(subject).T.astype(float)
    parts = [image(similar, (left, top, side, side), "Greys")]
    parts.append(
        f'<line x1="{left}" y1="{top}" x2="{left + side}" y2="{top + side}" stroke="{MATCH}" '
        'stroke-width="2" stroke-dasharray="6 4"/>'
    )
    cine, beat = gallery.cine(subject), gallery.ecg(subject)
    height = side / shown
    for number in range(shown):
        frame = cine.frames[number * len(cine.frames) // shown].astype(float)
        box = (left - height, top + number * height + 2, height - 4, height - 4)
        parts.append(image(frame, box, "gray"))
    first, last = beat.r_peaks[1:3]
    lead = beat.signal_mv[LEAD_II, first:last]
    parts.append(trace(lead, (left, top + side + 14, side, 60)))
    parts += [
        text("cine frames", left - height - 8, top + 20, "end"),
        text("R to R", left - height - 8, top + 40, "end", FAINT),
        text("ECG segments of the same patient, R to R", left + side / 2, top + side + 98),
        text("dashed: pulled together", left + side + 18, top + 24, "start", MATCH),
        text("other times: pushed apart", left + side + 18, top + 46, "start", FAINT),
        text("a synthetic heart", left + side + 18, top + side - 4, "start", FAINT),
    ]
    return svg(left + side + 190, top + side + 112, "Local loss: similarity over the beat", parts)


def main() -> None:
    """Write both drawings."""
    gallery = open_gallery(REPOSITORY / "checkpoints" / "demo" / "gallery")
    folder = REPOSITORY / "docs" / "pictures"
    for name, draw in (("patient-loss", patient_loss), ("temporal-loss", temporal_loss)):
        (folder / f"{name}.svg").write_text(draw(gallery), encoding="utf-8")


if __name__ == "__main__":
    main()
