// The page: shows what the state says, and starts.

let scene = null; // what the state asks for
let shown = { nodes: new Map(), edges: [], lines: new Map() }; // and what the filters leave of it
let turns = 0;
let before = null; // the state that was drawn last
let toRestore = false; // whether the view is to be as the address says

// Shows the state. `fly` tells whether to go to a node that was newly chosen.
async function show({ fly = true, restored = false } = {}) {
  const turn = (turns += 1);
  toRestore ||= restored;
  const wanted = state;
  const found = await sceneOf(wanted);
  if (turn !== turns) return;
  scene = found;
  shown = shownOf(scene, wanted);
  renderTheme();
  renderView();
  repaint();
  look(wanted, fly);
  renderFilters();
  renderWhere();
  renderList();
  await renderCard();
}

// Draws what is shown in the colours of now.
function repaint() {
  const lit = litOf(shown, scene, state);
  rankLabels(shown, lit);
  draw(shown, scene.at, lit);
  network.redraw();
  byId("status").textContent = summary(lit);
  byId("empty").hidden = shown.nodes.size > 0;
}

// Moves the view to what is new: another drawing is shown whole, a chosen node is flown to.
function look(wanted, fly) {
  if (wanted.view === "list") return;
  const mode = ({ focus, hops, path }) => JSON.stringify([focus, hops, path]);
  const same = before !== null && mode(wanted) === mode(before);
  if (toRestore && wanted.at !== null) viewAt(wanted.at);
  else if (toRestore || !same) open(wanted);
  else if (
    wanted.node !== before.node &&
    shown.nodes.has(wanted.node) &&
    (fly || !inSight(wanted.node))
  ) {
    flyTo(wanted.node, neighboursOf(wanted.node));
    keepView();
  }
  before = wanted;
  toRestore = false;
}

// Another drawing is shown whole, but for a node that an address chooses in the opening one.
function open({ node, focus, path }) {
  fitAll(!toRestore);
  if (toRestore && !focus && !path && shown.nodes.has(node)) flyTo(node, neighboursOf(node), false);
}

function neighboursOf(id) {
  return litOf(shown, scene, { ...state, node: id }).nodes;
}

const keepView = settled(() => {
  state = { ...state, at: viewNow() };
  keep(false);
}, FLIGHT + 100);

// The whole of what is shown, as the page opens with it.
function showAll() {
  fitAll();
  state = { ...state, at: null };
  keep(false);
}

function summary(lit) {
  const of = core.counts.papers + core.counts.entities;
  const nodes = shown.nodes.size.toLocaleString("en");
  const parts = [
    `${nodes} of ${of.toLocaleString("en")} nodes, ${count(shown.lines.size, "line")}`,
  ];
  if (lit && state.node)
    parts.push(`${count(lit.nodes.size - 1, "neighbour")} of ${labelFor(state.node)}`);
  return parts.join(" · ");
}

function headline() {
  const { papers, entities, links } = core.counts;
  const parts = [
    count(papers, "paper"),
    count(entities, "entity", "entities"),
    count(links, "link"),
    span(core.years),
  ];
  return parts.filter(Boolean).join(" · ");
}

function renderView() {
  const list = state.view === "list";
  const back = !list && byId("stage").hidden;
  byId("stage").hidden = list;
  byId("list").hidden = !list;
  byId("as-drawing").ariaPressed = String(!list);
  byId("as-list").ariaPressed = String(list);
  if (back) network.setSize("100%", "100%");
}

function renderTheme() {
  const root = document.documentElement;
  if ((root.dataset.theme ?? "") === state.theme) return;
  root.dataset.theme = state.theme;
  palette.clear();
}

function switchTheme() {
  const dark = state.theme
    ? state.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  return go({ theme: dark ? "light" : "dark" }, { step: false });
}

function showKeys() {
  byId("keys").showModal();
}

function onKey(event) {
  const typing = event.target.matches("input:not([type=checkbox], [type=range])");
  if (event.key === "Escape") return onEscape(typing);
  if (typing || event.ctrlKey || event.metaKey || event.altKey || byId("keys").open)
    return undefined;
  if (event.key === "/") byId("search").select();
  else if (event.key === "?") showKeys();
  else return undefined;
  return event.preventDefault();
}

// One thing at a time: the search, the path begun, what is chosen.
function onEscape(typing) {
  if (byId("keys").open) return;
  clearSearch();
  if (typing) {
    document.activeElement.blur();
  } else if (pathStart !== null) {
    pathStart = null;
    renderWhere();
  } else if (state.node !== null || state.line !== null) {
    closeCard();
  }
}

byId("counts").textContent = headline();
board.querySelector(".vis-network").tabIndex = -1;
fillFilters();
startYears();
startPopovers();
startList();
startExport();
startMenu();
startCursor();
const clearSearch = startSearch();
document.addEventListener("keydown", onKey);
byId("fit").addEventListener("click", showAll);
byId("zoom-in").addEventListener("click", () => zoomBy(1.3));
byId("zoom-out").addEventListener("click", () => zoomBy(1 / 1.3));
byId("as-drawing").addEventListener("click", () => go({ view: "drawing" }));
byId("as-list").addEventListener("click", () => go({ view: "list" }));
byId("theme").addEventListener("click", switchTheme);
byId("help").addEventListener("click", showKeys);
byId("keys-close").addEventListener("click", () => byId("keys").close());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  palette.clear();
  repaint();
});
addEventListener("hashchange", walked);
addEventListener("unhandledrejection", () => {
  const [where, what] =
    core.source === "served" ? ["The server", "does not answer"] : ["This page", "is damaged"];
  byId("status").textContent = `${where} ${what}: the graph cannot be read.`;
});
startPointer();
if (core.focus && !location.hash) {
  state = { ...state, node: core.focus, focus: core.focus };
  keep(false);
}
network.setSize("100%", "100%");
show({ restored: true });
