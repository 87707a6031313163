// The drawing: vis-network on what pyvis built, and what is added to it by hand.

const AT_ONCE = 40; // neighbours that are added in one go
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const drawnNodes = new vis.DataSet(graph.drawing.nodes);
const drawnLines = new vis.DataSet(graph.drawing.edges);
const network = new vis.Network(
  document.getElementById("drawing"),
  { nodes: drawnNodes, edges: drawnLines },
  graph.drawing.options,
);

// One line for each ordered pair that edges join, as build_network in network.py draws them, and
// the edges that each line stands for, which vis-network need not see.
const lines = new Map();
const edgesOfLine = new Map();
for (const edge of graph.edges) {
  const { source, target, relation } = edge;
  if (source === target) continue;
  const id = `${source.place}-${target.place}`;
  if (!lines.has(id)) {
    lines.set(id, { id, from: source.id, to: target.id, relations: [] });
    edgesOfLine.set(id, []);
  }
  const { relations } = lines.get(id);
  if (!relations.includes(relation)) relations.push(relation);
  edgesOfLine.get(id).push(edge);
}

function isDrawn(node) {
  return drawnNodes.get(node.id) !== null;
}

function undrawnNeighbours(node) {
  return [...neighbours(node)].filter((other) => !isDrawn(other)).sort(byWorth);
}

// Adds the node, if need be, and the most telling of its neighbours that are missing.
function expand(node) {
  if (!isDrawn(node)) addNode(node, centreOf([...neighbours(node)].filter(isDrawn)));
  const centre = network.getPosition(node.id);
  for (const other of undrawnNeighbours(node).slice(0, AT_ONCE)) addNode(other, centre);
  drawnLines.update(
    [...lines.values()].filter(
      ({ id, from, to }) => !drawnLines.get(id) && drawnNodes.get(from) && drawnNodes.get(to),
    ),
  );
  paint();
}

function addNode(node, near) {
  const label = node.label.length > 30 ? `${node.label.slice(0, 29)}…` : node.label;
  drawnNodes.add({ id: node.id, label, group: node.kind, ...freeSpot(near) });
}

function centreOf(nodes) {
  const places = Object.values(network.getPositions(nodes.map((node) => node.id)));
  const mean = (axis) => places.reduce((sum, at) => sum + at[axis], 0) / (places.length || 1);
  return { x: mean("x"), y: mean("y") };
}

// The first place on a spiral around a point that is clear of all that is drawn.
function freeSpot({ x, y }) {
  const taken = Object.values(network.getPositions());
  for (let step = 1; ; step += 1) {
    const angle = step * 2.4;
    const radius = 18 * Math.sqrt(step);
    const spot = {
      x: Math.round(x + 1.6 * radius * Math.cos(angle)),
      y: Math.round(y + radius * Math.sin(angle)),
    };
    if (taken.every((at) => Math.abs(at.x - spot.x) > 80 || Math.abs(at.y - spot.y) > 30)) return spot;
  }
}

// Gives every node and line its colours by theme, choice and filters.
function paint() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const shownLines = drawnLines.get().filter(isLineShown);
  const near = nearChosen(shownLines);
  drawnNodes.update(drawnNodes.get().map((item) => painted(item, near, colour)));
  drawnLines.update(drawnLines.get().map((line) => paintedLine(line, colour)));
  if (state.chosen && isDrawn(state.chosen)) network.selectNodes([state.chosen.id], false);
  else network.unselectAll();
  const lit = near ? ` · ${count(near.size - 1, "neighbour")} of ${state.chosen.label}` : "";
  document.getElementById("status").textContent = drawnSummary() + lit;
}

function nearChosen(shownLines) {
  if (!state.chosen) return null;
  const near = new Set([state.chosen.id]);
  for (const { from, to } of shownLines) {
    if (from === state.chosen.id) near.add(to);
    if (to === state.chosen.id) near.add(from);
  }
  return near;
}

function painted(item, near, colour) {
  const node = nodesById.get(item.id);
  const faded = near !== null && !near.has(item.id);
  const [background, border] = [colour(node.kind), colour(`${node.kind}-edge`)];
  const chosen = { background, border: colour("ink") };
  return {
    id: item.id,
    title: tooltip(node),
    hidden: !isNodeShown(node),
    opacity: faded ? 0.18 : 1,
    color: { background, border, highlight: chosen, hover: chosen },
    font: {
      ...item.font,
      color: colour("ink") + (faded ? "30" : ""),
      strokeColor: colour("stage") + (faded ? "00" : ""),
    },
  };
}

function paintedLine(line, colour) {
  const at = state.chosen && (line.from === state.chosen.id || line.to === state.chosen.id);
  const [name, opacity] = at ? ["accent", 0.9] : ["line", state.chosen ? 0.12 : 0.5];
  const plain = { color: colour(name), highlight: colour(name), hover: colour("accent") };
  return {
    id: line.id,
    title: lineTooltip(line),
    hidden: !isLineShown(line),
    color: { ...plain, opacity },
    width: at ? 1.8 : 1,
  };
}

// vis-network shows a title that is a string as text.
function tooltip(node) {
  const facts = [node.kind, node.kind === "paper" ? null : count(node.papers, "paper"), yearsOf(node)];
  return `${node.label}\n${facts.filter(Boolean).join(", ")}`;
}

function lineTooltip({ from, to, relations }) {
  const words = relations.map((relation) => RELATIONS[relation][0]).join(", ");
  return `${nodesById.get(from).label}\n${words}\n${nodesById.get(to).label}`;
}

// A filter never hides what is chosen.
function isNodeShown(node) {
  if (node === state.chosen) return true;
  if (state.hiddenKinds.has(node.kind)) return false;
  if (!state.hiddenRelations.size && !state.minConfidence) return true;
  return node.edges.some((edge) => isEdgeShown(edge) && isDrawn(otherEnd(edge, node)));
}

function isEdgeShown({ relation, confidence }) {
  return !state.hiddenRelations.has(relation) && confidence >= state.minConfidence;
}

function isLineShown({ id, from, to }) {
  return (
    edgesOfLine.get(id).some(isEdgeShown) &&
    isNodeShown(nodesById.get(from)) &&
    isNodeShown(nodesById.get(to))
  );
}

function drawnSummary() {
  const nodes = drawnNodes.get().filter((item) => isNodeShown(nodesById.get(item.id)));
  const links = drawnLines.get().filter(isLineShown);
  const of = nodes.length < graph.nodes.length ? ` of ${graph.nodes.length.toLocaleString("en")}` : "";
  return `${nodes.length}${of} nodes and ${count(links.length, "line")} drawn`;
}

function flyTo(node) {
  const scale = Math.max(network.getScale(), 1);
  network.focus(node.id, { scale, animation: !calm.matches && { duration: 450 } });
}

function fitAll() {
  network.fit({ maxZoomLevel: 1.25, animation: !calm.matches && { duration: 450 } });
}

function zoomBy(factor) {
  network.moveTo({ scale: network.getScale() * factor, animation: !calm.matches && { duration: 200 } });
}
