// Search as you type, over all names; the keyboard alone will do.

const FOUND = 12;

function startSearch() {
  const input = byId("search");
  const list = byId("found");
  let found = [];
  let active = 0;
  let asked = 0;
  let answered = null; // the text that the list answers

  const activate = (place) => {
    active = (place + found.length) % found.length;
    [...list.children].forEach((item, i) => (item.ariaSelected = String(i === active)));
    input.setAttribute("aria-activedescendant", `found-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    asked += 1;
    list.hidden = true;
    input.ariaExpanded = "false";
    input.removeAttribute("aria-activedescendant");
  };
  // A large graph takes a moment to unpack, once.
  const reading = () => {
    found = [];
    list.replaceChildren(inWords("Reading the graph …"));
    list.hidden = false;
  };
  const open = async () => {
    const turn = (asked += 1);
    const text = input.value;
    if (!text.trim()) return close();
    const soon = setTimeout(reading, 200);
    const answer = await source.search(text, { limit: FOUND });
    clearTimeout(soon);
    if (turn !== asked) return undefined;
    [found, answered] = [answer, text];
    list.replaceChildren(
      ...(found.length ? found.map(foundItem) : [inWords("Nothing is called that")]),
    );
    list.hidden = false;
    input.ariaExpanded = "true";
    if (found.length) activate(0);
    return announce(found.length ? count(found.length, "result") : "Nothing is called that");
  };
  const take = (place) => {
    const { node } = found[place];
    close();
    input.value = "";
    input.blur();
    pick(node.id);
  };

  input.addEventListener("input", open);
  input.addEventListener("focus", open);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", async (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && event.key !== "Enter") return;
    event.preventDefault();
    if (list.hidden || answered !== input.value) await open();
    if (list.hidden || !found.length) return;
    if (step) activate(active + step);
    else take(active);
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("[role=option]");
    if (item?.id) take([...list.children].indexOf(item));
  });
  return () => {
    input.value = "";
    close();
  };
}

function foundItem({ node, name }, place) {
  const also = name === node.label ? null : h("small", {}, h("bdi", {}, name));
  const papers = node.kind === "paper" ? span(node.years) : count(node.papers, "paper");
  return h(
    "li",
    { id: `found-${place}`, role: "option", ariaSelected: "false" },
    shape(node.kind),
    h("bdi", {}, node.label),
    also,
    h("span", { className: "papers" }, papers),
  );
}

function inWords(text) {
  return h(
    "li",
    { className: "nothing", role: "option", ariaSelected: "false", ariaDisabled: "true" },
    text,
  );
}
