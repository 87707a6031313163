// What the filters leave of nodes and edges.

function filterOf({ kinds, relations, minPapers, minConfidence, years, hidden }) {
  return { kinds, relations, minPapers, minConfidence, years, hidden };
}

function passesNode(node, filter) {
  return (
    !filter.hidden.has(node.id) &&
    !filter.kinds.has(node.kind) &&
    (node.kind === "paper" || node.papers >= filter.minPapers) &&
    within(node.years, filter.years)
  );
}

function passesEdge(edge, filter) {
  return (
    !filter.relations.has(edge.relation) &&
    edge.confidence >= filter.minConfidence &&
    within(edge.years, filter.years)
  );
}

// Whether the two spans of years meet; what has no year meets none.
function within(years, wanted) {
  if (wanted === null) return true;
  return years.length > 0 && years[0] <= wanted[1] && years.at(-1) >= wanted[0];
}

// Whether an edge can be filtered out, so that a node may lose all that joins it.
function cutsEdges({ relations, minConfidence, years }) {
  return relations.size > 0 || minConfidence > 0 || years !== null;
}

// Whether any filter is set.
function isFiltered(wanted) {
  return filtersSet(wanted) > 0 || wanted.kinds.size > 0 || wanted.years !== null;
}

// The state's change that leaves no filter set.
function unfiltered() {
  const none = { kinds: new Set(), relations: new Set(), years: null };
  return { ...none, minPapers: 1, minConfidence: 0 };
}

// How many of the filters in the panel are set.
function filtersSet({ relations, minPapers, minConfidence }) {
  return Number(relations.size > 0) + Number(minPapers > 1) + Number(minConfidence > 0);
}
