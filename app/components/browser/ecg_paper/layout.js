// Where everything lies on a sheet of ECG paper, in millimetres. Nothing is drawn here.
//
// The formats are those of the clinic: 3 x 4 (four columns of 2.5 s over a 10 s lead II rhythm
// strip), 6 x 2 (two columns of 5 s) and 12 x 1 (10 s each). Columns follow each other in time, so
// that a beat stands straight above itself in the rhythm strip.

export const SHEET_S = 10;
const PAPER_COLUMNS = { "3x4": 4, "6x2": 2, "12x1": 1 };
export const LEAD_NAMES = [
  "I",
  "II",
  "III",
  "aVR",
  "aVL",
  "aVF",
  "V1",
  "V2",
  "V3",
  "V4",
  "V5",
  "V6",
];
// Cabrera's: the limb leads by their angle, from aVL (-30 degrees) on; aVR is turned round.
const LEAD_ORDERS = {
  standard: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  cabrera: [4, 0, 3, 1, 5, 2, 6, 7, 8, 9, 10, 11],
};
const RHYTHM_LEAD = 1;
const INVERTED_LEAD = 3;

export const MARGIN_MM = 5;
const LABEL_MM = 4;
const FOOTER_MM = 10;
// Least and most room above and below a baseline; a taller wave runs into the next row.
const UP_MM = [10, 30];
const DOWN_MM = [6, 25];

// `traces`: arrays of (12, samples) in mV, each lead about its own median; `startS`: where the
// sheet begins. Where the recording ends earlier, the rest of the paper stays blank.
export function layOut(traces, sampleRateHz, settings, startS) {
  const speedMmS = Number(settings.speed);
  const gainMmMv = Number(settings.gain);
  // Room for the calibration pulse at the start of each row, in whole large boxes.
  const calibrationMm = nextHeavyLine(0.2 * speedMmS + 4);
  const samples = traces[0].shape[1];
  const rows = [];
  const panels = [];
  let topMm = MARGIN_MM;
  for (const leads of leadRows(settings.layout, settings.order)) {
    const widthMm = (SHEET_S / leads.length) * speedMmS;
    const strips = leads.map(({ lead, sign, name }, column) => {
      const [firstSample, lastSample] = spanOf(column, leads.length, startS, sampleRateHz, samples);
      return {
        lead,
        sign,
        name,
        xMm: calibrationMm + column * widthMm,
        widthMm,
        firstSample,
        lastSample,
      };
    });
    const row = placeRow(topMm, traces, strips, gainMmMv);
    panels.push(...strips.map((strip) => ({ ...strip, row })));
    rows.push(row);
    topMm = row.bottomMm;
  }
  return {
    widthMm: calibrationMm + SHEET_S * speedMmS + MARGIN_MM,
    heightMm: topMm + FOOTER_MM,
    footerMm: topMm + 0.65 * FOOTER_MM,
    calibrationMm,
    speedMmS,
    gainMmMv,
    rows,
    panels,
  };
}

// The leads of each row from left to right; the 3 x 4 ends with the rhythm strip.
function leadRows(layout, order) {
  const count = LEAD_NAMES.length / PAPER_COLUMNS[layout];
  const rows = Array.from({ length: count }, (_, row) =>
    LEAD_ORDERS[order]
      .filter((_lead, place) => place % count === row)
      .map((lead) => shownLead(lead, order)),
  );
  return layout === "3x4" ? [...rows, [shownLead(RHYTHM_LEAD, order)]] : rows;
}

function shownLead(lead, order) {
  const turned = order === "cabrera" && lead === INVERTED_LEAD;
  return { lead, sign: turned ? -1 : 1, name: turned ? `−${LEAD_NAMES[lead]}` : LEAD_NAMES[lead] };
}

// First sample of a column, and the one after its last; columns follow each other without a gap.
function spanOf(column, columns, startS, sampleRateHz, samples) {
  return [column, column + 1].map((edge) => {
    const sample = Math.round((startS + (edge * SHEET_S) / columns) * sampleRateHz);
    return Math.min(Math.max(sample, 0), samples);
  });
}

// Gives a row the room its waves need, its baseline on a heavy line of the grid.
function placeRow(topMm, traces, strips, gainMmMv) {
  let highest = 1;
  let lowest = 0;
  for (const trace of traces) {
    for (const { lead, sign, firstSample, lastSample } of strips) {
      for (let index = firstSample; index < lastSample; index += 1) {
        const value = sign * trace[lead * trace.shape[1] + index];
        if (value > highest) highest = value;
        if (value < lowest) lowest = value;
      }
    }
  }
  const enlarged = Math.max(1, gainMmMv / 10);
  const upMm = between(highest * gainMmMv, UP_MM[0], UP_MM[1] * enlarged);
  const downMm = between(-lowest * gainMmMv, DOWN_MM[0], DOWN_MM[1] * enlarged);
  const baselineMm = nextHeavyLine(topMm + LABEL_MM + upMm);
  return { topMm, baselineMm, bottomMm: nextHeavyLine(baselineMm + downMm) };
}

export function between(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

function nextHeavyLine(positionMm) {
  return Math.ceil(positionMm / 5 - 1e-9) * 5;
}
