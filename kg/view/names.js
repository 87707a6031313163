// Searching names: one long text of all of them, each on a line of its own.

// No case, no accents, no hyphens: letters, digits and + with single spaces between words.
// `searchable` in kg/view/names.py does the same.
function searchable(text) {
  const bare = ASCII.test(text) ? text : text.normalize("NFKD").replace(/\p{M}/gu, "");
  return bare.toLowerCase().replace(/[^\p{L}\p{N}+]+/gu, " ").trim();
}
const ASCII = /^[\x00-\x7f]*$/;

const A_BLOCK = 4096; // names that are joined at once

// Some of the names: one text of them as they are searched, one without spaces, and in both where
// each begins.
class Block {
  constructor(lines, first) {
    const squashed = lines.map((line) => line.replaceAll(" ", ""));
    this.first = first;
    this.spaced = joined(lines);
    this.squashed = joined(squashed);
  }
}

function joined(lines) {
  const starts = startsOf(lines.map((line) => line.length + 1)).map((start) => start + 1);
  return [`\n${lines.join("\n")}\n`, starts];
}

class NameIndex {
  // `names` yields [node, name, isLabel], those of the best node first.
  static async of(names) {
    const pace = pacer();
    const index = new NameIndex();
    let lines = [];
    const close = () => {
      if (lines.length) index.blocks.push(new Block(lines, index.nodes.length - lines.length));
      lines = [];
    };
    for (const [node, name, isLabel] of names) {
      const line = searchable(name);
      if (!line) continue;
      index.nodes.push(node);
      index.names.push(name);
      index.isLabel.push(isLabel);
      lines.push(line);
      if (lines.length === A_BLOCK) close();
      if (lines.length % 256 === 0) await pace();
    }
    close();
    return index;
  }

  nodes = [];
  names = [];
  isLabel = [];
  blocks = [];

  // The best `limit` nodes as [node, name]: by how a name matches, labels before other names, the
  // best node first.
  search(text, limit, wanted) {
    const query = searchable(text);
    if (!query) return [];
    const found = new Map();
    for (const lines of this.#ranks(query)) {
      if (found.size >= limit) break;
      const [labels, others] = [new Map(), new Map()];
      for (const line of lines) {
        const node = this.nodes[line];
        if (found.has(node) || !wanted(node)) continue;
        const kind = this.isLabel[line] ? labels : others;
        if (!kind.has(node) && kind.size < limit) kind.set(node, this.names[line]);
        if (labels.size >= limit) break;
      }
      for (const [node, name] of [...labels, ...others]) {
        if (!found.has(node)) found.set(node, name);
      }
    }
    return [...found].slice(0, limit);
  }

  // The lines that match, by rank: equal, at the start, at a word's start, anywhere, and last, each
  // word at a word's start.
  *#ranks(query) {
    const squashed = query.replaceAll(" ", "");
    if (squashed.length > 1) {
      yield* this.#atWords(query);
      yield this.#lines("squashed", squashed, 0);
    } else {
      // A letter stands everywhere, but enough names begin with it.
      yield this.#lines("spaced", `\n${query}\n`, 1);
      yield this.#lines("spaced", `\n${query}`, 1);
      yield this.#lines("spaced", ` ${query}`, 0);
    }
    const words = query.split(" ");
    if (words.length > 1) yield this.#withWords(words);
  }

  // The lines of the first three ranks, found in one go.
  #atWords(query) {
    const ranks = [[], [], []];
    for (const block of this.blocks) {
      const [text, starts] = block.spaced;
      let line = 0;
      for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + 1)) {
        const [before, after] = [text[at - 1], text[at + query.length]];
        if (before !== "\n" && before !== " ") continue;
        line = lineAt(starts, at, line);
        ranks[before === " " ? 2 : after === "\n" ? 0 : 1].push(block.first + line);
      }
    }
    return ranks;
  }

  // The lines in which the string stands; `skip` is where in it the line begins.
  *#lines(which, string, skip) {
    for (const block of this.blocks) {
      const [text, starts] = block[which];
      let line = -1;
      for (let at = text.indexOf(string); at >= 0; at = text.indexOf(string, starts[line + 1] - 1)) {
        line = lineAt(starts, at + skip, line + 1);
        yield block.first + line;
      }
    }
  }

  // The lines in which each of the words begins one.
  *#withWords(words) {
    const longest = words.reduce((a, b) => (b.length > a.length ? b : a));
    for (const line of this.#lines("spaced", longest, 0)) {
      const padded = ` ${searchable(this.names[line])}`;
      if (words.every((word) => padded.includes(` ${word}`))) yield line;
    }
  }
}

// The last line, from `low` on, that starts at `at` or before.
function lineAt(starts, at, low) {
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}
