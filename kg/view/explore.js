// What can be done with a node, in the card, in the menu and by a key; and the bar over the
// drawing that says what is drawn instead of the opening drawing.

// The state's change that chooses a node, and draws it if it is not drawn.
function choosing(id) {
  const there = !scene || scene.nodes.has(id);
  return {
    node: id,
    line: null,
    view: state.view,
    hidden: without(state.hidden, id),
    more: there ? state.more : [...state.more, id],
  };
}

function without(set, value) {
  return new Set([...set].filter((member) => member !== value));
}

// Nothing around, no path, nothing expanded: what the page opened with.
const WHOLE = { focus: null, hops: 1, path: null, route: 0, more: [], at: null };

function focusOn(id, hops = 1) {
  const moved = new Map([...state.moved].filter(([node]) => state.pins.has(node)));
  return go({
    ...WHOLE,
    moved,
    node: id,
    line: null,
    focus: id,
    hops,
    hidden: without(state.hidden, id),
  });
}

function expand(id) {
  return go({ node: id, line: null, more: [...state.more, id] }, { fly: false });
}

function pin(id) {
  if (state.pins.has(id)) return go({ pins: without(state.pins, id) });
  const { x, y } = network.getPosition(id);
  const moved = new Map(state.moved).set(id, { x: Math.round(x), y: Math.round(y) });
  return go({ pins: new Set(state.pins).add(id), moved });
}

function hide(id) {
  const gone = { node: null, line: null, focus: null };
  for (const part of ["node", "focus"]) if (state[part] !== id) gone[part] = state[part];
  const more = state.more.filter((other) => other !== id);
  return go({
    ...gone,
    hidden: new Set(state.hidden).add(id),
    pins: without(state.pins, id),
    more,
  });
}

// The node that a path begins at, while its other end has yet to be picked.
let pathStart = null;

function startPath(id) {
  pathStart = id;
  renderWhere();
  announce(`Path from ${labelFor(id)}: now pick the other end, in the drawing or by searching`);
}

// Chooses a node, or makes it the other end of the path that was begun.
function pick(id, options) {
  if (pathStart === null || pathStart === id) return go(choosing(id), options);
  const path = [pathStart, id];
  pathStart = null;
  const hidden = without(without(state.hidden, path[0]), path[1]);
  return go({ ...WHOLE, path, node: null, line: null, hidden });
}

function labelFor(id) {
  return scene?.nodes.get(id)?.label ?? id;
}

function moreNeighbours(id) {
  if (id !== state.node) return "Draw its neighbours";
  return `Draw ${count(Math.min(scene.missing, AT_ONCE), "more neighbour")}`;
}

// [{label, icon, key, run}] for a node; `key` does the same while the drawing has the keyboard.
function actionsOn(id) {
  const pinned = state.pins.has(id);
  const focused = state.focus === id;
  return [
    focused
      ? { label: "Leave the focus", icon: "focus", key: "f", run: () => go(WHOLE) }
      : { label: "Focus on it", icon: "focus", key: "f", run: () => focusOn(id) },
    ...(id === state.node && scene.missing === 0
      ? []
      : [{ label: moreNeighbours(id), icon: "expand", key: "e", run: () => expand(id) }]),
    { label: "Path from here to …", icon: "path", key: "p", run: () => startPath(id) },
    { label: pinned ? "Unpin" : "Pin", icon: "pin", key: "i", run: () => pin(id), pressed: pinned },
    { label: "Hide", icon: "hide", key: "h", run: () => hide(id) },
  ];
}

const HOPS = [1, 2, 3];

// The bar over the drawing.
function renderWhere() {
  const bar = byId("where");
  const parts = [
    pathStart !== null ? picking() : null,
    around(),
    pathBetween(),
    filtered(),
    hiddenNodes(),
  ];
  bar.replaceChildren(...parts.filter(Boolean));
  bar.hidden = !bar.hasChildNodes();
}

function chip(name, label, onClose, ...parts) {
  return h("div", { className: `chip ${name}` }, parts, iconButton("close", label, onClose));
}

function picking() {
  const cancel = () => {
    pathStart = null;
    renderWhere();
  };
  return chip(
    "picking",
    "No path",
    cancel,
    "Path from ",
    h("b", {}, h("bdi", {}, labelFor(pathStart))),
    " to … pick a node",
  );
}

function around() {
  if (state.focus === null || !scene) return null;
  const steps = HOPS.map((hops) => {
    const label = count(hops, "hop");
    const choose = () => go({ hops, at: null, more: [] });
    return button(
      { ariaPressed: String(state.hops === hops), ariaLabel: label, title: label },
      choose,
      String(hops),
    );
  });
  const group = h(
    "span",
    { className: "segments", role: "group", ariaLabel: "How far around it" },
    steps,
  );
  const some =
    scene.total > scene.nodes.size - 1
      ? h(
          "small",
          {},
          `${(scene.nodes.size - 1).toLocaleString("en")} of ${scene.total.toLocaleString("en")}`,
        )
      : null;
  const name = h("b", {}, h("bdi", {}, labelFor(state.focus)));
  return chip("focus", "Leave the focus", () => go(WHOLE), "Around ", name, group, some);
}

function pathBetween() {
  if (state.path === null) return null;
  const [from, to] = state.path.map((id) => h("bdi", {}, labelFor(id)));
  const names = stateLink({}, () => ({ node: null, line: null }), from, " → ", to);
  return chip("path", "Leave the path", () => go(WHOLE), "Path ", names);
}

function filtered() {
  if (!isFiltered(state)) return null;
  return chip("filtered", "Reset the filters", () => go(unfiltered()), "Filtered");
}

function hiddenNodes() {
  if (!state.hidden.size) return null;
  const label = "Show the hidden nodes again";
  return chip("hidden", label, () => go({ hidden: new Set() }), `${state.hidden.size} hidden`);
}
