"""What each component is sent beside its arrays: one definition for Python and the browser.

``python -m app.components.headers`` writes ``browser/shared/headers.d.ts`` from these classes, from
which the JavaScript takes its types; a test holds the file against them.
"""

import types
import typing
from pathlib import Path
from typing import Literal, NotRequired, TypedDict, Union

DECLARATIONS = Path(__file__).parent / "browser" / "shared" / "headers.d.ts"


class ArrayPlace(TypedDict):
    """Where one array of a packed message is (`packing.pack`)."""

    type: Literal["uint8", "uint16", "int32", "float32"]
    shape: list[int]
    offset: int


class CineGeometry(TypedDict):
    """What frames need to be drawn in true proportions."""

    frames: int
    rows: int
    columns: int
    spacing: tuple[float, float]


class OutlineStyle(TypedDict):
    """Name and colour of one contour."""

    key: str
    label: str
    colour: str


class ContoursHeader(TypedDict):
    """Contours over the frames; arrays contourPoints and contourRings."""

    outlines: list[OutlineStyle]
    offset: tuple[int, int]
    target: str
    correctedFrames: list[int]
    editable: bool


class CurveLabels(TypedDict):
    """What the curve under the player shows."""

    left: str
    right: str
    unit: str
    digits: int


class RingHeader(TypedDict):
    """The wall by segments; arrays ringPoints, ringSegments and ringStrain."""

    offset: tuple[int, int]
    segments: list[str]
    limit: float
    colours: list[str]
    what: str


class ClockLine(TypedDict):
    """One line of a panel on the player's clock."""

    name: str
    colour: str
    onDark: str
    dash: list[int]


class ClockMark(TypedDict):
    """A marked frame of the first line."""

    label: str
    frame: int


class ClockPanel(TypedDict):
    """Curves of one unit on the player's clock; array curves0 … (lines, frames)."""

    title: str
    unit: str
    digits: int
    lines: list[ClockLine]
    marks: list[ClockMark]
    description: str


class CineBeat(TypedDict):
    """The beat that a cine shows; times are not known where it is not timed."""

    rrMs: float
    timed: bool
    edFrame: int | None
    esFrame: int | None
    inOrder: bool


class CinePlayerHeader(CineGeometry, CineBeat):
    """Of the player; arrays frames, similarity, path, volume, rightVolume, beat, mean, curves0."""

    curve: CurveLabels
    curves: list[ClockPanel]
    contours: NotRequired[ContoursHeader]
    ring: NotRequired[RingHeader]
    ecgLabels: dict[str, str]
    title: str
    footnote: str
    autoplay: bool
    colours: list[str]
    descriptions: dict[str, str]


class GridTile(TypedDict):
    """One heart of the cine grid; without frames where it was never imaged."""

    id: str
    caption: list[str]
    rrMs: float
    isQuery: bool
    opens: bool
    frames: NotRequired[int]
    rows: NotRequired[int]
    columns: NotRequired[int]
    spacing: NotRequired[tuple[float, float]]
    contours: NotRequired[ContoursHeader]


class CineGridHeader(TypedDict):
    """Of the cine grid; arrays frames0 …, beat0 …, contourPoints0 … and contourRings0 …."""

    rrMs: float
    autoplay: bool
    tiles: list[GridTile]


class AttributionTint(TypedDict):
    """How the stretches of an attribution lie on the traces."""

    name: str
    unit: str
    strongest: float
    startSample: float
    segmentSamples: float
    segmentMs: int


class AnomalyStrip(TypedDict):
    """Where the strips lie that show what does not fit; arrays anomaly (leads, steps), restored."""

    startSample: float
    stepSamples: float


class EcgPaperHeader(TypedDict):
    """Of the ECG paper.

    Arrays signal, peaks, spikes, wavePeaks, premature, attribution, other, anomaly, restored.
    """

    sampleRateHz: float
    durationS: float
    offsetS: float
    sentS: float
    openS: float
    recording: str
    markBeats: bool
    markWaves: bool
    flagged: dict[str, str]
    filter: str
    description: str
    waves: NotRequired[dict[str, tuple[float, float]]]
    attribution: NotRequired[AttributionTint]
    anomaly: NotRequired[AnomalyStrip]
    otherLabel: NotRequired[str]
    ownLabel: NotRequired[str]


class MapColours(TypedDict):
    """Colours of the map."""

    ECG: str
    CMR: str
    grey: str
    sequence: list[str]
    sequenceOnDark: list[str]
    categories: list[str]


