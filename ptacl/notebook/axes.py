"""Axes of matplotlib: those that were given, or of a new figure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MM_PER_INCH = 25.4


def new_axes(axes: "Axes | None", size_mm: tuple[float, float] = (160.0, 110.0)) -> "Axes":
    """Return the given axes, or those of a new figure.

    Args:
        axes: to draw on.
        size_mm: width and height of a new figure.
    """
    if axes is not None:
        return axes
    from matplotlib import pyplot

    figure, made = pyplot.subplots(figsize=tuple(size / MM_PER_INCH for size in size_mm))
    figure.set_layout_engine("constrained")
    return made


def millimetre_axes(width_mm: float, height_mm: float, axes: "Axes | None") -> "Axes":
    """Return axes in millimetres of paper, y downwards; a new figure has the size of the paper."""
    axes = new_axes(axes, (width_mm + 6, height_mm + 10))
    axes.set(xlim=(0, width_mm), ylim=(height_mm, 0), aspect="equal", xticks=[], yticks=[])
    return axes
