"""Motion of a heart as text for a terminal."""

import math

from ptacl.motion.records import FIRST_SEGMENT_NUMBER, SEGMENTS, MotionInspection, Peak, SliceMotion
from ptacl.wording import DISCLAIMER


def motion_table(inspection: MotionInspection) -> str:
    """Format the motion of a heart for a terminal."""
    origin = "trained on SIMULATED hearts" if inspection.segmenter.synthetic else "research model"
    lines = [
        f"cine       {inspection.name}: {len(inspection.motions)} of {len(inspection.slices)} "
        "slices measured",
        *(
            f"{flag.severity:<10} "
            + ("" if flag.slice is None else f"slice {flag.slice}: ")
            + flag.text
            for flag in inspection.flags
        ),
        "",
        f"{'slice':>5}{'GCS':>9}{'endocard.':>11}{'radial':>9}{'at':>9}{'dispersion':>12}"
        f"{'rotation':>10}{'RV wall':>9}{'closure':>10}",
        *(_line(motion) for motion in inspection.motions),
    ]
    middle = inspection.middle
    if middle is not None:
        lines += ["", f"segments of slice {middle.position}", *_segments(middle)]
    if inspection.twist_deg is not None:
        twist = max(inspection.twist_deg.tolist(), key=abs)
        lines += ["", f"twist from base to apex {twist:+.1f}°"]
    info = inspection.segmenter
    lines += ["", f"labels: {info.name} {info.version}, {origin}. {DISCLAIMER}."]
    return "\n".join(lines)


def _line(motion: SliceMotion) -> str:
    peaks = motion.peaks
    rv = "–" if peaks.rv_free_wall is None else f"{peaks.rv_free_wall.percent:.1f} %"
    return (
        f"{motion.position:>5}{peaks.gcs.percent:>7.1f} %{peaks.gcs_endocardium.percent:>9.1f} %"
        f"{peaks.radial.percent:>7.1f} %{_ms(peaks.gcs.time_ms):>9}{_ms(peaks.dispersion_ms):>12}"
        f"{peaks.rotation_deg:>9.1f}°{rv:>9}{motion.quality.closure_mm:>7.1f} mm"
    )


def _segments(motion: SliceMotion) -> list[str]:
    rows = zip(SEGMENTS, motion.peaks.segments, strict=True)
    return [
        f"{FIRST_SEGMENT_NUMBER + number:>5} {name:<14}{_peak(peak)}"
        for number, (name, peak) in enumerate(rows)
    ]


def _peak(peak: Peak) -> str:
    return f"{peak.percent:>7.1f} % at {_ms(peak.time_ms)}"


def _ms(time: float) -> str:
    return f"{time:.0f} ms" if math.isfinite(time) else "–"
