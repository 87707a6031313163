// Where the page gets the graph from: one object, `source`, with the same answers whether the
// graph is in the file (embedded.js) or asked for piece by piece (served.js). All its methods are
// async:
//
// - ready(): when searching and expanding are instant
// - search(text, {limit, kinds}): [{node, name}]; `kinds`, if given, are those that are wanted
// - node(id), card(id, {limit}), more(id, what, offset, limit)
// - around(ids, {hops, limit, filter}): {nodes, edges, total}
// - edgesAmong(ids), edge(a, b), path(a, b, {k, filter})
//
// `core` is what the page knows at once: title, counts, and what is drawn when it opens.

const core = JSON.parse(document.getElementById("core").textContent);
const source = core.source === "served" ? new Served() : new Embedded();

// Not before the first drawing is done, but before anyone asks.
const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 200));
addEventListener("load", () => whenIdle(() => source.ready()));
