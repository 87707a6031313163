// The source when `kg serve` answers: the same questions, asked over the page's own origin.

class Served {
  async ready() {
    await this.#ask("ready", {});
  }

  search(text, { limit = 12, kinds = null } = {}) {
    return this.#ask("search", { text, limit, kinds: kinds && [...kinds] });
  }

  node(id) {
    return this.#ask("node", { id });
  }

  card(id, { limit = 8 } = {}) {
    return this.#ask("card", { id, limit });
  }

  more(id, what, offset, limit) {
    return this.#ask("more", { id, what, offset, limit });
  }

  around(ids, { hops = 1, limit = 40, filter = null } = {}) {
    return this.#ask("around", { ids: [...ids], hops, limit, filter: plainFilter(filter) });
  }

  edgesAmong(ids) {
    return this.#ask("edges-among", { ids: [...ids] });
  }

  edge(a, b) {
    return this.#ask("edge", { a, b });
  }

  path(a, b, { k = 5, filter = null } = {}) {
    return this.#ask("path", { a, b, k, filter: plainFilter(filter) });
  }

  async #ask(what, question) {
    const words = new URLSearchParams({ q: JSON.stringify(question) });
    const answer = await fetch(`api/${what}?${words}`, { credentials: "omit", redirect: "error" });
    if (!answer.ok) throw new Error((await answer.text()).trim() || `${what}: ${answer.status}`);
    return answer.json();
  }
}

// The filter as JSON can hold it.
function plainFilter(filter) {
  if (!filter) return null;
  const sets = ["kinds", "relations", "hidden"].map((name) => [name, [...(filter[name] ?? [])]]);
  const { minPapers = 1, minConfidence = 0, years = null } = filter;
  return { ...Object.fromEntries(sets), minPapers, minConfidence, years };
}
