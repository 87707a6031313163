// The page: what is chosen and filtered, and how it starts. The address holds what is chosen
// (#node=ID), so that back, forward and bookmarks work.

const state = { chosen: null, hiddenKinds: new Set(), hiddenRelations: new Set(), minConfidence: 0 };
let stayPut = false; // a node clicked in the drawing is in sight already

function addressOf(node) {
  return node ? `#${new URLSearchParams({ node: node.id })}` : "#";
}

function choose(node) {
  if (addressOf(node) !== (location.hash || "#")) history.pushState(null, "", addressOf(node));
  show();
}

// Shows what the address says.
function show() {
  const id = new URLSearchParams(location.hash.slice(1)).get("node");
  state.chosen = nodesById.get(id) ?? null;
  if (state.chosen && !isDrawn(state.chosen)) expand(state.chosen);
  else paint();
  renderCard(state.chosen);
  document.title = state.chosen ? `${state.chosen.label} – ${graph.title}` : graph.title;
  if (state.chosen && !stayPut) flyTo(state.chosen);
  stayPut = false;
}

function headline() {
  const papers = graph.nodes.filter((node) => node.kind === "paper");
  const years = papers.flatMap((node) => node.years);
  const span = [...new Set([Math.min(...years), Math.max(...years)])].join("–");
  const parts = [
    count(papers.length, "paper"),
    count(graph.nodes.length - papers.length, "entity", "entities"),
    count(graph.edges.length, "link"),
    years.length ? span : null,
  ];
  return parts.filter(Boolean).join(" · ");
}

function onKey(event) {
  const typing = event.target.matches("input[type=text]");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    document.getElementById("search").select();
  } else if (event.key === "Escape") {
    clearSearch();
    document.activeElement.blur();
    document.getElementById("relations").open = false;
    if (!typing) choose(null);
  }
}

document.getElementById("counts").textContent = headline();
fillFilters();
const clearSearch = startSearch();
document.addEventListener("keydown", onKey);
document.addEventListener("pointerdown", (event) => {
  const menu = document.getElementById("relations");
  if (!menu.contains(event.target)) menu.open = false;
});
document.getElementById("relations-all").addEventListener("click", () => setRelations(true));
document.getElementById("relations-none").addEventListener("click", () => setRelations(false));
document.querySelector("#confidence input").addEventListener("input", setConfidence);
document.getElementById("fit").addEventListener("click", fitAll);
document.getElementById("zoom-in").addEventListener("click", () => zoomBy(1.3));
document.getElementById("zoom-out").addEventListener("click", () => zoomBy(1 / 1.3));
network.on("click", ({ nodes }) => {
  stayPut = true;
  choose(nodes.length ? nodesById.get(nodes[0]) : null);
});
network.on("hoverNode", () => network.canvas.body.container.classList.add("over-node"));
network.on("blurNode", () => network.canvas.body.container.classList.remove("over-node"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
addEventListener("hashchange", show);
if (graph.focus && !location.hash) history.replaceState(null, "", addressOf(nodesById.get(graph.focus)));
filtered();
network.setSize("100%", "100%"); // of what the filters, now filled, leave
network.fit({ maxZoomLevel: 1.25, animation: false });
show();
