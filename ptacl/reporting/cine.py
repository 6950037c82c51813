"""Inspection of a cine as text for a terminal."""

from ptacl.phenotypes import PHENOTYPES
from ptacl.segmentation.records import CineInspection
from ptacl.wording import DISCLAIMER


def cine_table(inspection: CineInspection) -> str:
    """Format an inspection of a cine for a terminal."""
    measurement, first = inspection.measurement, inspection.slices[0]
    origin = "trained on SIMULATED hearts" if inspection.segmenter.synthetic else "research model"
    step = measurement.coverage.step_mm
    apart = "" if step is None else f", {step:.1f} mm apart"
    frames = max(len(cine.frames) for cine in inspection.slices)
    lines = [
        f"cine       {inspection.name}: {len(inspection.slices)} slices{apart}, {frames} frames, "
        f"{first.source_format}",
        f"phases     end-diastole {_frame(inspection, measurement.ed_frame)}, end-systole "
        f"{_frame(inspection, measurement.es_frame)}",
        *(f"{flag.severity:<10} {_place(flag.slice, flag.frame)}{flag.text}"
          for flag in inspection.flags),
        "",
        f"{'':8}{'value':>8}{'90 % interval':>18}   method",
    ]  # fmt: skip
    for entry in PHENOTYPES:
        measured = measurement.phenotypes.get(entry.key)
        if measured:
            interval = f"{measured.low:.0f} – {measured.high:.0f}"
            value = f"{measured.value:.0f}"
            lines.append(
                f"{entry.name:8}{value:>8}{interval:>18}   {entry.unit}, {measured.method}"
            )
    if not measurement.phenotypes:
        lines.append("no volumes: areas only, see above")
    info = inspection.segmenter
    lines += ["", f"{info.name} {info.version}, {origin}. {DISCLAIMER}."]
    return "\n".join(lines)


def _frame(inspection: CineInspection, frame: int | None) -> str:
    if frame is None:
        return "not found"
    time = float(inspection.measurement.frame_times_ms[frame])
    return f"frame {frame}" + ("" if time != time else f" ({time:.0f} ms)")


def _place(position: int | None, frame: int | None) -> str:
    words = [
        f"{name} {number}"
        for name, number in (("slice", position), ("frame", frame))
        if number is not None
    ]
    return f"{', '.join(words)}: " if words else ""
