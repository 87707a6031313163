// The panel: the card of what is chosen, a node, a line or a path, or else where to start.

const SHOWN = { rows: 8, sentences: 5, overview: 5 };

let subject = null; // what the panel shows, as a text to compare by
let asked = 0;

async function renderCard() {
  const { node, line, path, route, focus, hops } = state;
  const wanted = JSON.stringify(isOpen(state) ? [node, line, path, route] : [focus, hops]);
  const panel = byId("card");
  if (wanted === subject && path === null) return renderActions();
  const turn = (asked += 1);
  const soon = setTimeout(() => panel.classList.add("waiting"), 200);
  const parts = await contentOf(state);
  clearTimeout(soon);
  if (turn !== asked) return undefined;
  panel.classList.remove("waiting");
  const fresh = wanted !== subject;
  subject = wanted;
  panel.replaceChildren(...parts.filter(Boolean));
  if (fresh) panel.scrollTop = 0;
  panel.classList.toggle("open", isOpen(state));
  const names = panel.querySelectorAll("h2 bdi").length ? "h2 bdi" : "h2";
  const title = [...panel.querySelectorAll(names)].map(({ textContent }) => textContent).join(", ");
  document.title = isOpen(state) ? `${title} – ${core.title}` : core.title;
  return undefined;
}

// Whether there is a card, or else where to start.
function isOpen({ node, line, path }) {
  return node !== null || line !== null || path !== null;
}

async function contentOf({ node, line, path }) {
  if (node !== null) {
    const card = await source.card(node, { limit: SHOWN.rows });
    if (card) return nodeCard(card);
  } else if (line !== null) {
    return lineCard(...line);
  } else if (path !== null) {
    return pathCard(path);
  }
  return overview();
}

function nodeCard(card) {
  const { node } = card;
  const paper = node.kind === "paper";
  return [
    cardHead(node.kind, shape(node.kind)),
    h("h2", { dir: "auto" }, node.label),
    ...(paper ? paperFacts(card) : entityFacts(card)),
    h(
      "div",
      { className: "actions", role: "group", ariaLabel: "What to do with it" },
      actionButtons(node.id),
    ),
    paper ? abstract(card) : null,
    numberSection(card),
    ...card.groups.map((group) => linkGroup(group, node)),
    paper ? null : sentenceSection(card),
  ];
}

// The panel's own bar: back and forward, what sort of thing it is, and away with it.
function cardHead(name, ...before) {
  const back = iconButton("back", "Back", () => history.back(), { disabled: steps.now === 0 });
  const forward = iconButton("forward", "Forward", () => history.forward(), {
    disabled: steps.now >= steps.last,
  });
  const unfold = () => byId("card").classList.toggle("tall");
  const fold = iconButton("fold", "Fold the card up or down", unfold, {
    className: "icon-button fold",
  });
  const close = iconButton("close", "Close the card", closeCard);
  const kind = h("p", { className: "kind" }, ...before, capital(name));
  return h("header", {}, back, forward, kind, fold, close);
}

function closeCard() {
  if (state.node === null && state.line === null) return go(WHOLE);
  return go({ node: null, line: null });
}

function actionButtons(id) {
  return actionsOn(id).map(({ label, icon: name, key, run, pressed }) =>
    button(
      {
        title: `${label} (${key.toUpperCase()} in the drawing)`,
        ...(pressed === undefined ? {} : { ariaPressed: String(pressed) }),
      },
      run,
      icon(name),
      label,
    ),
  );
}

function renderActions() {
  byId("card")
    .querySelector(".actions")
    ?.replaceChildren(...actionButtons(state.node));
}

function entityFacts({ node, aliases, short, long }) {
  const given = new Set([node.label]);
  const names = [long, short, ...aliases].filter(
    (name) => name && !given.has(searchable(name)) && given.add(searchable(name)),
  );
  const others = names.filter((name) => searchable(name) !== searchable(node.label));
  return [
    h("p", { className: "facts" }, factsOf(node)),
    others.length
      ? h(
          "ul",
          { className: "aliases", ariaLabel: "Also called" },
          others.map((name) => h("li", {}, h("bdi", {}, name))),
        )
      : null,
  ];
}

function paperFacts({ paper }) {
  const authors = (paper.authors ?? []).join(", ");
  const facts = [authors, paper.venue, paper.year ? String(paper.year) : ""].filter(Boolean);
  const links = (paper.links ?? []).map(outwardLink);
  return [
    h("p", { className: "facts" }, facts.join(" · ")),
    links.length ? h("p", { className: "outward" }, links) : null,
  ];
}

function abstract({ paper }) {
  const pieces = paper.pieces.abstract.map((piece) => mention(piece));
  if (!pieces.length) return null;
  return section("abstract", null, h("p", { className: "abstract", dir: "auto" }, pieces));
}

// A piece of a text: a mention is marked, and leads to the card of what it names.
function mention({ text, node }, own = null) {
  if (!node) return text;
  const [kind] = node.split(":", 1);
  if (node === own) return h("mark", { className: kind }, text);
  return h(
    "mark",
    { className: kind },
    stateLink({}, () => choosing(node), text),
  );
}

// One section for each relation, direction and kind at the other end.
function linkGroup(group, node) {
  const { relation, reversed, kind, total, links } = group;
  const key = `${relation}|${reversed}|${kind}`;
  const next = (offset) => source.more(node.id, key, offset, PAGE);
  const rows = paged(h("ul"), links, total, (link) => linkRow(link, node), next);
  const part = section(relationName(relation, reversed), count(total, kind, KINDS[kind]), ...rows);
  part.className = "group";
  return part;
}

function linkRow({ other, papers, sentences }, node) {
  const note = papers > 1 ? count(papers, "paper") : count(sentences.length, "sentence");
  const quotes = () => sentences.map((sentence) => quote(sentence, node.id));
  const [toggle, box] = disclosure("div", note, quotes);
  return h("li", {}, nameLink(other), sentences.length ? [toggle, box] : null);
}

// A sentence with its mentions marked, and its paper, unless the card is the paper's own.
function quote({ paper, pieces }, own) {
  const marked = pieces.map((piece) => mention(piece, own));
  const from = paper && paper.id !== own ? sourceOf(paper) : null;
  return h("blockquote", { dir: "auto" }, h("p", {}, marked), from);
}

// The paper's title, year and address; the address comes when it is known.
function sourceOf(paper) {
  const footer = h("footer", {}, nameLink(paper), h("span", {}, span(paper.years)));
  linkOf(paper.id).then((link) => link && footer.append(outwardLink(link)));
  return footer;
}

const paperLinks = new Map();
function linkOf(id) {
  const read = () => source.card(id, { limit: 0 }).then((card) => card?.paper?.links[0] ?? null);
  if (!paperLinks.has(id)) paperLinks.set(id, read());
  return paperLinks.get(id);
}

function sentenceSection({ node, sentences, totals }) {
  if (!sentences.length) return null;
  const row = (sentence) => h("li", {}, quote(sentence, node.id));
  const next = (offset) => source.more(node.id, "sentences", offset, PAGE);
  const list = paged(h("ul"), sentences, totals.sentences, row, next);
  const part = section("sentences", totals.sentences.toLocaleString("en"), ...list);
  part.className = "sentences";
  return part;
}
