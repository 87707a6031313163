// The source when all is in the file. What each method answers, `Answers` in answers.py answers
// too, from the database.

const PER_LINK = 3; // sentences of a link on a card
const PER_LINE = 20; // and where it is the link that is asked for

class Embedded {
  #loading = null;

  async ready() {
    await this.#loaded();
  }

  #loaded() {
    this.#loading ??= loadGraph();
    return this.#loading;
  }

  async search(text, { limit = 12, kinds = null } = {}) {
    const graph = await this.#loaded();
    const wanted = kinds && new Set(kinds);
    const found = graph.index.search(text, limit, (n) => !wanted || wanted.has(graph.kind(n)));
    return found.map(([n, name]) => ({ node: graph.node(n), name }));
  }

  async node(id) {
    const graph = await this.#loaded();
    return graph.node(graph.place(id));
  }

  async card(id, { limit = 8 } = {}) {
    const graph = await this.#loaded();
    const n = graph.place(id);
    if (n < 0) return null;
    const [numbers, sentences] = [graph.numbersOf(n), graph.sentencesOf(n)];
    const groups = graph.groupsOf(n).map(async ({ relation, reversed, kind, edges }) => ({
      relation,
      reversed,
      kind,
      total: edges.length,
      links: await this.#links(graph, n, edges.slice(0, limit)),
    }));
    return {
      node: graph.node(n),
      ...graph.namesOf(n),
      ...(graph.isPaper(n) ? { paper: await graph.texts.paper(n) } : {}),
      groups: await Promise.all(groups),
      numbers: await this.#numbers(graph, numbers.slice(0, limit)),
      sentences: await graph.texts.sentences(sentences.slice(0, limit)),
      totals: { numbers: numbers.length, sentences: sentences.length },
    };
  }

  // `what` is "numbers", "sentences" or a group's "relation|reversed|kind".
  async more(id, what, offset, limit) {
    const graph = await this.#loaded();
    const n = graph.place(id);
    if (n < 0) return [];
    const page = (items) => items.slice(offset, offset + limit);
    if (what === "numbers") return this.#numbers(graph, page(graph.numbersOf(n)));
    if (what === "sentences") return graph.texts.sentences(page(graph.sentencesOf(n)));
    const group = graph
      .groupsOf(n)
      .find(({ relation, reversed, kind }) => what === `${relation}|${reversed}|${kind}`);
    return this.#links(graph, n, page(group?.edges ?? []));
  }

  // Of each hop as many as leave room for the others, those tied to the most papers first.
  async around(ids, { hops = 1, limit = 40, filter = null } = {}) {
    const graph = await this.#loaded();
    const start = graph.places(ids);
    const { nodes, total } = graph.around(start, hops, limit, filter);
    return {
      nodes: nodes.map((n) => graph.node(n)),
      edges: graph.edgesAmong([...start, ...nodes]).filter(graph.filtered(filter)).map((e) => graph.edge(e)),
      total,
    };
  }

  async edgesAmong(ids) {
    const graph = await this.#loaded();
    return graph.edgesAmong(graph.places(ids)).map((e) => graph.edge(e));
  }

  async edge(a, b) {
    const graph = await this.#loaded();
    const [from, to] = [graph.place(a), graph.place(b)];
    const edges = from < 0 || to < 0 ? [] : graph.edgesBetween(from, to);
    const direct = edges.map(async (e) => ({
      relation: graph.relationOf(e),
      source: graph.node(graph.source[e]),
      target: graph.node(graph.target[e]),
      ...graph.stated(e),
      ...(await this.#quotes(graph, e, PER_LINE)),
    }));
    return { direct: await Promise.all(direct) };
  }

  // Of a path's hops, all edges between their ends.
  async path(a, b, { k = 5, filter = null } = {}) {
    const graph = await this.#loaded();
    const [from, to] = [graph.place(a), graph.place(b)];
    if (from < 0 || to < 0) return [];
    const walks = await new Paths(graph, filter).best(from, to, k);
    return walks.map((walk) => ({
      nodes: walk.map((n) => graph.node(n)),
      edges: walk
        .slice(1)
        .flatMap((n, i) => graph.edgesBetween(walk[i], n))
        .filter(graph.filtered(filter))
        .map((e) => graph.edge(e)),
    }));
  }

  #links(graph, n, edges) {
    return Promise.all(
      edges.map(async (e) => ({
        other: graph.node(graph.otherEnd(e, n)),
        ...graph.stated(e),
        ...(await this.#quotes(graph, e, PER_LINK)),
      })),
    );
  }

  // The best sentences of an edge, and how many it has.
  async #quotes(graph, e, limit) {
    const evidence = graph.evidenceOf(e);
    return {
      sentences: await graph.texts.sentences(evidence.slice(0, limit)),
      total: evidence.length,
    };
  }

  #numbers(graph, rows) {
    return Promise.all(
      rows.map(async ([source, metric, value, number, high, unit, relative, dataset, baseline, conditions, ...shown]) => {
        const [sentence = null] = await graph.texts.sentences([graph.evidence(...shown)].filter(({ place }) => place >= 0));
        return {
          method: graph.isPaper(source) ? null : graph.node(source),
          metric: graph.node(metric),
          value,
          number,
          high,
          unit,
          relative: Boolean(relative),
          dataset: graph.node(dataset),
          baseline: graph.node(baseline),
          conditions,
          paper: graph.node(shown[0]),
          confidence: shown[1] / SURE,
          sentence,
        };
      }),
    );
  }
}
