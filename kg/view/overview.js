// The panel while nothing is chosen: what to do, and the nodes that most papers name.

function overview() {
  const nodes = scene ? [...scene.nodes.values()] : core.drawing.nodes;
  const [papers, ...entities] = Object.entries(KINDS);
  return [
    h("header", {}, h("h2", {}, nodes.length ? "Start here" : "Nothing to show")),
    core.note ? h("p", { className: "note" }, core.note) : null,
    nodes.length ? h("ul", { className: "tips" }, tips()) : null,
    ...[...entities, papers].map(([kind, plural]) => topOf(kind, plural, nodes)),
  ];
}

function tips() {
  const keys = button({ className: "inline" }, showKeys, "all keys");
  return [
    h("li", {}, "Click a node or a line: what is known of it, sentence by sentence."),
    h("li", {}, "Double-click a node: only what is around it."),
    h(
      "li",
      {},
      h("kbd", {}, "/"),
      " to search, arrow keys to walk through the drawing; ",
      keys,
      ".",
    ),
  ];
}

function topOf(kind, plural, nodes) {
  const members = nodes.filter((node) => node.kind === kind).sort(byPapers);
  if (!members.length) return null;
  const top = members.slice(0, SHOWN.overview);
  const all = core.kinds[kind] ?? members.length;
  const rows = top.map((node) => {
    const note = kind === "paper" ? span(node.years) : count(node.papers, "paper");
    return h("li", {}, nameLink(node), h("span", { className: "papers" }, note));
  });
  const part = section(plural, `${top.length} of ${all.toLocaleString("en")}`, h("ul", {}, rows));
  part.className = "group";
  return part;
}
