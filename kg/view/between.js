// What lies between two nodes: the relations behind a line, and the steps of a path.

async function lineCard(a, b) {
  const [from, to] = await Promise.all([source.node(a), source.node(b)]);
  if (!from || !to) return overview();
  const { direct } = await source.edge(a, b);
  const heading = h("h2", { className: "ends", dir: "auto" }, nameLink(from), nameLink(to));
  const path = button(
    {},
    () => go({ ...WHOLE, path: [a, b], node: null, line: null }),
    icon("path"),
    "Paths between them",
  );
  return [
    cardHead("link"),
    heading,
    h("p", { className: "facts" }, count(direct.length, "relation")),
    h("div", { className: "actions" }, path),
    ...direct.map((edge) => relationSection(edge)),
  ];
}

// What is stated in one direction: who, the relation, whom, and its sentences.
function relationSection({ relation, source: from, target: to, papers, sentences }) {
  const words = h(
    "p",
    { className: "stated" },
    nameLink(from),
    ` ${relationName(relation)} `,
    nameLink(to),
  );
  const quotes = sentences.map((sentence) => h("li", {}, quote(sentence, null)));
  const [list, more] = firstOf(h("ul"), quotes, SHOWN.sentences);
  const part = section(relationName(relation), count(papers, "paper"), words, list, more);
  part.className = "sentences";
  return part;
}

// The first of the rows, and a button for the rest.
function firstOf(list, rows, number) {
  list.append(...rows.slice(0, number));
  if (rows.length <= number) return [list, null];
  const more = button(
    { className: "more" },
    () => {
      list.append(...rows.slice(number));
      more.remove();
    },
    `Show all ${rows.length.toLocaleString("en")}`,
  );
  return [list, more];
}

async function pathCard([a, b]) {
  const [from, to] = await Promise.all([source.node(a), source.node(b)]);
  if (!from || !to) return overview();
  const { paths = [] } = scene;
  const none = "What is shown has no way from one to the other; fewer filters may open one.";
  const parts = await Promise.all(paths.map((path, i) => pathSection(path, i)));
  return [
    cardHead("path"),
    h("h2", { className: "ends", dir: "auto" }, nameLink(from), nameLink(to)),
    h("p", { className: "facts" }, paths.length ? count(paths.length, "path") : none),
    ...parts,
  ];
}

// A path, step by step; only the lit one with its sentences.
async function pathSection(path, i) {
  const lit = i === state.route;
  const hops = count(path.nodes.length - 1, "hop");
  const show = button(
    { className: "route", ariaPressed: String(lit) },
    () => go({ route: i, node: null, line: null }, { fly: false }),
    `Path ${i + 1}`,
  );
  const between = path.nodes.slice(1).map((node, j) => [path.nodes[j], node]);
  const steps = await Promise.all(between.map(([one, other]) => pathStep(one, other, path, lit)));
  const part = h(
    "section",
    { className: lit ? "way lit" : "way" },
    h("h3", {}, show, h("small", {}, hops)),
  );
  part.append(h("ol", {}, h("li", {}, nameLink(path.nodes[0])), steps));
  return part;
}

async function pathStep(one, other, path, lit) {
  const own = path.edges.filter(
    (edge) =>
      [edge.source, edge.target].includes(one.id) && [edge.source, edge.target].includes(other.id),
  );
  const said = own.map((edge) => {
    const reversed = edge.source !== one.id;
    return relationName(edge.relation, reversed);
  });
  const words = h("p", { className: "step" }, [...new Set(said)].join(", "));
  const [best] = lit
    ? (await source.edge(one.id, other.id)).direct.filter(({ sentences }) => sentences.length)
    : [];
  return h("li", {}, words, best ? quote(best.sentences[0], null) : null, nameLink(other));
}
