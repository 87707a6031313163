// The drawing: what is shown, on vis-network's canvas, in the colours of view.css.

const SHAPES = {
  paper: "square",
  method: "dot",
  dataset: "diamond",
  metric: "triangle",
  task: "star",
};
const OPTIONS = {
  physics: { enabled: false },
  layout: { improvedLayout: false },
  interaction: {
    hover: true,
    hoverConnectedEdges: false,
    selectConnectedEdges: false,
    zoomSpeed: 0.6,
  },
  nodes: { borderWidth: 1, chosen: false, labelHighlightBold: false },
  edges: { smooth: false, chosen: false, selectionWidth: 0, hoverWidth: 0 },
};
const FLIGHT = 450; // milliseconds
const FAR_OUT = 0.08;
const LIFE_SIZE = 1.25;
const LEAST_SHRUNK = 0.85; // what room for names may make of a drawing that would fit without
const EDGE = 18; // pixels around a drawing that is shown whole
const MANY = 40; // lines that are too many to stand out as a few do
const CLOSE_UP = 6;

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const sheet = matchMedia("(max-width: 820px)");
const board = byId("drawing");
const drawnNodes = new vis.DataSet();
const drawnLines = new vis.DataSet();
const network = new vis.Network(board, { nodes: drawnNodes, edges: drawnLines }, OPTIONS);

const named = core.drawing.nodes.filter(({ kind }) => kind !== "paper").map(({ papers }) => papers);
const [fewest, most] = [Math.min(...named, 8), Math.max(...named, 16)];

// From 0, for what no more papers name than the least of the opening drawing, to 1, for what as
// many name as its first.
function weightOf({ kind, papers }) {
  if (kind === "paper") return 0;
  const weight = Math.log2(papers / fewest) / Math.log2(most / fewest);
  return Math.min(1, Math.max(0, weight));
}

function sizeOf(node) {
  return node.kind === "paper" ? 5 : 6 + 16 * weightOf(node);
}

// The theme's colours, by their names in view.css.
const palette = new Map();
function colour(name) {
  if (!palette.has(name)) {
    const probe = byId("probe");
    probe.style.color = `var(--${name})`;
    palette.set(name, getComputedStyle(probe).color);
  }
  return palette.get(name);
}

// Draws what is shown, and nothing else; `lit` is what stands out, or null when nothing does.
function draw({ nodes, lines }, at, lit) {
  drawnLines.remove(drawnLines.getIds().filter((id) => !lines.has(id)));
  drawnNodes.remove(drawnNodes.getIds().filter((id) => !nodes.has(id)));
  drawnNodes.update([...nodes.values()].map((node) => nodeItem(node, at.get(node.id), lit)));
  drawnLines.update([...lines.values()].map((line) => lineItem(line, lit)));
}

function nodeItem(node, { x, y }, lit) {
  const faded = lit !== null && !lit.nodes.has(node.id);
  const chosen = node.id === state.node || node.id === state.focus;
  const border = colour(chosen ? "ink" : `${node.kind}-edge`);
  return {
    id: node.id,
    shape: SHAPES[node.kind],
    size: sizeOf(node) + (chosen ? 2 : 0),
    x,
    y,
    opacity: !faded ? 1 : lit.soft ? 0.5 : 0.16,
    borderWidth: chosen ? 3 : 1,
    color: { background: colour(node.kind), border },
  };
}

function lineItem({ id, ends: [from, to], edges, papers }, lit) {
  const bright = lit !== null && lit.lines.has(id);
  const thickness = 1 + 0.45 * Math.log2(papers);
  const few = bright && !lit.gentle && lit.lines.size <= MANY;
  return {
    id,
    from,
    to,
    width: Math.min(few ? thickness + 0.8 : thickness, 6),
    color: {
      color: colour(bright ? "accent" : "line"),
      opacity: bright ? (few ? 0.85 : 0.5) : lit === null || lit.soft ? faintness() : 0.08,
    },
    arrows: {
      to: { enabled: few && edges.some((edge) => edge.target === to), scaleFactor: 0.45 },
      from: { enabled: few && edges.some((edge) => edge.target === from), scaleFactor: 0.45 },
    },
  };
}

// The more lines there are, the less each is seen.
function faintness() {
  return Math.min(0.7, Math.max(0.24, 11 / Math.sqrt(shown.lines.size + 1)));
}

