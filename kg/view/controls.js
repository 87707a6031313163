// The filters: kinds, which are the legend too, relations, papers and confidence.

function fillFilters() {
  byId("kinds").append(
    ...Object.entries(KINDS).map(([kind, plural]) =>
      filterBox(
        "kinds",
        kind,
        core.counts.kinds?.[kind] ?? core.kinds[kind] ?? 0,
        shape(kind),
        capital(plural),
      ),
    ),
  );
  byId("relations").append(
    ...core.relations.map(([relation, number]) =>
      filterBox("relations", relation, number, capital(relationName(relation))),
    ),
  );
  const papers = byId("min-papers");
  papers.max = Math.max(2, Math.min(most, 50));
  for (const [id, part] of [
    ["min-papers", "minPapers"],
    ["min-confidence", "minConfidence"],
  ]) {
    const slider = byId(id);
    const apply = settled((value) => go({ [part]: value }, { step: false }), 60);
    slider.addEventListener("input", () => {
      tellSlider(part, slider.valueAsNumber);
      apply(slider.valueAsNumber);
    });
  }
  const all = core.relations.map(([relation]) => relation);
  const set = (relations) => go({ relations }, { step: false });
  byId("relations-all").addEventListener("click", () => set(new Set()));
  byId("relations-none").addEventListener("click", () => set(new Set(all)));
  byId("filters-reset").addEventListener("click", () => go(unfiltered()));
}

// A box that is checked while what it names is shown.
function filterBox(part, value, number, ...label) {
  const box = h("input", { type: "checkbox", value, checked: true });
  box.addEventListener("change", () => {
    const set = box.checked ? without(state[part], value) : new Set(state[part]).add(value);
    go({ [part]: set }, { step: false });
  });
  return h("label", {}, box, ...label, h("span", {}, number.toLocaleString("en")));
}

function tellSlider(part, value) {
  const [id, text] =
    part === "minPapers"
      ? ["min-papers", value > 1 ? `${value} or more` : "any"]
      : ["min-confidence", value > 0 ? `≥ ${value.toFixed(2)}` : "any"];
  byId(id).ariaValueText = text;
  byId(`${id}-shown`).textContent = text;
}

// Shows in the controls what the state says.
function renderFilters() {
  for (const part of ["kinds", "relations"]) {
    for (const box of byId(part).querySelectorAll("input"))
      box.checked = !state[part].has(box.value);
  }
  byId("min-papers").value = state.minPapers;
  byId("min-confidence").value = state.minConfidence;
  tellSlider("minPapers", state.minPapers);
  tellSlider("minConfidence", state.minConfidence);
  const set = filtersSet(state);
  byId("filters-set").textContent = set ? String(set) : "";
  byId("filters-reset").disabled = !isFiltered(state);
  renderYears();
}

// A menu of the header closes when what is elsewhere is pressed, or by Escape.
function startPopovers() {
  const open = () => document.querySelectorAll("details.popover[open]");
  document.addEventListener("pointerdown", (event) => {
    for (const popover of open()) if (!popover.contains(event.target)) popover.open = false;
  });
  document.addEventListener(
    "keydown",
    (event) => {
      const [popover] = open();
      if (event.key !== "Escape" || !popover) return;
      popover.open = false;
      popover.querySelector("summary").focus();
      event.stopPropagation();
    },
    true,
  );
}
