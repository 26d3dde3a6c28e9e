// Which part of the drawing is shown, and how large.

// Room that the palette and the edges take, in pixels of the screen.
const LEFT = 125;
const AROUND = 40;
const BELOW = 64; // The mark of bpmn.io stands there, and nothing is drawn under it.
const LEGIBLE = 0.75;

/** Show the whole drawing beside the palette, never larger than life; never smaller than ``least`` of it. */
export function fit(modeler, least = 0) {
  const canvas = modeler.get('canvas');
  const { inner, outer } = canvas.viewbox();
  const width = Math.max(outer.width - LEFT - AROUND, 1);
  const height = Math.max(outer.height - AROUND - BELOW, 1);
  const whole = Math.min(1, width / Math.max(inner.width, 1), height / Math.max(inner.height, 1));
  const scale = Math.max(whole, least);
  canvas.viewbox({
    x: inner.x - LEFT / scale,
    y: inner.y - AROUND / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}

/** Show where the drawing begins, large enough to be read. */
export function begin(modeler) {
  fit(modeler, LEGIBLE);
}
