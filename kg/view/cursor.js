// The drawing by keyboard: arrows go from node to node by where they stand, Enter opens.

let cursor = null; // the node that the keyboard is at
let hovered = null; // and the pointer

const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

// The nearest node in a direction; what lies to the side counts twice as far.
function nextNode(from, [dx, dy]) {
  const at = network.getPositions();
  const origin = at[from];
  let best = null;
  for (const [id, { x, y }] of Object.entries(at)) {
    const [right, down] = [x - origin.x, y - origin.y];
    const ahead = right * dx + down * dy;
    const aside = Math.abs(right * dy) + Math.abs(down * dx);
    if (id === from || ahead <= 0 || aside > 3 * ahead) continue;
    const far = ahead + 2 * aside;
    if (best === null || far < best.far) best = { id, far };
  }
  return best?.id ?? null;
}

// Where the keyboard starts: at what is chosen, or at what most papers name.
function firstNode() {
  if (shown.nodes.has(cursor)) return cursor;
  if (shown.nodes.has(state.node)) return state.node;
  return [...shown.nodes.values()].sort(byPapers)[0]?.id ?? null;
}

function moveCursor(id) {
  cursor = id;
  if (id === null) return;
  if (!inSight(id)) network.moveTo({ position: network.getPosition(id), animation: glide() });
  network.redraw();
  const node = shown.nodes.get(id);
  const joined = [...shown.lines.values()].filter(({ ends }) => ends.includes(id)).length;
  announce(
    [node.label, node.kind, factsOf(node), count(joined, "link")].filter(Boolean).join(", "),
  );
}

function onDrawingKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = drawingKeys(event)[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

function drawingKeys(event) {
  const from = firstNode();
  const keys = {
    "+": () => zoomBy(1.3),
    "=": () => zoomBy(1.3),
    "-": () => zoomBy(1 / 1.3),
    0: () => showAll(),
  };
  for (const [key, step] of Object.entries(STEPS)) {
    keys[key] = event.shiftKey
      ? () => panBy(80 * step[0], 80 * step[1])
      : () =>
          moveCursor(cursor === null || from !== cursor ? from : (nextNode(from, step) ?? from));
  }
  if (from === null) return keys;
  const menu = () => openMenu(from, onScreen(from));
  for (const { key, run } of actionsOn(from)) keys[key] = run;
  const open = () => {
    pick(from, { fly: false });
    announce(`${labelFor(from)}: its card is open`);
  };
  return {
    ...keys,
    Enter: open,
    ContextMenu: menu,
    ...(event.shiftKey ? { F10: menu } : {}),
  };
}

function startCursor() {
  board.addEventListener("keydown", onDrawingKey);
  board.addEventListener("focus", () => {
    if (board.matches(":focus-visible")) moveCursor(firstNode());
  });
  board.addEventListener("blur", () => network.redraw());
}
