// Labels and marks over the nodes. Names keep their size on the screen whatever the zoom; one
// that would lie over another name or node is left out until there is room, the least first.

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';
const LINE = 1.22; // line height over font size
const FIRST = 36; // so many names may lie over small nodes

const labels = new Map();

// A node's name in at most two lines, and its font size.
function labelOf(node) {
  if (!labels.has(node.id)) {
    const width = node.kind === "paper" ? 24 : 20;
    const font = node.kind === "paper" ? 10.5 : 11.5 + 5 * weightOf(node);
    labels.set(node.id, { lines: wrapped(node.label, width), font: Math.round(font * 2) / 2 });
  }
  return labels.get(node.id);
}

function wrapped(text, width) {
  const lines = [""];
  for (const word of text.split(/\s+/u)) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (longer.length <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const cut = lines
    .slice(0, 2)
    .map((line) => (line.length > width + 6 ? `${line.slice(0, width + 5)}…` : line));
  if (lines.length > 2) cut[1] = `${cut[1].replace(/…$/u, "")}…`;
  return cut;
}

// What was in sight when the drawing was last shown whole: names are kept within it.
let frame = null;

function isFramed([left, top, right, bottom], scale) {
  if (frame?.scale !== scale) return true;
  const { box } = frame;
  return left >= box[0] && top >= box[1] && right <= box[2] && bottom <= box[3];
}

// What the labels are made from, and the last answer; panning alone changes neither.
const plan = { version: 0, key: "", placed: [] };
let ranked = [];

// Names who has a label, the most wanted first.
function rankLabels({ nodes }, lit) {
  const wanted = (node) =>
    (node.id === state.node || node.id === state.focus ? 2 : 0) + weightOf(node);
  ranked = [...nodes.values()]
    .filter((node) => lit === null || lit.soft || lit.nodes.has(node.id))
    .sort((a, b) => wanted(b) - wanted(a) || byPapers(a, b));
  plan.version += 1;
}

// Each label that has room at this scale: {node, lines, font, x, y, align}, in screen pixels from
// the drawing's origin, y at the middle of the first line.
function placeLabels(context, scale, positions) {
  const grow = Math.min(1.5, Math.max(1, Math.sqrt(scale)));
  const spots = ranked.map((node) => {
    const { x, y } = positions[node.id];
    return { node, x: x * scale, y: y * scale, r: sizeOf(node) * scale + 2 };
  });
  // The first names may lie over lesser nodes, but none over another, nor over a first node.
  const [crowd, taken] = [new Boxes(), new Boxes()];
  spots.forEach(({ node, x, y, r }, rank) => {
    (rank < FIRST ? taken : crowd).add([x - r, y - r, x + r, y + r], node.id);
  });
  const placed = [];
  for (const [rank, { node, x, y, r }] of spots.entries()) {
    const { lines, font } = labelOf(node);
    const size = font * grow;
    const w = Math.max(...lines.map((line) => widthOf(context, line, size, node)));
    const h = lines.length * size * LINE;
    const pad = 3; // between names side by side
    const middle = (lines.length - 1) * size * LINE * 0.5;
    const places = [
      { box: [x - w / 2, y + r, x + w / 2, y + r + h], x, y: y + r + size * 0.65, align: "center" },
      {
        box: [x + r + 2, y - h / 2, x + r + 2 + w, y + h / 2],
        x: x + r + 2,
        y: y - middle,
        align: "left",
      },
      {
        box: [x - r - 2 - w, y - h / 2, x - r - 2, y + h / 2],
        x: x - r - 2,
        y: y - middle,
        align: "right",
      },
      {
        box: [x - w / 2, y - r - h, x + w / 2, y - r],
        x,
        y: y - r - h + size * 0.6,
        align: "center",
      },
    ];
    const free = ({ box }) => isFramed(box, scale) && taken.free(box, node.id);
    const clear = (place) => free(place) && crowd.free(place.box, node.id);
    const spot = places.find(clear) ?? (rank < FIRST ? places.find(free) : null);
    if (!spot) continue;
    const [left, top, right, bottom] = spot.box;
    taken.add([left - pad, top, right + pad, bottom], "");
    placed.push({ ...spot, node, lines, size });
  }
  return placed;
}

// Boxes of the screen in a coarse grid, so that few need comparing.
class Boxes {
  cells = new Map();

  // `owner` names whose box it is: that one may overlap it.
  add(box, owner) {
    for (const cell of this.cellsOf(box)) {
      if (!this.cells.has(cell)) this.cells.set(cell, []);
      this.cells.get(cell).push({ box, owner });
    }
  }

  free([left, top, right, bottom], owner) {
    return this.cellsOf([left, top, right, bottom]).every((cell) =>
      (this.cells.get(cell) ?? []).every(
        ({ box, owner: other }) =>
          owner === other || box[0] >= right || box[2] <= left || box[1] >= bottom || box[3] <= top,
      ),
    );
  }

  cellsOf([left, top, right, bottom]) {
    const found = [];
    for (let x = Math.floor(left / 80); x <= Math.floor(right / 80); x += 1) {
      for (let y = Math.floor(top / 40); y <= Math.floor(bottom / 40); y += 1)
        found.push(`${x} ${y}`);
    }
    return found;
  }
}

// What the nodes and their names take up at a scale, in screen pixels from the origin.
function boundsAt(scale) {
  const at = network.getPositions();
  const nodes = [...shown.nodes.values()].map((node) => {
    const [x, y, r] = [at[node.id].x * scale, at[node.id].y * scale, sizeOf(node) * scale];
    return [x - r, y - r, x + r, y + r];
  });
  const context = network.canvas.getContext();
  return boundsOf([...nodes, ...placeLabels(context, scale, at).map(({ box }) => box)]);
}

function fontOf(size, node) {
  const weight =
    node.id === state.node || node.id === state.focus ? 700 : weightOf(node) > 0.5 ? 600 : 400;
  return `${weight} ${size}px ${FONT}`;
}

const widths = new Map();
function widthOf(context, line, size, node) {
  const font = fontOf(100, node);
  const key = `${font}\n${line}`;
  if (!widths.has(key)) {
    context.font = font;
    widths.set(key, context.measureText(line).width / 100);
  }
  return widths.get(key) * size;
}

function drawLabels(context) {
  const scale = network.getScale();
  const positions = network.getPositions();
  const key = `${scale} ${plan.version}`;
  if (plan.key !== key) {
    ranked = ranked.filter((node) => positions[node.id]);
    Object.assign(plan, { key, placed: placeLabels(context, scale, positions) });
  }
  const { x, y } = network.getViewPosition();
  const [left, top] = [board.clientWidth / 2 - x * scale, board.clientHeight / 2 - y * scale];
  context.save();
  const sharp = context.canvas.width / board.clientWidth;
  context.setTransform(sharp, 0, 0, sharp, left * sharp, top * sharp);
  drawMarks(context, scale, positions);
  Object.assign(context, { lineJoin: "round", lineWidth: 3.5, textBaseline: "middle" });
  context.fillStyle = colour("ink");
  context.strokeStyle = colour("stage");
  for (const { node, lines, size, box, x: from, y: first, align } of plan.placed) {
    if (box[2] + left < 0 || box[0] + left > board.clientWidth) continue;
    if (box[3] + top < 0 || box[1] + top > board.clientHeight) continue;
    context.font = fontOf(size, node);
    context.textAlign = align;
    lines.forEach((line, i) => {
      context.strokeText(line, from, first + i * size * LINE);
      context.fillText(line, from, first + i * size * LINE);
    });
  }
  context.restore();
}

// Rings around the node that the keyboard or the pointer is at, and a point on pinned ones.
function drawMarks(context, scale, positions) {
  const ring = (id, name, width, gap) => {
    const spot = positions[id];
    if (!spot || !shown.nodes.has(id)) return;
    const radius = sizeOf(shown.nodes.get(id)) * scale + gap;
    context.beginPath();
    context.arc(spot.x * scale, spot.y * scale, radius, 0, 2 * Math.PI);
    Object.assign(context, { lineWidth: width, strokeStyle: colour(name) });
    context.stroke();
  };
  if (hovered !== cursor) ring(hovered, "quiet", 1.5, 4);
  if (document.activeElement === board) ring(cursor, "accent", 3, 6);
  for (const id of state.pins) {
    const spot = positions[id];
    if (!spot) continue;
    context.beginPath();
    context.arc(spot.x * scale, spot.y * scale, 2.5, 0, 2 * Math.PI);
    context.fillStyle = colour("ink");
    context.fill();
  }
}

// The node whose label lies at a point of the board.
function labelledAt({ x, y }) {
  const scale = network.getScale();
  const view = network.getViewPosition();
  const left = x - board.clientWidth / 2 + view.x * scale;
  const top = y - board.clientHeight / 2 + view.y * scale;
  const hit = plan.placed.find(
    ({ box }) => left >= box[0] && left <= box[2] && top >= box[1] && top <= box[3],
  );
  return hit?.node.id ?? null;
}
