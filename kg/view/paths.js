// The best short paths between two nodes, as kg/query/paths.py finds them: fewest hops, then fewest
// hops at a paper, then most papers, then by label. Of each half of a path only as many are kept as
// can still be part of the k best.

const MAX_HOPS = 4;
const TOLL = 2 ** 40; // what a hop at a paper costs: more than any number of papers makes up for

class Paths {
  #graph;
  #filter;
  #ends = [];
  #known = new Map();

  constructor(graph, filter) {
    this.#graph = graph;
    this.#filter = filter;
  }

  async best(a, b, k) {
    const found = [];
    this.#ends = [a, b];
    for (let hops = 1; hops <= MAX_HOPS && a !== b && found.length < k; hops += 1) {
      found.push(...(await this.#ofLength(a, b, hops, k - found.length)));
    }
    return found;
  }

  // The neighbours of a node that the filter leaves, each with the papers of its strongest edge.
  #near(n) {
    if (!this.#known.has(n)) this.#known.set(n, this.#graph.neighbours(n, this.#filter, this.#ends));
    return this.#known.get(n);
  }

  async #ofLength(a, b, hops, k) {
    if (hops === 1) return this.#near(a).has(b) ? [[a, b]] : [];
    const papersOnly = hops === 2 && this.#graph.isPaper(a) && this.#graph.isPaper(b);
    let found = [];
    for (const through of papersOnly ? [true] : [false, true]) {
      if (found.length < k) found = this.#cheapest(await this.#joined(a, b, hops, k, through), k);
    }
    return found.map(({ walk }) => walk);
  }

  // Walks of 2 to 4 hops that hold the k best; `through` says whether they may go through papers.
  async #joined(a, b, hops, k, through) {
    const inner = (n) => n !== a && n !== b && (through || !this.#graph.isPaper(n));
    const [fromA, fromB] = [a, b].map((end) => new Set([...this.#near(end).keys()].filter(inner)));
    if (hops === 2) return this.#halves(a, fromA, b);
    const walks = [];
    const pace = pacer();
    if (hops === 3) {
      for (const meeting of fromB) {
        const last = this.#cost(meeting, b);
        for (const { cost, walk } of this.#cheapest(this.#halves(a, fromA, meeting), k)) {
          walks.push({ cost: cost + last, walk: [...walk, b] });
        }
        await pace();
      }
      return walks;
    }
    for (const meeting of this.#beside(fromA).intersection(this.#beside(fromB))) {
      if (!inner(meeting)) continue;
      const firsts = this.#cheapest(this.#halves(a, fromA, meeting), k + 1);
      const seconds = this.#cheapest(this.#halves(b, fromB, meeting), k + 1);
      for (const first of firsts) {
        for (const second of seconds) {
          if (first.walk[1] === second.walk[1]) continue;
          const walk = [...first.walk, second.walk[1], b];
          walks.push({ cost: first.cost + second.cost, walk });
        }
      }
      await pace();
    }
    return walks;
  }

  // All walks end - x - meeting, where x is one of `beside`.
  #halves(end, beside, meeting) {
    const near = this.#near(meeting);
    const [few, many] = near.size < beside.size ? [near.keys(), beside] : [beside, near];
    const halves = [];
    for (const x of few) {
      if (x === meeting || !many.has(x)) continue;
      halves.push({ cost: this.#cost(end, x) + this.#cost(x, meeting), walk: [end, x, meeting] });
    }
    return halves;
  }

  #beside(nodes) {
    const found = new Set();
    for (const n of nodes) for (const other of this.#near(n).keys()) found.add(other);
    return found;
  }

  #cost(u, v) {
    if (this.#graph.isPaper(u) || this.#graph.isPaper(v)) return TOLL - 1;
    return -this.#near(u).get(v);
  }

  #cheapest(walks, k) {
    return [...walks].sort((a, b) => a.cost - b.cost || this.#byLabels(a.walk, b.walk)).slice(0, k);
  }

  #byLabels(one, other) {
    for (const names of [this.#graph.labels, this.#graph.ids]) {
      for (let i = 0; i < one.length; i += 1) {
        const [a, b] = [names[one[i]], names[other[i]]];
        if (a !== b) return a < b ? -1 : 1;
      }
    }
    return 0;
  }
}
