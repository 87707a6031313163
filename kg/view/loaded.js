// The graph in memory: columns of numbers, as data.py writes them. Nodes and edges are known by
// their place in the columns, -1 is none.

const SURE = 1000; // confidence is kept in thousandths
const ACHIEVES = "achieves";
const KIND_ORDER = ["method", "dataset", "metric", "task", "paper"];

// Reads all columns, with pauses, when the browser has read the file to its end.
async function loadGraph() {
  await documentParsed();
  const [first, ...lines] = document.getElementById("graph").textContent.trim().split("\n");
  const header = await unpackedJson(first);
  const pace = pacer();
  const columns = {};
  for (const [name, type, length, number] of header.columns) {
    const mine = lines.splice(0, number);
    if (type === "integers") {
      columns[name] = await unpackedIntegers(mine, length);
    } else {
      columns[name] = [];
      for (const line of mine) {
        for (const row of await unpackedJson(line)) columns[name].push(row);
        await pace();
      }
    }
  }
  const graph = new Graph(header, columns);
  for (const step of [graph.joinEnds, graph.sortByTarget, graph.completeEvidence]) {
    await turn();
    step.call(graph);
  }
  for (let n = 0; n < graph.size; n += 1) {
    graph.addPlace(n);
    if (n % 1024 === 0) await pace();
  }
  graph.texts = new Texts(graph);
  graph.index = await NameIndex.of(graph.names());
  return graph;
}

function documentParsed() {
  if (document.readyState !== "loading") return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
}

class Graph {
  #places = new Map();
  #numbersOf = null;

  constructor({ kinds, relations, readers, texts }, columns) {
    Object.assign(this, columns, { relations, readers, looseTexts: texts });
    this.size = this.ids.length;
    this.kindStarts = startsOf(KIND_ORDER.map((kind) => kinds[kind] ?? 0));
    this.firstPaper = this.kindStarts[KIND_ORDER.indexOf("paper")];
    this.outStarts = startsOf(this.degrees);
    this.evidenceStarts = startsOf(this.evidences);
  }

  // The columns hold how many edges begin at a node, and of their targets how far each is from the
  // one before.
  joinEnds() {
    const { target, outStarts, size } = this;
    const source = new Uint32Array(target.length);
    for (let n = 0; n < size; n += 1) {
      for (let e = outStarts[n]; e < outStarts[n + 1]; e += 1) {
        source[e] = n;
        if (e > outStarts[n]) target[e] += target[e - 1];
      }
    }
    this.source = source;
  }

  sortByTarget() {
    [this.inStarts, this.inEdges] = sortedInto(this.target, this.size);
  }

  // What a paper says, it shows in its own sentences: only other edges list the papers. The first
  // sentence of an edge is as sure as the edge.
  completeEvidence() {
    const { evidencePaper: listed, evidenceDoubt, evidenceStarts, source, sure, firstPaper } = this;
    const papers = new Int32Array(evidenceDoubt.length);
    const sures = new Uint16Array(evidenceDoubt.length);
    let next = 0;
    for (let e = 0; e < source.length; e += 1) {
      for (let i = evidenceStarts[e]; i < evidenceStarts[e + 1]; i += 1) {
        papers[i] = source[e] < firstPaper ? listed[next++] - 1 : source[e];
        sures[i] = sure[e] - evidenceDoubt[i];
      }
    }
    this.evidencePaper = papers;
    this.evidenceSure = sures;
  }

  addPlace(n) {
    this.#places.set(this.ids[n], n);
  }

  place(id) {
    return this.#places.get(id) ?? -1;
  }

  places(ids) {
    return [...new Set([...ids].map((id) => this.place(id)))].filter((n) => n >= 0);
  }

  isPaper(n) {
    return n >= this.firstPaper;
  }

  kind(n) {
    return KIND_ORDER[lineAt(this.kindStarts.subarray(0, KIND_ORDER.length), n, 0)];
  }

  node(n) {
    if (n < 0) return null;
    const years = yearsOfSpan(this.first[n], this.span[n]);
    return { id: this.ids[n], label: this.labels[n], kind: this.kind(n), papers: this.papers[n], years };
  }

  namesOf(n) {
    return { aliases: this.aliases[n] || [], short: this.short[n] || "", long: this.long[n] || "" };
  }

