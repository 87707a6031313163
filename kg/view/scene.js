// The scene: the nodes and edges that the state asks for, and where they stand.

const AROUND = 140; // nodes drawn around a focus
const AT_ONCE = 40; // neighbours that are added in one go
const PATHS = 5;

// {nodes, edges, at, total, missing, paths}: what is drawn before filters; `total` counts what a
// focus has around it, `missing` the neighbours of the chosen node that are not drawn.
async function sceneOf(wanted) {
  const filter = filterOf(wanted);
  const base = await baseOf(wanted, filter);
  const nodes = new Map(base.nodes.map((node) => [node.id, node]));
  const extras = await extrasOf(wanted, nodes, filter);
  for (const node of extras) nodes.set(node.id, node);
  const edges = await edgesOf(base, extras, wanted, nodes);
  let { at } = base;
  if (wanted.focus) at = pushApart(at, nodes, new Set([wanted.focus]));
  placeNear(extras, edges, at, nodes);
  for (const [id, spot] of wanted.moved) if (nodes.has(id)) at.set(id, spot);
  return { ...base, nodes, edges, at, missing: await missingOf(wanted, nodes, edges, filter) };
}

// How many of the chosen node's neighbours are not drawn.
async function missingOf({ node }, nodes, edges, filter) {
  if (!nodes.has(node)) return 0;
  const { total } = await source.around([node], { hops: 1, limit: 1, filter });
  const drawn = new Set(
    edges
      .filter((edge) => (edge.source === node || edge.target === node) && passesEdge(edge, filter))
      .map((edge) => (edge.source === node ? edge.target : edge.source)),
  );
  return Math.max(0, total - [...drawn].filter((id) => passesNode(nodes.get(id), filter)).length);
}

async function baseOf(wanted, filter) {
  if (wanted.path) {
    const paths = await source.path(...wanted.path, { k: PATHS, filter });
    const ends = (await Promise.all(wanted.path.map((id) => source.node(id)))).filter(Boolean);
    const nodes = [...ends, ...paths.flatMap((path) => path.nodes)];
    const at = paths.length
      ? columns(paths)
      : new Map(ends.map(({ id }, i) => [id, { x: i * COLUMN, y: 0 }]));
    return { nodes, edges: paths.flatMap((path) => path.edges), at, paths };
  }
  const focus = wanted.focus ? await source.node(wanted.focus) : null;
  if (focus) {
    const found = await source.around([focus.id], { hops: wanted.hops, limit: AROUND, filter });
    const nodes = [focus, ...found.nodes.filter((node) => node.id !== focus.id)];
    return {
      ...found,
      nodes,
      at: sectors(focus.id, nodes, hopsFrom(focus.id, nodes, found.edges)),
    };
  }
  const { drawing } = core;
  return { ...drawing, at: new Map(drawing.nodes.map(({ id, x, y }) => [id, { x, y }])) };
}

// How many edges lie between the focus and each node; those that none reach count as far.
function hopsFrom(focus, nodes, edges) {
  const hops = new Map(nodes.map((node) => [node.id, 9]));
  hops.set(focus, 0);
  for (let hop = 1; hop <= 3; hop += 1) {
    for (const { source: a, target: b } of edges) {
      if (hops.get(a) === hop - 1 && hops.get(b) > hop) hops.set(b, hop);
      if (hops.get(b) === hop - 1 && hops.get(a) > hop) hops.set(a, hop);
    }
  }
  return hops;
}

// What is drawn beside the base: expanded nodes with their neighbours, the pinned, the chosen.
async function extrasOf(wanted, there, filter) {
  const ends = [...(wanted.line ?? []), ...wanted.pins].filter((id) => !there.has(id));
  const opened = there.has(wanted.node)
    ? wanted.more
    : [...wanted.more, wanted.node].filter(Boolean);
  const found = new Map();
  const put = (node) => {
    if (node && !there.has(node.id)) found.set(node.id, node);
  };
  for (const id of opened) {
    const node = await source.node(id);
    if (!node) continue;
    put(node);
    const known = there.size + found.size + AT_ONCE;
    const around = await source.around([id], { hops: 1, limit: known, filter });
    const fresh = around.nodes.filter((other) => !there.has(other.id) && !found.has(other.id));
    fresh.slice(0, AT_ONCE).forEach(put);
  }
  for (const id of ends) put(await source.node(id));
  return [...found.values()];
}

// The base's own edges, and all those of what was added and of what is chosen.
async function edgesOf(base, extras, wanted, nodes) {
  const asked = new Set(extras.map((node) => node.id));
  for (const id of [wanted.node, ...(wanted.line ?? [])]) if (nodes.has(id)) asked.add(id);
  const edges = new Map(base.edges.map((edge) => [edgeKey(edge), edge]));
  if (asked.size) {
    for (const edge of await source.edgesAmong([...nodes.keys()])) {
      if (asked.has(edge.source) || asked.has(edge.target)) edges.set(edgeKey(edge), edge);
    }
  }
  return [...edges.values()].filter(({ source: a, target: b }) => a !== b);
}

function edgeKey({ source: a, relation, target: b }) {
  return `${a}\n${relation}\n${b}`;
}

// What the filters leave of a scene: {nodes: Map, lines: Map}. What is chosen, in focus, on the
// path or pinned stays whatever the filters say; what has lost all that joins it goes.
function shownOf(scene, wanted) {
  const filter = filterOf(wanted);
  const kept = new Set([
    wanted.node,
    wanted.focus,
    ...(wanted.path ?? []),
    ...(wanted.line ?? []),
    ...wanted.pins,
  ]);
  const stays = (node) => kept.has(node.id) || passesNode(node, filter);
  const nodes = new Map([...scene.nodes].filter(([, node]) => stays(node)));
  const edges = scene.edges.filter(
    (edge) => nodes.has(edge.source) && nodes.has(edge.target) && passesEdge(edge, filter),
  );
  if (cutsEdges(filter)) {
    const joined = new Set(edges.flatMap((edge) => [edge.source, edge.target]));
    for (const id of nodes.keys()) if (!joined.has(id) && !kept.has(id)) nodes.delete(id);
  }
  return { nodes, edges, lines: linesOf(edges) };
}

// One line for each two nodes that edges join: {id, ends, edges, papers, confidence}.
function linesOf(edges) {
  const lines = new Map();
  for (const edge of edges) {
    const ends = [edge.source, edge.target].sort();
    const id = ends.join("\n");
    if (!lines.has(id)) lines.set(id, { id, ends, edges: [], papers: 0 });
    const line = lines.get(id);
    line.edges.push(edge);
    line.papers = Math.max(line.papers, edge.papers);
  }
  return lines;
}
