// The papers' texts, in chunks that are unpacked when they are first needed, and their sentences
// cut at the mentions.

const PAPERS_A_CHUNK = 64;

class Texts {
  #graph;
  #islands = document.getElementsByClassName("texts");
  #chunks = [];

  constructor(graph) {
    this.#graph = graph;
  }

  // What the paper's card says beyond what every card does.
  async paper(n) {
    const { title, text, mentions, authors, venue, links } = await this.#paper(n);
    return {
      title: title.join(""),
      year: this.#graph.first[n] || null,
      authors,
      venue,
      links: links.map(([text, url]) => ({ text, url })),
      pieces: {
        title: this.#cut(text, mentions, 0, title.length),
        abstract: this.#cut(text, mentions, title.length + 1, text.length),
      },
    };
  }

  sentences(evidence) {
    return Promise.all(evidence.map((shown) => this.#sentence(shown)));
  }

  async #sentence({ paper, place, confidence, extractors }) {
    const about = { paper: this.#graph.node(paper), confidence, extractors };
    if (place % 2) return { ...about, pieces: [{ text: this.#graph.looseTexts[place >> 1] }] };
    const { text, sentences, mentions } = await this.#paper(paper);
    const [start, length] = sentences.slice(place, place + 2);
    return { ...about, pieces: this.#cut(text, mentions, start, start + length) };
  }

  // Offsets count code points, while a JavaScript string counts UTF-16 units.
  async #paper(n) {
    const place = n - this.#graph.firstPaper;
    const chunk = Math.floor(place / PAPERS_A_CHUNK);
    this.#chunks[chunk] ??= unpackedJson(this.#islands[chunk].textContent);
    const papers = await this.#chunks[chunk];
    const row = papers[place % PAPERS_A_CHUNK];
    if (Array.isArray(row)) {
      const [title, abstract, sentences, mentions, authors, venue, links] = row;
      const points = Array.from(title === 0 ? this.#graph.labels[n] : title);
      const text = [...points, "\n", ...abstract];
      papers[place % PAPERS_A_CHUNK] = { title: points, text, sentences, mentions, authors, venue, links };
    }
    return papers[place % PAPERS_A_CHUNK];
  }

  // The text from start to end as [{text, node?}], cut where a node is mentioned.
  #cut(text, mentions, start, end) {
    const pieces = [];
    let at = start;
    for (let i = 0; i < mentions.length; i += 3) {
      const [from, to] = [mentions[i], mentions[i] + mentions[i + 1]];
      if (from < at || to > end) continue;
      if (from > at) pieces.push({ text: text.slice(at, from).join("") });
      pieces.push({ text: text.slice(from, to).join(""), node: this.#graph.ids[mentions[i + 2]] });
      at = to;
    }
    if (at < end) pieces.push({ text: text.slice(at, end).join("") });
    return pieces;
  }
}