  // [node, name, isLabel], the nodes that most papers name first.
  *names() {
    const most = this.papers.reduce((a, b) => Math.max(a, b), 0);
    const [, order] = sortedInto(this.papers.map((papers) => most - papers), most + 1);
    for (const n of order) {
      yield [n, this.labels[n], true];
      for (const alias of this.aliases[n] || []) yield [n, alias, false];
    }
  }

  relationOf(e) {
    return this.relations[this.relation[e]];
  }

  // What an edge says of itself wherever it is met.
  stated(e) {
    return {
      papers: this.edgePapers[e],
      confidence: this.sure[e] / SURE,
      years: yearsOfSpan(this.edgeFirst[e], this.edgeSpan[e]),
    };
  }

  edge(e) {
    const ends = { source: this.ids[this.source[e]], target: this.ids[this.target[e]] };
    return { ...ends, relation: this.relationOf(e), ...this.stated(e) };
  }

  otherEnd(e, n) {
    return this.source[e] === n ? this.target[e] : this.source[e];
  }

  // All edges at a node, a loop once.
  *edgesAt(n) {
    for (let e = this.outStarts[n]; e < this.outStarts[n + 1]; e += 1) yield e;
    for (let i = this.inStarts[n]; i < this.inStarts[n + 1]; i += 1) {
      const e = this.inEdges[i];
      if (this.source[e] !== n) yield e;
    }
  }

  // What says whether an edge passes the filter.
  filtered(filter) {
    return (e) => !filter || passesEdge({ relation: this.relationOf(e), ...this.stated(e) }, filter);
  }

  // The edges among these nodes, in the order of the columns.
  edgesAmong(nodes) {
    const among = new Set(nodes);
    const found = [];
    for (const n of [...among].sort((a, b) => a - b)) {
      for (let e = this.outStarts[n]; e < this.outStarts[n + 1]; e += 1) {
        if (among.has(this.target[e])) found.push(e);
      }
    }
    return found;
  }

  // Every edge that joins the two, in either direction: most papers, most confident, by relation,
  // those from the first before others.
  edgesBetween(a, b) {
    const [start, end] = [this.outStarts[a], this.outStarts[a + 1]];
    const out = range(start, end).filter((e) => this.target[e] === b);
    const back = a === b ? [] : range(this.outStarts[b], this.outStarts[b + 1]).filter((e) => this.target[e] === a);
    return [...out, ...back].sort(
      (x, y) =>
        this.edgePapers[y] - this.edgePapers[x] ||
        this.sure[y] - this.sure[x] ||
        this.relation[x] - this.relation[y] ||
        Number(this.source[x] !== a) - Number(this.source[y] !== a),
    );
  }

  // The links of a node by relation, direction and kind of the other end, the best first; what it
  // achieves is told by its numbers.
  groupsOf(n) {
    const groups = new Map();
    for (const e of this.edgesAt(n)) {
      if (this.relationOf(e) === ACHIEVES) continue;
      const reversed = this.source[e] !== n;
      const kind = this.kind(this.otherEnd(e, n));
      const rank = (this.relation[e] * 2 + Number(reversed)) * 8 + NODE_KINDS.indexOf(kind);
      if (!groups.has(rank)) groups.set(rank, { relation: this.relationOf(e), reversed, kind, edges: [] });
      groups.get(rank).edges.push(e);
    }
    for (const { edges } of groups.values()) {
      edges.sort(
        (a, b) =>
          this.edgePapers[b] - this.edgePapers[a] ||
          this.sure[b] - this.sure[a] ||
          this.otherEnd(a, n) - this.otherEnd(b, n),
      );
    }
    return [...groups.keys()].sort((a, b) => a - b).map((rank) => groups.get(rank));
  }

  // A sentence: where it stands, and who read it how surely.
  evidence(paper, sure, place, reader) {
    return { paper, place, confidence: sure / SURE, extractors: this.readers[reader] };
  }

  evidenceOf(e) {
    return range(this.evidenceStarts[e], this.evidenceStarts[e + 1]).map((i) => this.#evidenceAt(i));
  }

  #evidenceAt(i) {
    return this.evidence(this.evidencePaper[i], this.evidenceSure[i], this.evidencePlace[i], this.evidenceReader[i]);
  }

