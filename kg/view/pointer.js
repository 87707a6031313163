// The pointer in the drawing: click, double click, right button, long touch, drag, hover.

// What the pointer is at: a node, its label, or a line.
function pointedAt({ pointer }) {
  const node = network.getNodeAt(pointer.DOM) ?? labelledAt(pointer.DOM);
  if (node !== null && node !== undefined) return { node };
  const line = network.getEdgeAt(pointer.DOM);
  return line === undefined ? {} : { line: drawnLines.get(line) };
}

function onClick(event) {
  const { node, line } = pointedAt(event);
  if (node) pick(node, { fly: false });
  else if (line) go({ node: null, line: [line.from, line.to] });
  else if (state.node !== null || state.line !== null) closeCard();
}

function onMenu(event) {
  const { node } = pointedAt(event);
  if (!node) return;
  event.event.preventDefault();
  const { left, top } = board.getBoundingClientRect();
  openMenu(node, { x: left + event.pointer.DOM.x, y: top + event.pointer.DOM.y });
}

function startPointer() {
  network.on("click", onClick);
  network.on("doubleClick", (event) => {
    const { node } = pointedAt(event);
    if (node) focusOn(node);
  });
  network.on("oncontext", onMenu);
  network.on("hold", (event) => {
    if (event.event.pointerType === "touch") onMenu(event);
  });
  network.on("dragging", () => (plan.version += 1));
  network.on("dragEnd", ({ nodes }) => {
    if (nodes.length) drop(nodes);
    else panned();
  });
  network.on("zoom", keepView);
  network.on("beforeDrawing", drawIslands);
  network.on("afterDrawing", drawLabels);
  startTip();
}

// What was just in sight is no longer what names have to keep to.
function panned() {
  frame = null;
  plan.version += 1;
  keepView();
}

// Nodes stay where they are dropped.
function drop(ids) {
  const moved = new Map(state.moved);
  for (const id of ids) {
    const { x, y } = network.getPosition(id);
    moved.set(id, { x: Math.round(x), y: Math.round(y) });
  }
  network.unselectAll();
  go({ moved }, { step: false });
}

// What the pointer is over, in words.
function startTip() {
  const tip = byId("tip");
  board.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    const box = board.getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    const { node, line } = event.buttons ? {} : pointedAt({ pointer: { DOM: at } });
    board.classList.toggle("over", Boolean(node || line));
    tip.hidden = !node && !line;
    if (node) tellNode(tip, shown.nodes.get(node));
    else if (line) tellLine(tip, shown.lines.get(line.id));
    if (hovered !== (node ?? null)) {
      hovered = node ?? null;
      network.redraw();
    }
    tip.style.left = `${Math.min(at.x + 14, box.width - tip.offsetWidth - 8)}px`;
    tip.style.top = `${Math.min(at.y + 16, box.height - tip.offsetHeight - 8)}px`;
  });
  board.addEventListener("pointerleave", () => (tip.hidden = true));
}

function tellNode(tip, node) {
  tip.replaceChildren(
    h("b", {}, h("bdi", {}, node.label)),
    h("span", {}, [node.kind, factsOf(node)].filter(Boolean).join(", ")),
  );
}

function tellLine(tip, { edges }) {
  const said = edges.map((edge) =>
    h(
      "span",
      {},
      h("bdi", {}, labelFor(edge.source)),
      h("i", {}, ` ${relationName(edge.relation)} `),
      h("bdi", {}, labelFor(edge.target)),
    ),
  );
  tip.replaceChildren(...said.slice(0, 5));
}
