// What is shown, as files: pictures, GraphML, and tables for a spreadsheet.

const FILES = {
  png: () => pngBlob(),
  svg: () => new Blob([svgText()], { type: "image/svg+xml" }),
  graphml: () => new Blob([graphml()], { type: "application/xml" }),
  "nodes.csv": () => new Blob([nodesCsv()], { type: "text/csv" }),
  "links.csv": () => new Blob([linksCsv()], { type: "text/csv" }),
};

async function download(suffix) {
  const stem = searchable(core.title).replaceAll(" ", "-").slice(0, 60) || "graph";
  const address = URL.createObjectURL(await FILES[suffix]());
  h("a", { href: address, download: `${stem}.${suffix}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const NODE_FIELDS = [
  ["label", "string", (node) => node.label],
  ["kind", "string", (node) => node.kind],
  ["papers", "int", (node) => node.papers],
  ["first_year", "int", (node) => node.years[0]],
  ["last_year", "int", (node) => node.years.at(-1)],
];
const SPOT_FIELDS = [
  ["x", "double", (node) => network.getPosition(node.id).x],
  ["y", "double", (node) => network.getPosition(node.id).y],
];
const LINK_FIELDS = [
  ["relation", "string", (edge) => edge.relation],
  ["weight", "int", (edge) => edge.papers],
  ["confidence", "double", (edge) => edge.confidence],
  ["first_year", "int", (edge) => edge.years[0]],
  ["last_year", "int", (edge) => edge.years.at(-1)],
];

// GraphML (http://graphml.graphdrawing.org/primer/graphml-primer.html): typed attributes, and an
// id for each edge, since two nodes may have several.
function graphml() {
  const ns = "http://graphml.graphdrawing.org/xmlns";
  const xml = document.implementation.createDocument(ns, "graphml");
  const add = (parent, name, attributes, text = null) => {
    const element = xml.createElementNS(ns, name);
    for (const [key, value] of Object.entries(attributes))
      element.setAttribute(key, fit(String(value)));
    if (text !== null) element.textContent = fit(String(text));
    parent.append(element);
    return element;
  };
  const root = xml.documentElement;
  const fields = { node: [...NODE_FIELDS, ...SPOT_FIELDS], edge: LINK_FIELDS };
  for (const [scope, columns] of Object.entries(fields)) {
    for (const [name, type] of columns) {
      add(root, "key", {
        id: `${scope}-${name}`,
        for: scope,
        "attr.name": name,
        "attr.type": type,
      });
    }
  }
  const graph = add(root, "graph", { edgedefault: "directed" });
  const fill = (element, scope, thing) => {
    for (const [name, , at] of fields[scope]) {
      const value = at(thing) ?? null;
      if (value !== null) add(element, "data", { key: `${scope}-${name}` }, value);
    }
  };
  for (const node of shown.nodes.values()) fill(add(graph, "node", { id: node.id }), "node", node);
  shown.edges.forEach((edge, i) => {
    fill(
      add(graph, "edge", { id: `e${i}`, source: edge.source, target: edge.target }),
      "edge",
      edge,
    );
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(xml)}\n`;
}

function nodesCsv() {
  return csv([
    ["id", ...NODE_FIELDS.map(([name]) => name)],
    ...[...shown.nodes.values()].map((node) => [
      node.id,
      ...NODE_FIELDS.map(([, , at]) => at(node)),
    ]),
  ]);
}

function linksCsv() {
  const [relation, ...others] = LINK_FIELDS;
  const names = [
    "source",
    "source_label",
    relation[0],
    "target",
    "target_label",
    ...others.map(([name]) => name),
  ];
  const rows = shown.edges.map((edge) => [
    edge.source,
    labelFor(edge.source),
    edge.relation,
    edge.target,
    labelFor(edge.target),
    ...others.map(([, , at]) => at(edge)),
  ]);
  return csv([names, ...rows]);
}

// RFC 4180; a text that a spreadsheet would run as a formula gets an apostrophe before it, as
// kg/export/csv.py does.
function csv(rows) {
  const cell = (value) => {
    if (typeof value === "number") return String(value);
    const text = fit(value ?? "");
    return `"${(/^[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };
  return `${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function startExport() {
  for (const item of byId("export").querySelectorAll("button[value]")) {
    item.addEventListener("click", () => {
      byId("export").open = false;
      download(item.value);
    });
  }
  byId("print").addEventListener("click", () => {
    byId("export").open = false;
    print();
  });
}
