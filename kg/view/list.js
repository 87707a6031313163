// The list view: the shown nodes and links as tables, which sort by any column.

const ROWS = 300; // rows that a table begins with

const NODE_COLUMNS = [
  ["Name", (node) => node.label, (node) => nameLink(node)],
  ["Kind", (node) => node.kind, (node) => capital(node.kind)],
  ["Papers", (node) => node.papers],
  ["First year", (node) => node.years[0] ?? null],
  ["Last year", (node) => node.years.at(-1) ?? null],
  ["Links", (node) => linksOf(node.id)],
];
const YEARLESS = NODE_COLUMNS.filter(([name]) => !name.endsWith("year"));
const LINK_COLUMNS = [
  ["From", ({ source: id }) => labelFor(id), ({ source: id }) => nameLink(scene.nodes.get(id))],
  ["Relation", ({ relation }) => relationName(relation), (edge) => lineLink(edge)],
  ["To", ({ target: id }) => labelFor(id), ({ target: id }) => nameLink(scene.nodes.get(id))],
  ["Papers", ({ papers }) => papers],
  ["Confidence", ({ confidence }) => confidence, ({ confidence }) => confidence.toFixed(2)],
];

const tables = {
  nodes: {
    columns: core.years.length ? NODE_COLUMNS : YEARLESS,
    by: 2,
    down: true,
    rows: () => [...shown.nodes.values()],
  },
  links: { columns: LINK_COLUMNS, by: 3, down: true, rows: () => shown.edges },
};
let listed = "nodes";
let degrees = new Map();

function linksOf(id) {
  return degrees.get(id) ?? 0;
}

function lineLink({ source: from, target: to, relation }) {
  return stateLink({}, () => ({ node: null, line: [from, to] }), relationName(relation));
}

function renderList() {
  if (state.view !== "list") return;
  degrees = new Map();
  for (const { ends } of shown.lines.values()) {
    for (const id of ends) degrees.set(id, linksOf(id) + 1);
  }
  for (const name of Object.keys(tables)) {
    const tab = byId(`tab-${name}`);
    tab.ariaPressed = String(name === listed);
    tab.querySelector("span").textContent = tables[name].rows().length.toLocaleString("en");
  }
  byId("table").replaceChildren(...tableOf(tables[listed]));
}

function tableOf(table) {
  const { columns, by, down } = table;
  const [, value] = columns[by];
  const rows = [...table.rows()].sort((a, b) => compare(value(a), value(b), down));
  const heading = h(
    "tr",
    {},
    columns.map((column, i) => headingCell(table, column, i)),
  );
  const body = h("tbody");
  const caption = h("caption", {}, `The ${listed} that are shown`);
  const whole = h("table", {}, caption, h("thead", {}, heading), body);
  const [, more] = firstOf(
    body,
    rows.slice(0, ROWS).map((row) => bodyRow(columns, row)),
    ROWS,
  );
  if (rows.length <= ROWS) return [whole, more].filter(Boolean);
  const rest = button(
    { className: "more" },
    () => {
      body.append(...rows.slice(ROWS).map((row) => bodyRow(columns, row)));
      rest.remove();
    },
    `Show all ${rows.length.toLocaleString("en")}`,
  );
  return [whole, rest];
}

// Missing values come last whichever way the table is sorted.
function compare(a, b, down) {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order = typeof a === "number" ? a - b : a.localeCompare(b);
  return down ? -order : order;
}

function headingCell(table, [name, value], i) {
  const sorted = table.by === i;
  const cell = h("th", { scope: "col" });
  if (sorted) cell.ariaSort = table.down ? "descending" : "ascending";
  const sort = () => {
    table.down = sorted ? !table.down : typeof value(table.rows()[0] ?? {}) === "number";
    table.by = i;
    renderList();
    byId("table").querySelectorAll("th button")[i].focus();
  };
  const arrow = h(
    "span",
    { className: "arrow", ariaHidden: "true" },
    sorted ? (table.down ? "↓" : "↑") : "",
  );
  cell.append(button({}, sort, name, arrow));
  return cell;
}

function bodyRow(columns, row) {
  const cells = columns.map(([, value, show = value], i) => {
    const content = show(row);
    const text = content === null ? "" : typeof content === "number" ? String(content) : content;
    const number = typeof value(row) === "number";
    if (i === 0) return h("th", { scope: "row" }, text);
    return h("td", { className: number ? "number" : "" }, text);
  });
  const chosen = row.id !== undefined && row.id === state.node;
  return h("tr", { className: chosen ? "chosen" : "" }, cells);
}

function startList() {
  for (const name of Object.keys(tables)) {
    byId(`tab-${name}`).addEventListener("click", () => {
      listed = name;
      renderList();
    });
  }
}
