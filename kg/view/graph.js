// The graph that the page holds, and what can be looked up in it.
//
// The scripts of this folder are joined into one module: they share one scope, and view.js,
// the last of them, starts the page. Whatever comes from a paper is put on the page as text
// only, through h().

const graph = JSON.parse(document.getElementById("graph-data").textContent);

const KINDS = {
  paper: "papers",
  method: "methods",
  dataset: "datasets",
  metric: "metrics",
  task: "tasks",
};

// What a relation is called, read from its source and from its target.
const RELATIONS = {
  proposes: ["proposes", "proposed by"],
  uses: ["uses", "used by"],
  compares_with: ["compares with", "compared in"],
  introduces: ["introduces", "introduced by"],
  evaluates_on: ["evaluates on", "evaluated in"],
  reports: ["reports", "reported by"],
  addresses: ["addresses", "addressed by"],
  evaluated_on: ["evaluated on", "evaluates"],
  used_for: ["used for", "tackled with"],
  compared_with: ["compared with", "baseline of"],
  measured_by: ["measured by", "measures"],
  variant_of: ["variant of", "has variant"],
  achieves: ["achieves", "achieved by"],
};

const ACHIEVES = "achieves";

// Positions in the data become the things themselves.
const nodeAt = (place) => graph.nodes[place];
graph.nodes.forEach((node, place) => {
  node.place = place;
  node.aliases ??= [];
  node.years ??= [];
  node.edges = [];
  node.numbers = new Set();
  node.mentions = [];
});
for (const sentence of graph.sentences) sentence.paper = nodeAt(sentence.paper);
for (const edge of graph.edges) {
  for (const end of ["source", "target", "dataset", "baseline", "paper"]) edge[end] = nodeAt(edge[end]);
  edge.sentences = (edge.sentences ?? []).map((place) => graph.sentences[place]);
  for (const node of new Set([edge.source, edge.target])) node.edges.push(edge);
  for (const [start, end] of edge.mentions ?? []) {
    edge.source.mentions.push({ start, end, node: edge.target });
  }
  if (edge.relation !== ACHIEVES) continue;
  for (const node of [edge.source, edge.target, edge.dataset, edge.baseline, edge.paper]) {
    node?.numbers.add(edge);
  }
}

const nodesById = new Map(graph.nodes.map((node) => [node.id, node]));

function neighbours(node) {
  return new Set(
    node.edges.map((edge) => otherEnd(edge, node)).filter((other) => other !== node),
  );
}

function otherEnd(edge, node) {
  return edge.source === node ? edge.target : edge.source;
}

function byPapers(a, b) {
  return b.papers - a.papers || a.label.localeCompare(b.label);
}

function count(n, one, many = `${one}s`) {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

function yearsOf(node) {
  return [...new Set(node.years)].join("–");
}

// Offsets count code points; a JavaScript string counts UTF-16 units.
function codePoints(paper) {
  paper.points ??= Array.from(paper.text);
  return paper.points;
}

// The text of a sentence, cut where one of the wanted nodes is mentioned: [{text, node?}].
function piecesOf(sentence, wanted) {
  if (!sentence.paper) return [{ text: sentence.text }];
  return cut(sentence.paper, sentence.start, sentence.end, wanted);
}

function cut(paper, start, end, wanted) {
  const points = codePoints(paper);
  const text = (from, to) => points.slice(from, to).join("");
  const inside = paper.mentions
    .filter((m) => m.start >= start && m.end <= end && wanted(m.node))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const pieces = [];
  let at = start;
  for (const mention of inside) {
    if (mention.start < at) continue;
    if (mention.start > at) pieces.push({ text: text(at, mention.start) });
    pieces.push({ text: text(mention.start, mention.end), node: mention.node });
    at = mention.end;
  }
  if (at < end) pieces.push({ text: text(at, end) });
  return pieces;
}

// Names that contain the words, best first: equal, at the start, at a word's start, anywhere;
// those that more papers name before others.
function search(text, limit) {
  const wanted = plain(text);
  if (!wanted) return [];
  const found = [];
  for (const node of graph.nodes) {
    let best = null;
    for (const name of [node.label, ...node.aliases]) {
      const rank = matchRank(name, wanted) + (name === node.label ? 0 : 0.5);
      if (rank < (best?.rank ?? 4)) best = { node, name, rank };
    }
    if (best) found.push(best);
  }
  found.sort((a, b) => a.rank - b.rank || byPapers(a.node, b.node));
  return found.slice(0, limit);
}

function matchRank(name, wanted) {
  const words = plain(name);
  if (words === wanted) return 0;
  if (words.startsWith(wanted)) return 1;
  if (words.includes(` ${wanted}`)) return 2;
  return words.replaceAll(" ", "").includes(wanted.replaceAll(" ", "")) ? 3 : Infinity;
}

// No case, no accents, no hyphens: letters and digits with single spaces between words.
function plain(text) {
  const bare = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return bare.replace(/[^\p{L}\p{N}+]+/gu, " ").trim() || text.trim();
}