class MapNote(TypedDict):
    """One line of the hover card."""

    name: str
    unit: str


class MapStart(TypedDict):
    """The selection that a link asks for; a new stamp takes it again."""

    stamp: int
    corners: list[tuple[float, float]]
    hidden: list[str]


class MapScale(TypedDict):
    """How the values of the map are coloured; names are those of categories."""

    label: str
    names: list[str]
    range: tuple[float, float]


class MapCaptions(TypedDict):
    """The map in words, and what a saved image of it is called."""

    description: str
    caption: str
    fileName: str


class EmbeddingMapHeader(MapScale, MapCaptions):
    """Of the embedding map; arrays places, ids, lit, notes, values, ranks."""

    layers: list[str]
    bounds: tuple[float, float, float, float]
    main: tuple[float, float, float, float]
    colours: MapColours
    notes: list[MapNote]
    query: tuple[float, float] | None
    queryName: str
    selectable: bool
    started: MapStart
    height: int


class HeatTileHeader(TypedDict):
    """One similarity map to choose."""

    id: str
    title: str
    caption: str
    chosen: bool


class HeatTilesHeader(TypedDict):
    """Of the heat tiles; arrays map0 …."""

    colours: list[str]
    tiles: list[HeatTileHeader]


class BarsHeader(TypedDict):
    """One histogram: shares of the selection and of the rest in each bin, in percent."""

    column: str
    label: str
    edges: list[float]
    selection: list[float]
    rest: list[float]
    narrowed: bool


class HistogramBarsData(TypedDict):
    """Of the histograms; the colours of selection and rest."""

    bars: list[BarsHeader]
    selection: str
    rest: str


class HoveredHeartHeader(TypedDict):
    """Of the pictures for the map's hover card; array stills."""

    source: str
    subjects: list[str]


class KeyboardData(TypedDict):
    """Of the keyboard: first letters of the pages, and keys with what they do."""

    letters: list[str]
    keys: list[tuple[tuple[str, ...], str]]


class BeatGroup(TypedDict):
    """How one group's beat is drawn."""

    title: str
    colour: str
    dash: list[int]


class LeadBeatsHeader(TypedDict):
    """Of the beats of groups; arrays low0, median0, high0 …."""

    groups: list[BeatGroup]
    leads: list[str]
    rateHz: float
    beforeS: float
    unit: str
    description: str


class PanelLevel(TypedDict):
    """A horizontal line of a scatter plot."""

    value: float
    words: str
    dashed: bool


class PanelHeader(TypedDict):
    """One scatter plot; arrays x0, y0, low0, high0 …."""

    title: str
    note: str
    across: str
    up: str
    says: tuple[str, str]
    unit: str
    levels: list[PanelLevel]
    identity: bool


class ScatterPanelsHeader(TypedDict):
    """Of the scatter plots; array ids."""

    panels: list[PanelHeader]
    columns: int
    height: int
    description: str
    point: str
    line: str


_SIMPLE: dict[object, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


def declarations() -> str:
    """Return the TypeScript declarations of all classes of this module."""
    classes = [value for value in globals().values() if typing.is_typeddict(value)]
    head = "// Written by `python -m app.components.headers`. Do not edit.\n"
    return head + "".join(f"\n{_interface(record)}" for record in classes)


def _interface(record: type) -> str:
    lines = [f"/** {record.__doc__} */", f"export interface {record.__name__} {{"]
    for name, hint in typing.get_type_hints(record, include_extras=True).items():
        optional = typing.get_origin(hint) is NotRequired
        inner = typing.get_args(hint)[0] if optional else hint
        lines.append(f"  {name}{'?' if optional else ''}: {_typescript(inner)};")
    return "\n".join([*lines, "}", ""])


def _typescript(hint: object) -> str:
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in arguments)
    if origin in (Union, types.UnionType):
        return " | ".join(map(_typescript, arguments))
    if origin is list:
        return f"Array<{_typescript(arguments[0])}>"
    if origin is tuple and arguments[-1] is Ellipsis:
        return f"Array<{_typescript(arguments[0])}>"
    if origin is tuple:
        return f"[{', '.join(map(_typescript, arguments))}]"
    if origin is dict:
        return f"Record<string, {_typescript(arguments[1])}>"
    return getattr(hint, "__name__", "unknown")


if __name__ == "__main__":
    DECLARATIONS.write_text(declarations(), encoding="utf-8")
