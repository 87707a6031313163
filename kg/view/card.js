// The side panel: one node's card, or the overview when none is chosen.

const SHOWN = { links: 8, numbers: 8, sentences: 5, overview: 5 };

// An element with these properties and children; strings become text, never markup.
function h(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function shape(kind) {
  return h("i", { className: `shape ${kind}` });
}

function nameButton(node) {
  const name = h("bdi", {}, node.label);
  const button = h("button", { type: "button", className: "name" }, shape(node.kind), name);
  button.addEventListener("click", () => choose(node));
  return button;
}

function renderCard(node) {
  const panel = document.getElementById("card");
  panel.replaceChildren(...(node ? card(node) : overview()));
  panel.scrollTop = 0;
}

function card(node) {
  const parts = [
    head(node),
    node.kind === "paper" ? abstract(node) : null,
    numbers(node),
    ...linkGroups(node),
    node.kind === "paper" ? null : sentences(node),
  ];
  return parts.filter((part) => part !== null);
}

function head(node) {
  const close = h("button", { type: "button", className: "close", title: "Close (Esc)" }, "×");
  close.setAttribute("aria-label", "Close the card");
  close.addEventListener("click", () => choose(null));
  const facts = node.kind === "paper" ? paperFacts(node) : entityFacts(node);
  return h(
    "header",
    {},
    h("p", { className: "kind" }, shape(node.kind), node.kind, close),
    h("h2", { dir: "auto" }, node.label),
    ...facts,
    expandButton(node),
  );
}

function entityFacts(node) {
  const years = yearsOf(node);
  const papers = count(node.papers, "paper") + (years ? `, ${years}` : "");
  const aliases = distinctAliases(node).map((alias) => h("li", {}, h("bdi", {}, alias)));
  return [
    h("p", { className: "facts" }, papers),
    aliases.length ? h("ul", { className: "aliases", ariaLabel: "Also called" }, aliases) : null,
  ];
}

// One spelling of each: those that differ in case or hyphens only tell the reader nothing.
function distinctAliases(node) {
  const spellings = new Map([[plain(node.label), null]]);
  for (const alias of node.aliases) {
    if (!spellings.has(plain(alias))) spellings.set(plain(alias), alias);
  }
  return [...spellings.values()].slice(1);
}

function paperFacts(node) {
  const facts = [(node.authors ?? []).join(", "), node.venue, yearsOf(node)];
  const links = (node.links ?? []).map(outwardLink);
  return [
    h("p", { className: "facts" }, facts.filter(Boolean).join(" · ")),
    links.length ? h("p", { className: "links" }, links) : null,
  ];
}

// Only http and https addresses are in the data; following one is the reader's own doing.
function outwardLink({ text, url }) {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}

function expandButton(node) {
  const missing = undrawnNeighbours(node);
  if (!missing.length) return null;
  const text = `Draw ${count(missing.length, "more neighbour")}`;
  const button = h("button", { type: "button", className: "expand" }, text);
  button.addEventListener("click", () => {
    expand(node);
    button.remove();
  });
  return button;
}

function abstract(paper) {
  const start = codePoints(paper).indexOf("\n") + 1;
  const pieces = cut(paper, start, codePoints(paper).length, () => true);
  if (!pieces.length) return null;
  return section("abstract", null, h("p", { className: "abstract" }, pieces.map(mentionLink)));
}

function mentionLink({ text, node }) {
  if (!node) return text;
  const link = h("a", { href: addressOf(node), title: `${node.label} (${node.kind})` }, text);
  return h("mark", { className: node.kind }, link);
}

function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function section(title, note, ...children) {
  const heading = h("h3", {}, capital(title), note === null ? null : h("small", {}, note));
  return h("section", {}, heading, ...children);
}

// Fills the element with the first items, and gives it and a button for the rest.
function firstOf(element, items, shown, render) {
  element.append(...items.slice(0, shown).map(render));
  if (items.length <= shown) return [element];
  const text = `Show all ${items.length.toLocaleString("en")}`;
  const more = h("button", { type: "button", className: "more" }, text);
  more.addEventListener("click", () => {
    element.append(...items.slice(shown).map(render));
    more.remove();
  });
  return [element, more];
}

// One section for each relation, direction and kind at the other end, in the order of the data.
function linkGroups(node) {
  const groups = new Map();
  for (const edge of node.edges) {
    if (edge.relation === ACHIEVES) continue;
    const reversed = edge.source !== node;
    const other = otherEnd(edge, node);
    const rank = graph.relations.indexOf(edge.relation) * 2 + Number(reversed);
    const key = `${String(rank).padStart(3, "0")} ${Object.keys(KINDS).indexOf(other.kind)}`;
    if (!groups.has(key)) groups.set(key, { edge, reversed, kind: other.kind, links: [] });
    groups.get(key).links.push({ edge, other });
  }
  return [...groups.keys()].sort().map((key) => linkGroup(groups.get(key), node));
}

function linkGroup({ edge, reversed, kind, links }, node) {
  links.sort(
    (a, b) =>
      b.edge.papers - a.edge.papers ||
      b.edge.confidence - a.edge.confidence ||
      a.other.label.localeCompare(b.other.label),
  );
  const title = RELATIONS[edge.relation][Number(reversed)];
  const rows = firstOf(h("ul"), links, SHOWN.links, (link) => linkRow(link, node));
  const part = section(title, count(links.length, kind, KINDS[kind]), ...rows);
  part.className = "group";
  return part;
}

function linkRow({ edge, other }, node) {
  const ends = new Set([node, other]);
  const text = count(edge.sentences.length, "sentence");
  const quotes = () => edge.sentences.map((sentence) => quote(sentence, ends));
  const [toggle, box] = disclosure("div", text, quotes);
  return h("li", {}, nameButton(other), edge.sentences.length ? [toggle, box] : null);
}

// A button, and the element beside it that it fills and shows, or hides again.
function disclosure(tag, label, content) {
  const box = h(tag, { className: "quotes", hidden: true });
  const toggle = h("button", { type: "button", className: "toggle", ariaExpanded: "false" }, label);
  toggle.addEventListener("click", () => {
    if (!box.hasChildNodes()) box.append(...content());
    box.hidden = !box.hidden;
    toggle.ariaExpanded = String(!box.hidden);
  });
  return [toggle, box];
}

// A sentence with the nodes' mentions marked, and its paper unless that is one of them.
function quote(sentence, nodes) {
  const pieces = piecesOf(sentence, (node) => nodes.has(node));
  const marked = pieces.map(({ text, node }) =>
    node ? h("mark", { className: node.kind }, text) : text,
  );
  const known = !sentence.paper || nodes.has(sentence.paper);
  return h("blockquote", { dir: "auto" }, h("p", {}, marked), known ? null : sourceOf(sentence.paper));
}

function sourceOf(paper) {
  const link = (paper.links ?? [])[0];
  return h(
    "footer",
    {},
    nameButton(paper),
    h("span", {}, yearsOf(paper)),
    link ? outwardLink(link) : null,
  );
}

// The best sentence of each paper that names the entity, the newest papers first.
function sentences(node) {
  const best = new Map();
  for (const { source, target, sentences } of node.edges) {
    if (target !== node || source.kind !== "paper" || best.has(source)) continue;
    if (sentences.length) best.set(source, sentences[0]);
  }
  if (!best.size) return null;
  const year = (sentence) => sentence.paper?.years[0] ?? 0;
  const newest = [...best.values()].sort((a, b) => year(b) - year(a));
  const render = (sentence) => h("li", {}, quote(sentence, new Set([node])));
  const list = firstOf(h("ul"), newest, SHOWN.sentences, render);
  const part = section("sentences", newest.length.toLocaleString("en"), ...list);
  part.className = "sentences";
  return part;
}

const COLUMNS = [
  ["method", (edge) => edge.source],
  ["metric", (edge) => edge.target],
  ["dataset", (edge) => edge.dataset],
  ["over", (edge) => edge.baseline],
];

// The numbers that the node has a part in; a column that says nothing but the node is left out.
function numbers(node) {
  if (!node.numbers.size) return null;
  const order = (edge) =>
    `${edge.target.label}\t${edge.dataset?.label ?? ""}\t${edge.relative ? 1 : 0}`;
  const edges = [...node.numbers].sort(
    (a, b) => order(a).localeCompare(order(b)) || (b.number ?? 0) - (a.number ?? 0),
  );
  const columns = COLUMNS.filter(([, at]) => edges.some((edge) => at(edge) && at(edge) !== node));
  const names = ["value", ...columns.map(([name]) => name)];
  const heading = h("tr", {}, names.map((name) => h("th", { scope: "col" }, name)));
  const table = h("table", {}, h("thead", {}, heading));
  const rows = firstOf(table, edges, SHOWN.numbers, (edge) => numberRows(edge, columns, node));
  return section("numbers", edges.length.toLocaleString("en"), ...rows);
}

// Says that a value is a change, to the eye and to a screen reader.
function changeSign() {
  const title = "A change, against the baseline or what was before";
  const sign = h("span", { className: "change", title }, "Δ");
  sign.setAttribute("role", "img");
  sign.setAttribute("aria-label", "change of");
  return sign;
}

// A number, the paper that reports it, and its sentence when asked for.
function numberRows(edge, columns, node) {
  const ends = new Set([edge.source, edge.target, edge.dataset, edge.baseline, edge.paper]);
  const quotes = () => edge.sentences.map((sentence) => quote(sentence, ends));
  const value = edge.relative ? [changeSign(), edge.value] : edge.value;
  const [toggle, box] = disclosure("td", value, quotes);
  const cells = columns.map(([, at]) => h("td", {}, at(edge) ? nameButton(at(edge)) : null));
  const paper = edge.paper && edge.paper !== node && edge.paper !== edge.source ? edge.paper : null;
  const wide = { colSpan: columns.length + 1 };
  Object.assign(box, wide);
  return h(
    "tbody",
    {},
    h("tr", {}, h("td", {}, toggle), cells),
    paper ? h("tr", {}, h("td", { className: "from", ...wide }, nameButton(paper))) : null,
    h("tr", {}, box),
  );
}

function overview() {
  const parts = [
    h(
      "header",
      {},
      h("h2", {}, graph.nodes.length ? "Start here" : "Nothing to show"),
      h("p", { className: "facts" }, drawnSummary()),
    ),
  ];
  const [papers, ...entities] = Object.entries(KINDS);
  for (const [kind, plural] of [...entities, papers]) {
    const nodes = graph.nodes.filter((node) => node.kind === kind).sort(byWorth);
    if (!nodes.length) continue;
    const note = `${Math.min(nodes.length, SHOWN.overview)} of ${nodes.length.toLocaleString("en")}`;
    const row = (node) => {
      const note = kind === "paper" ? yearsOf(node) : count(node.papers, "paper");
      return h("li", {}, nameButton(node), h("span", { className: "papers" }, note));
    };
    const list = h("ul", {}, nodes.slice(0, SHOWN.overview).map(row));
    const part = section(plural, note, list);
    part.className = "group";
    parts.push(part);
  }
  return parts;
}

function byWorth(a, b) {
  return b.papers - a.papers || b.edges.length - a.edges.length || a.label.localeCompare(b.label);
}
