// The numbers that a node has a part in, as a small table.

const COLUMNS = [
  ["method", ({ method }) => method],
  ["metric", ({ metric }) => metric],
  ["dataset", ({ dataset }) => dataset],
];

// A column that says nothing but the card's own node is left out.
function numberSection({ node, numbers, totals }) {
  if (!numbers.length) return null;
  const told = (at) => numbers.some((row) => at(row) && at(row).id !== node.id);
  const columns = COLUMNS.filter(([, at]) => told(at));
  const names = ["value", ...columns.map(([name]) => name)];
  const heading = h(
    "tr",
    {},
    names.map((name) => h("th", { scope: "col" }, name)),
  );
  const table = h("table", { ariaLabel: "Numbers" }, h("thead", {}, heading));
  const next = (offset) => source.more(node.id, "numbers", offset, PAGE);
  const rows = paged(table, numbers, totals.numbers, (row) => numberRows(row, columns, node), next);
  return section("numbers", totals.numbers.toLocaleString("en"), ...rows);
}

// Says that a value is a change, to the eye and to a screen reader.
function changeSign() {
  const title = "A change, against the baseline or what was before";
  return h("span", { className: "change", title, role: "img", ariaLabel: "change of" }, "Δ");
}

// A number, what it is over and the conditions it holds under, the paper that reports it, and its sentence on demand.
function numberRows(row, columns, node) {
  const value = h("span", {}, row.relative ? changeSign() : null, row.value);
  const [toggle, box] = disclosure("td", value, () => [quote(row.sentence, node.id)]);
  const cells = columns.map(([, at]) => h("td", {}, at(row) ? nameLink(at(row)) : null));
  const wide = { colSpan: columns.length + 1 };
  Object.assign(box, wide);
  const paper = row.paper && row.paper.id !== node.id ? nameLink(row.paper) : null;
  const { baseline } = row;
  const over =
    baseline && baseline.id !== node.id
      ? h("span", { className: "over" }, "over ", nameLink(baseline))
      : null;
  const conditions = row.conditions.map((words) => h("span", { className: "condition" }, words));
  const under =
    paper || over || conditions.length
      ? h("td", { className: "from", ...wide }, over, conditions, paper)
      : null;
  return h(
    "tbody",
    {},
    h("tr", {}, h("td", {}, toggle), cells),
    under ? h("tr", {}, under) : null,
    h("tr", {}, box),
  );
}