// What stands out: the lit path, the chosen line with its ends, or the chosen node with all that
// is joined to it; null when nothing is chosen.
function litOf({ lines }, { paths }, { node, line, path, route, focus }) {
  if (node !== null) {
    const bright = [...lines.values()].filter(({ ends }) => ends.includes(node));
    // All that is around a focus was asked for: it stays in sight, and its many lines are gentle.
    return { ...lighting([node], bright), soft: node === focus, gentle: node === focus };
  }
  if (line !== null) return lighting(line, [lines.get([...line].sort().join("\n"))]);
  if (path === null) return null;
  // The other paths stay in sight, and keep their names.
  const nodes = paths[route]?.nodes.map(({ id }) => id) ?? path;
  const steps = nodes.slice(1).map((id, i) => [id, nodes[i]].sort().join("\n"));
  const bright = steps.map((id) => lines.get(id));
  return { ...lighting(nodes, bright), soft: true };
}

function lighting(nodes, lines) {
  const there = lines.filter(Boolean);
  return {
    nodes: new Set([...nodes, ...there.flatMap(({ ends }) => ends)]),
    lines: new Set(there.map(({ id }) => id)),
  };
}

function glide() {
  return calm.matches ? false : { duration: FLIGHT, easingFunction: "easeInOutCubic" };
}

// To a node, as close as lets most of its neighbours be seen, but not farther than now.
function flyTo(id, near, smooth = true) {
  const { height, offset } = inTheClear();
  const at = network.getPositions([id, ...near]);
  const reach = (axis) => {
    const away = [...near]
      .map((other) => Math.abs(at[other][axis] - at[id][axis]))
      .sort((a, b) => a - b);
    return Math.max(away[Math.floor(away.length * 0.8)] ?? 0, 1);
  };
  const fits = Math.min((board.clientWidth / 2 - 60) / reach("x"), (height / 2 - 40) / reach("y"));
  const scale = Math.max(network.getScale(), Math.min(Math.max(fits, 0.4), 1));
  network.moveTo({ position: at[id], scale, offset, animation: smooth && glide() });
}

// All that is shown within the board, names included, and not larger than life; `smooth` tells
// whether to glide there.
function fitAll(smooth = true) {
  keepView.forget();
  const spots = Object.values(network.getPositions()).map(({ x, y }) => [x, y, x, y]);
  if (!spots.length) return;
  const { height, offset } = inTheClear();
  const [w, h] = [board.clientWidth - 2 * EDGE, height - 2 * EDGE];
  const within = ([left, top, right, bottom]) =>
    Math.min(w / Math.max(right - left, 1), h / Math.max(bottom - top, 1));
  // Names keep their size, so how much room they take is known once the scale is, about; those at
  // the sides that do not fit all the same stand elsewhere, or wait until there is room.
  const loose = Math.min(within(boundsOf(spots)), LIFE_SIZE);
  frame = null;
  const scale = Math.max(
    loose * Math.min(Math.max(within(boundsAt(loose)), LEAST_SHRUNK), 1),
    FAR_OUT,
  );
  const [left, top, right, bottom] = boundsOf(spots).map((side) => side * scale);
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  frame = { scale, box: [x - w / 2, y - h / 2, x + w / 2, y + h / 2] };
  plan.version += 1;
  const position = { x: x / scale, y: y / scale };
  network.moveTo({ position, scale, offset, animation: smooth && glide() });
}

// The smallest box around these boxes of [left, top, right, bottom].
function boundsOf(boxes) {
  const side = (i, choose) => choose(...boxes.map((box) => box[i]));
  return [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)];
}

function zoomBy(factor) {
  const scale = Math.min(CLOSE_UP, Math.max(FAR_OUT, network.getScale() * factor));
  network.moveTo({ scale, animation: calm.matches ? false : { duration: 200 } });
}

function panBy(x, y) {
  const { x: left, y: top } = network.getViewPosition();
  const scale = network.getScale();
  network.moveTo({ position: { x: left + x / scale, y: top + y / scale } });
}

// The view as the address holds it: whole pixels and a scale.
function viewNow() {
  const { x, y } = network.getViewPosition();
  return [Math.round(x), Math.round(y), Number(network.getScale().toFixed(3))];
}

function viewAt([x, y, scale]) {
  network.moveTo({ position: { x, y }, scale, animation: false });
}

// Where a node stands on the screen.
function onScreen(id) {
  const { x, y } = network.canvasToDOM(network.getPosition(id));
  const { left, top } = board.getBoundingClientRect();
  return { x: left + x, y: top + y };
}

// Whether a node is within the board, and not under the card.
function inSight(id) {
  const { x, y } = network.canvasToDOM(network.getPosition(id));
  return x > 30 && y > 30 && x < board.clientWidth - 30 && y < inTheClear().height - 30;
}

// The height of the board that no card lies over, and how far its middle is from the board's: on
// a small screen an open card takes the lower half.
function inTheClear() {
  const covered = sheet.matches && isOpen(state);
  const height = covered ? document.querySelector("main").clientHeight * 0.54 : board.clientHeight;
  return { height, offset: { x: 0, y: (height - board.clientHeight) / 2 } };
}
