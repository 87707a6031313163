// What is shown as a picture: an SVG document, and a PNG made from it.

const MARGIN = 24;
const SHARP = 2; // pixels of the PNG for each of the screen's

function svgElement(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

// XML has no place for control characters, nor UTF-8 for halves of surrogate pairs.
function fit(text) {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\ufffd");
}

// {svg, width, height}: all that is shown, as large as on the screen.
function pictureOf() {
  const scale = network.getScale();
  const at = network.getPositions();
  const boundsNow = shown.nodes.size ? boundsAt(scale) : [0, 0, 0, 0];
  const [left, top] = boundsNow.slice(0, 2).map((low) => low - MARGIN);
  const [right, bottom] = boundsNow.slice(2).map((high) => high + MARGIN);
  const [width, height] = [Math.ceil(right - left), Math.ceil(bottom - top)];
  const svg = svgElement(
    "svg",
    {
      xmlns: SVG,
      viewBox: `${left} ${top} ${width} ${height}`,
      width,
      height,
      "font-family": FONT,
    },
    svgElement("title", {}, fit(core.title)),
    svgElement("rect", { x: left, y: top, width, height, fill: colour("stage") }),
    ...[...shown.lines.keys()].map((id) => svgLine(drawnLines.get(id), at, scale)),
    ...[...shown.nodes.values()].map((node) => svgNode(node, at[node.id], scale)),
    ...plan.placed.map((label) => svgLabel(label)),
  );
  return { svg, width, height };
}

function svgLine({ from, to, width, color }, at, scale) {
  const [x1, y1, x2, y2] = [at[from].x, at[from].y, at[to].x, at[to].y].map((place) =>
    (place * scale).toFixed(1),
  );
  return svgElement("line", {
    x1,
    y1,
    x2,
    y2,
    stroke: color.color,
    "stroke-opacity": color.opacity,
    "stroke-width": (width * scale).toFixed(2),
  });
}

// The outlines of the kinds, at a size of one.
const OUTLINES = {
  paper: [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ],
  dataset: [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ],
  metric: [
    [0, -1.1],
    [1.05, 0.75],
    [-1.05, 0.75],
  ],
  task: Array.from({ length: 10 }, (_, i) => {
    const r = i % 2 ? 0.5 : 1.25;
    return [r * Math.sin((i * Math.PI) / 5), -r * Math.cos((i * Math.PI) / 5)];
  }),
};

function svgNode(node, spot, scale) {
  const { color, opacity } = drawnNodes.get(node.id);
  const look = { fill: color.background, stroke: color.border, opacity };
  const title = svgElement("title", {}, fit(node.label));
  const [x, y, r] = [spot.x * scale, spot.y * scale, sizeOf(node) * scale];
  if (!OUTLINES[node.kind])
    return svgElement(
      "circle",
      { cx: x.toFixed(1), cy: y.toFixed(1), r: r.toFixed(1), ...look },
      title,
    );
  const points = OUTLINES[node.kind].map(
    ([dx, dy]) => `${(x + dx * r).toFixed(1)},${(y + dy * r).toFixed(1)}`,
  );
  return svgElement("polygon", { points: points.join(" "), ...look }, title);
}

function svgLabel({ node, lines, size, x, y, align }) {
  const anchor = { center: "middle", left: "start", right: "end" }[align];
  const look = {
    "text-anchor": anchor,
    "font-size": size.toFixed(1),
    "font-weight": fontOf(size, node).split(" ", 1)[0],
    fill: colour("ink"),
    stroke: colour("stage"),
    "stroke-width": 3,
    "paint-order": "stroke",
    "dominant-baseline": "central",
  };
  const rows = lines.map((line, i) =>
    svgElement("tspan", { x: x.toFixed(1), y: (y + i * size * LINE).toFixed(1) }, fit(line)),
  );
  return svgElement("text", look, ...rows);
}

function svgText() {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(pictureOf().svg)}\n`;
}

async function pngBlob() {
  const { svg, width, height } = pictureOf();
  const sharp = Math.min(SHARP, 8000 / Math.max(width, height));
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await image.decode();
  const canvas = new OffscreenCanvas(Math.ceil(width * sharp), Math.ceil(height * sharp));
  const context = canvas.getContext("2d");
  context.scale(sharp, sharp);
  context.drawImage(image, 0, 0, width, height);
  return canvas.convertToBlob({ type: "image/png" });
}
