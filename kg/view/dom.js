// Elements made by hand: strings become text, never markup.

const SVG = "http://www.w3.org/2000/svg";

// An element with these properties and children.
function h(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function byId(id) {
  return document.getElementById(id);
}

function shape(kind) {
  return h("i", { className: `shape ${kind}` });
}

// One of the symbols of template.html.
function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

function button(properties, onClick, ...children) {
  const element = h("button", { type: "button", ...properties }, ...children);
  element.addEventListener("click", onClick);
  return element;
}

// A button that is only a symbol, with its name for those who do not see it.
function iconButton(name, label, onClick, properties = {}) {
  return button(
    { className: "icon-button", ariaLabel: label, title: label, ...properties },
    onClick,
    icon(name),
  );
}

// A link to the page in another state; a plain click goes there without loading anything.
function stateLink(properties, changes, ...children) {
  const link = h("a", { ...properties, href: addressOf({ ...state, ...changes() }) }, ...children);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(changes());
  });
  return link;
}

function nameLink(node) {
  return stateLink(
    { className: "name" },
    () => choosing(node.id),
    shape(node.kind),
    h("bdi", {}, node.label),
  );
}

// Only http and https addresses are in the data; following one is the reader's own doing.
function outwardLink({ text, url }) {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}

function section(title, note, ...children) {
  const heading = h("h3", {}, capital(title), note === null ? null : h("small", {}, note));
  return h("section", {}, heading, ...children);
}

// A button, and the element beside it that it fills and shows, or hides again.
function disclosure(tag, label, content) {
  const box = h(tag, { className: "quotes", hidden: true });
  const toggle = button(
    { className: "toggle", ariaExpanded: "false" },
    async () => {
      box.hidden = !box.hidden;
      toggle.ariaExpanded = String(!box.hidden);
      if (!box.hasChildNodes()) box.append(...[await content()].flat());
    },
    label,
  );
  return [toggle, box];
}

// Fills the element with the first items, and gives it and, while there are more, a button that
// asks for the next ones: next(offset) resolves to them.
function paged(element, items, total, render, next) {
  let shown = 0;
  const put = (rows) => {
    element.append(...rows.map(render));
    shown += rows.length;
    more.textContent = `Show ${Math.min(total - shown, PAGE).toLocaleString("en")} more`;
    more.hidden = shown >= total;
  };
  const more = button({ className: "more" }, async () => put(await next(shown)));
  put(items);
  return [element, more];
}

// How many rows of a list are added at a time.
const PAGE = 20;

// Says it to those who listen to the page.
function announce(text) {
  byId("spoken").textContent = text;
}
