// The menu on a node: by the right button, by a long touch, or by Shift+F10.

function openMenu(id, { x, y }) {
  const menu = byId("menu");
  const node = shown.nodes.get(id);
  const items = actionsOn(id).map(({ label, icon: name, key, run }) => {
    const act = () => {
      closeMenu();
      run();
    };
    return button(
      { role: "menuitem", tabIndex: -1 },
      act,
      icon(name),
      label,
      h("kbd", { ariaHidden: "true" }, key.toUpperCase()),
    );
  });
  menu.ariaLabel = node.label;
  menu.replaceChildren(...items);
  menu.hidden = false;
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`;
  menu.style.top = `${Math.max(4, Math.min(y, innerHeight - height - 4))}px`;
  items[0].focus();
}

function closeMenu() {
  const menu = byId("menu");
  if (menu.hidden) return;
  const inside = menu.contains(document.activeElement);
  menu.hidden = true;
  if (inside) board.focus();
}

function onMenuKey(event) {
  const items = [...byId("menu").children];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next !== undefined) items[(next + items.length) % items.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function startMenu() {
  byId("menu").addEventListener("keydown", onMenuKey);
  document.addEventListener("pointerdown", (event) => {
    if (!byId("menu").contains(event.target)) closeMenu();
  });
}
