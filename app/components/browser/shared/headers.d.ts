// Written by `python -m app.components.headers`. Do not edit.

/** Where one array of a packed message is (`packing.pack`). */
export interface ArrayPlace {
  type: "uint8" | "uint16" | "int32" | "float32";
  shape: Array<number>;
  offset: number;
}

/** What frames need to be drawn in true proportions. */
export interface CineGeometry {
  frames: number;
  rows: number;
  columns: number;
  spacing: [number, number];
}

/** Name and colour of one contour. */
export interface OutlineStyle {
  key: string;
  label: string;
  colour: string;
}

/** Contours over the frames; arrays contourPoints and contourRings. */
export interface ContoursHeader {
  outlines: Array<OutlineStyle>;
  offset: [number, number];
  target: string;
  correctedFrames: Array<number>;
  editable: boolean;
}

/** What the curve under the player shows. */
export interface CurveLabels {
  left: string;
  right: string;
  unit: string;
  digits: number;
}

/** The wall by segments; arrays ringPoints, ringSegments and ringStrain. */
export interface RingHeader {
  offset: [number, number];
  segments: Array<string>;
  limit: number;
  colours: Array<string>;
  what: string;
}

/** One line of a panel on the player's clock. */
export interface ClockLine {
  name: string;
  colour: string;
  onDark: string;
  dash: Array<number>;
}

/** A marked frame of the first line. */
export interface ClockMark {
  label: string;
  frame: number;
}

/** Curves of one unit on the player's clock; array curves0 … (lines, frames). */
export interface ClockPanel {
  title: string;
  unit: string;
  digits: number;
  lines: Array<ClockLine>;
  marks: Array<ClockMark>;
  description: string;
}

/** The beat that a cine shows; times are not known where it is not timed. */
export interface CineBeat {
  rrMs: number;
  timed: boolean;
  edFrame: number | null;
  esFrame: number | null;
  inOrder: boolean;
}

/** Of the player; arrays frames, similarity, path, volume, rightVolume, beat, mean, curves0. */
export interface CinePlayerHeader {
  frames: number;
  rows: number;
  columns: number;
  spacing: [number, number];
  rrMs: number;
  timed: boolean;
  edFrame: number | null;
  esFrame: number | null;
  inOrder: boolean;
  curve: CurveLabels;
  curves: Array<ClockPanel>;
  contours?: ContoursHeader;
  ring?: RingHeader;
  ecgLabels: Record<string, string>;
  title: string;
  footnote: string;
  autoplay: boolean;
  colours: Array<string>;
  descriptions: Record<string, string>;
}

/** One heart of the cine grid; without frames where it was never imaged. */
export interface GridTile {
  id: string;
  caption: Array<string>;
  rrMs: number;
  isQuery: boolean;
  opens: boolean;
  frames?: number;
  rows?: number;
  columns?: number;
  spacing?: [number, number];
  contours?: ContoursHeader;
}

/** Of the cine grid; arrays frames0 …, beat0 …, contourPoints0 … and contourRings0 …. */
export interface CineGridHeader {
  rrMs: number;
  autoplay: boolean;
  tiles: Array<GridTile>;
}

/** How the stretches of an attribution lie on the traces. */
export interface AttributionTint {
  name: string;
  unit: string;
  strongest: number;
  startSample: number;
  segmentSamples: number;
  segmentMs: number;
}

/** Where the strips lie that show what does not fit; arrays anomaly (leads, steps), restored. */
export interface AnomalyStrip {
  startSample: number;
  stepSamples: number;
}

/** Of the ECG paper.

    Arrays signal, peaks, spikes, wavePeaks, premature, attribution, other, anomaly, restored.
     */
export interface EcgPaperHeader {
  sampleRateHz: number;
  durationS: number;
  offsetS: number;
  sentS: number;
  openS: number;
  recording: string;
  markBeats: boolean;
  markWaves: boolean;
  flagged: Record<string, string>;
  filter: string;
  description: string;
  waves?: Record<string, [number, number]>;
  attribution?: AttributionTint;
  anomaly?: AnomalyStrip;
  otherLabel?: string;
  ownLabel?: string;
}

/** Colours of the map. */
export interface MapColours {
  ECG: string;
  CMR: string;
  grey: string;
  sequence: Array<string>;
  sequenceOnDark: Array<string>;
  categories: Array<string>;
}

/** One line of the hover card. */
export interface MapNote {
  name: string;
  unit: string;
}

/** The selection that a link asks for; a new stamp takes it again. */
export interface MapStart {
  stamp: number;
  corners: Array<[number, number]>;
  hidden: Array<string>;
}

/** How the values of the map are coloured; names are those of categories. */
export interface MapScale {
  label: string;
  names: Array<string>;
  range: [number, number];
}

/** The map in words, and what a saved image of it is called. */
export interface MapCaptions {
  description: string;
  caption: string;
  fileName: string;
}

/** Of the embedding map; arrays places, ids, lit, notes, values, ranks. */
export interface EmbeddingMapHeader {
  label: string;
  names: Array<string>;
  range: [number, number];
  description: string;
  caption: string;
  fileName: string;
  layers: Array<string>;
  bounds: [number, number, number, number];
  main: [number, number, number, number];
  colours: MapColours;
  notes: Array<MapNote>;
  query: [number, number] | null;
  queryName: string;
  selectable: boolean;
  started: MapStart;
  height: number;
}

/** One similarity map to choose. */
export interface HeatTileHeader {
  id: string;
  title: string;
  caption: string;
  chosen: boolean;
}

/** Of the heat tiles; arrays map0 …. */
export interface HeatTilesHeader {
  colours: Array<string>;
  tiles: Array<HeatTileHeader>;
}

/** One histogram: shares of the selection and of the rest in each bin, in percent. */
export interface BarsHeader {
  column: string;
  label: string;
  edges: Array<number>;
  selection: Array<number>;
  rest: Array<number>;
  narrowed: boolean;
}

/** Of the histograms; the colours of selection and rest. */
export interface HistogramBarsData {
  bars: Array<BarsHeader>;
  selection: string;
  rest: string;
}

/** Of the pictures for the map's hover card; array stills. */
export interface HoveredHeartHeader {
  source: string;
  subjects: Array<string>;
}

/** Of the keyboard: first letters of the pages, and keys with what they do. */
export interface KeyboardData {
  letters: Array<string>;
  keys: Array<[Array<string>, string]>;
}

/** How one group's beat is drawn. */
export interface BeatGroup {
  title: string;
  colour: string;
  dash: Array<number>;
}

/** Of the beats of groups; arrays low0, median0, high0 …. */
export interface LeadBeatsHeader {
  groups: Array<BeatGroup>;
  leads: Array<string>;
  rateHz: number;
  beforeS: number;
  unit: string;
  description: string;
}

/** A horizontal line of a scatter plot. */
export interface PanelLevel {
  value: number;
  words: string;
  dashed: boolean;
}

/** One scatter plot; arrays x0, y0, low0, high0 …. */
export interface PanelHeader {
  title: string;
  note: string;
  across: string;
  up: string;
  says: [string, string];
  unit: string;
  levels: Array<PanelLevel>;
  identity: boolean;
}

/** Of the scatter plots; array ids. */
export interface ScatterPanelsHeader {
  panels: Array<PanelHeader>;
  columns: number;
  height: number;
  description: string;
  point: string;
  line: string;
}
