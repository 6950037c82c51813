// Canvases that are crisp on every screen, the page's theme, and the colours of the two modalities.

export const ECG_RED = "#C8403A";
export const CMR_BLUE = "#2B6CB0";

/**
 * The context of a canvas; every browser that runs the app has one.
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
export function contextOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

// Gives the canvas a CSS size and a backing store of device pixels; returns its context, whose
// unit is the CSS pixel.
export function sizeCanvas(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  const context = contextOf(canvas);
  context.setTransform(canvas.width / width || 1, 0, 0, canvas.height / height || 1, 0, 0);
  return context;
}

// Centres a one-device-pixel line on a pixel, so that a grid stays sharp. Each line is placed
// by itself: the error is below half a pixel and does not add up.
export function crisp(position) {
  const ratio = window.devicePixelRatio || 1;
  return (Math.round(position * ratio - 0.5) + 0.5) / ratio;
}

// Streamlit hands its theme down as custom properties (--st-...).
export function readTheme(element) {
  const style = getComputedStyle(element);
  const colour = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const background = colour("--st-background-color", "#ffffff");
  const dark = luminance(background) < 0.4;
  return {
    dark,
    background,
    // Words in the two modalities' colours are lighter on a dark ground, to stay legible.
    ecgText: dark ? "#E98A83" : "#C8403A",
    cmrText: dark ? "#7FB2E5" : "#2B6CB0",
    text: colour("--st-text-color", "#1a1a1a"),
    border: colour("--st-border-color", "#d0d0d0"),
    font: colour("--st-font", "system-ui, sans-serif"),
  };
}

// Tells the browser's own controls (the slider, the scroll bar) which ground they lie on.
export function adoptTheme(element) {
  const theme = readTheme(element);
  element.style.colorScheme = theme.dark ? "dark" : "light";
  return theme;
}

function luminance(colour) {
  const context = contextOf(document.createElement("canvas"));
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

export function savePng(canvas, name) {
  const link = document.createElement("a");
  link.download = name;
  link.href = canvas.toDataURL("image/png");
  link.click();
}
