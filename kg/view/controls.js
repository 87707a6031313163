// The header: search, and the filters by kind (which are the legend), relation and confidence.

const FOUND = 12;

function fillFilters() {
  const ofKind = (kind) => graph.nodes.filter((node) => node.kind === kind).length;
  const ofRelation = (relation) => graph.edges.filter((edge) => edge.relation === relation).length;
  document.getElementById("kinds").append(
    ...Object.entries(KINDS).map(([kind, plural]) =>
      filterBox(state.hiddenKinds, kind, ofKind(kind), shape(kind), capital(plural)),
    ),
  );
  document.querySelector("#relations fieldset").append(
    ...graph.relations.map((relation) =>
      filterBox(state.hiddenRelations, relation, ofRelation(relation), capital(RELATIONS[relation][0])),
    ),
  );
}

// Checks or clears every relation, and shows what is left.
function setRelations(checked) {
  for (const relation of graph.relations) {
    if (checked) state.hiddenRelations.delete(relation);
    else state.hiddenRelations.add(relation);
  }
  for (const box of document.querySelectorAll("#relations input")) box.checked = checked;
  filtered();
}

// Shows what is at least as sure as the slider says.
function setConfidence({ target }) {
  state.minConfidence = target.valueAsNumber;
  filtered();
}

function filterBox(hidden, value, number, ...label) {
  const box = h("input", { type: "checkbox", value, checked: true });
  box.addEventListener("change", () => {
    if (box.checked) hidden.delete(value);
    else hidden.add(value);
    filtered();
  });
  return h("label", {}, box, ...label, h("span", {}, number.toLocaleString("en")));
}

function filtered() {
  const [all, hidden] = [graph.relations.length, state.hiddenRelations.size];
  document.getElementById("relations-shown").textContent = hidden ? `${all - hidden} of ${all}` : "all";
  const least = state.minConfidence;
  document.querySelector("#confidence span").textContent = least ? `≥ ${least.toFixed(2)}` : "any";
  paint();
}

function startSearch() {
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  let found = [];
  let active = 0;

  const activate = (place) => {
    active = (place + found.length) % found.length;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
    input.setAttribute("aria-activedescendant", `found-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const open = () => {
    found = search(input.value, FOUND);
    list.replaceChildren(...found.map(foundItem), ...(found.length ? [] : [nothingFound()]));
    list.hidden = !input.value.trim();
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (found.length) activate(0);
  };
  const take = (place) => {
    close();
    input.blur();
    choose(found[place].node);
  };

  input.addEventListener("input", open);
  input.addEventListener("focus", open);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) activate(active + step);
    else if (event.key === "Enter" && !list.hidden && found.length) take(active);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("[role=option]");
    if (item) take([...list.children].indexOf(item));
  });
  return () => {
    input.value = "";
    close();
  };
}

function foundItem({ node, name }, place) {
  const also = name === node.label ? null : h("small", {}, h("bdi", {}, name));
  const papers = node.kind === "paper" ? yearsOf(node) : count(node.papers, "paper");
  const item = h(
    "li",
    { id: `found-${place}` },
    shape(node.kind),
    h("bdi", {}, node.label),
    also,
    h("span", { className: "papers" }, papers),
  );
  item.setAttribute("role", "option");
  return item;
}

function nothingFound() {
  return h("li", { className: "nothing" }, "Nothing is called that");
}
