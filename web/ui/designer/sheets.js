// The drawing on paper: sheets lying on their side, a wide drawing in pieces that each name the lanes.

// Pixels across a sheet of A4 while the smallest words can be read, and pixels that two neighbouring pieces both show.
const ACROSS = 1250;
const AGAIN = 160;
const HEAD = 30; // The strip with the name of a pool or lane.

/** How a drawing is cut: the parts from the left, each at least partly seen in its neighbour too. */
export function pieces({ x, y, width, height }) {
  const count = Math.max(1, Math.ceil((width - AGAIN) / (ACROSS - AGAIN)));
  const each = (width + AGAIN * (count - 1)) / count;
  return Array.from({ length: count }, (_, place) => ({ x: x + place * (each - AGAIN), y, width: each, height }));
}

/** Fill the box with one image per sheet and wait until they can be printed. */
export async function fill(box, modeler) {
  const { svg } = await modeler.saveSVG();
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  const [x, y, width, height] = root.getAttribute('viewBox').split(' ').map(Number);
  const cut = pieces({ x, y, width, height });
  const strip = names(modeler) - x;
  const images = cut.map((part, place) => {
    const image = document.createElement('img');
    image.className = 'yc-desk__sheet';
    image.alt = cut.length > 1 ? `流程图第 ${place + 1} 张，共 ${cut.length} 张` : '流程图';
    const windows = place && strip > 0 ? [{ x, y, width: strip, height }, part] : [part];
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(sheet(root.innerHTML, windows))}`;
    return image;
  });
  box.replaceChildren(...images);
  await Promise.all(images.map((image) => image.decode()));
}

/** How far the names of pools and lanes reach. */
function names(modeler) {
  const named = modeler.get('elementRegistry').filter((each) => /:(Participant|Lane)$/.test(each.type));
  return Math.max(...named.map((each) => each.x + HEAD), -Infinity);
}

/** One sheet: parts of the drawing beside each other. */
function sheet(drawn, windows) {
  let left = 0;
  const seen = windows.map(({ x, y, width, height }) => {
    const window = `<svg x="${left}" y="0" width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}">${drawn}</svg>`;
    left += width;
    return window;
  });
  const { height } = windows[0];
  const open = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${left}" height="${height}" viewBox="0 0 ${left} ${height}">`;
  return `${open}${seen.join('')}</svg>`;
}