  // Of each paper that names the entity the sentence that does so most surely: the newest papers
  // first, then the surest.
  sentencesOf(n) {
    if (this.isPaper(n)) return [];
    const best = new Map();
    for (let k = this.inStarts[n]; k < this.inStarts[n + 1]; k += 1) {
      const e = this.inEdges[k];
      const [paper, i] = [this.source[e], this.evidenceStarts[e]];
      if (!this.isPaper(paper) || i === this.evidenceStarts[e + 1]) continue;
      if (!(this.evidenceSure[i] <= this.evidenceSure[best.get(paper)])) best.set(paper, i);
    }
    return [...best]
      .sort(
        ([p, i], [q, j]) =>
          this.first[q] - this.first[p] || this.evidenceSure[j] - this.evidenceSure[i] || p - q,
      )
      .map(([, i]) => this.#evidenceAt(i));
  }

  // The reported numbers that the node has a part in, in the order of leaderboards.
  numbersOf(n) {
    if (this.#numbersOf === null) {
      this.#numbersOf = new Map();
      for (const row of this.numbers) {
        const [source, metric, , , , , , dataset, baseline, , paper] = row;
        for (const part of new Set([source, metric, dataset, baseline, paper])) {
          if (!this.#numbersOf.has(part)) this.#numbersOf.set(part, []);
          this.#numbersOf.get(part).push(row);
        }
      }
    }
    return this.#numbersOf.get(n) ?? [];
  }

  // The neighbours that the filter leaves, and the ends, each with the papers of its strongest edge;
  // one number is what one paper says.
  neighbours(n, filter, ends) {
    return this.#joined(n, filter, ends, (most, e) =>
      Math.max(most, this.relationOf(e) === ACHIEVES ? 1 : this.edgePapers[e]),
    );
  }

  // The neighbours that the filter leaves, each with the papers of all its edges to this node.
  ties(n, filter) {
    return this.#joined(n, filter, [], (sum, e) => sum + this.edgePapers[e]);
  }

  #joined(n, filter, ends, together) {
    const ties = new Map();
    const passes = this.filtered(filter);
    for (const e of this.edgesAt(n)) {
      const other = this.otherEnd(e, n);
      if (other !== n && passes(e)) {
        ties.set(other, together(ties.get(other) ?? 0, e));
      }
    }
    if (filter) {
      for (const other of ties.keys()) {
        if (!ends.includes(other) && !passesNode(this.node(other), filter)) ties.delete(other);
      }
    }
    return ties;
  }

  // The best nodes around these, hop by hop: of a hop as many as leave room for the next ones, those
  // first that most papers tie to what was reached before. `total` counts all that were met.
  around(start, hops, limit, filter) {
    const reached = new Set(start);
    const met = new Set();
    const nodes = [];
    let border = [...start].sort((a, b) => a - b);
    for (let left = hops; left > 0; left -= 1) {
      const ties = new Map();
      for (const n of border) {
        for (const [other, papers] of this.ties(n, filter)) {
          if (!reached.has(other)) ties.set(other, (ties.get(other) ?? 0) + papers);
        }
      }
      for (const n of ties.keys()) met.add(n);
      border = [...ties.keys()]
        .sort((a, b) => ties.get(b) - ties.get(a) || this.papers[b] - this.papers[a] || a - b)
        .slice(0, Math.ceil((limit - nodes.length) / left));
      for (const n of border) {
        reached.add(n);
        nodes.push(n);
      }
    }
    return { nodes, total: met.size };
  }
}

const NODE_KINDS = ["paper", "method", "dataset", "metric", "task"];

function yearsOfSpan(first, span) {
  return first ? [first, first + span] : [];
}

function range(start, end) {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

// Sorts places by their value, which is below `size`: where those of each value begin in the second
// list. It is the same whether edges are sorted by target, or nodes by papers.
function sortedInto(values, size) {
  const counts = new Uint32Array(size);
  for (const value of values) counts[value] += 1;
  const starts = startsOf(counts);
  const next = starts.slice();
  const places = new Uint32Array(values.length);
  for (let place = 0; place < values.length; place += 1) places[next[values[place]]++] = place;
  return [starts, places];
}
