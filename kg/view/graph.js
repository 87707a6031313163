// What the page knows before it asks: kinds, relations, and how they are put into words.
//
// The scripts of this folder are joined into one module: they share one scope, and view.js,
// the last of them, starts the page. Whatever comes from a paper is put on the page as text
// only, through h().

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

function relationName(relation, reversed = false) {
  return RELATIONS[relation]?.[Number(reversed)] ?? relation.replaceAll("_", " ");
}

function count(n, one, many = `${one}s`) {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function span(years) {
  return [...new Set(years)].join("–");
}

// What is said of a node beside its name.
function factsOf(node) {
  const papers = node.kind === "paper" ? "" : count(node.papers, "paper");
  return [papers, span(node.years)].filter(Boolean).join(", ");
}

// Most papers first.
function byPapers(a, b) {
  return b.papers - a.papers || a.label.localeCompare(b.label) || (a.id < b.id ? -1 : 1);
}

// Runs the function when it has not been called again for so many milliseconds; `forget` keeps it
// from running after all.
function settled(run, wait) {
  let timer = 0;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait, ...values);
  };
  later.forget = () => clearTimeout(timer);
  return later;
}
