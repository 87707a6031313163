// What is chosen, drawn and filtered, and the address that holds all of it, so that a bookmark
// restores it, and back and forward walk through it.

const FEW = 60; // ids of one sort that an address holds

// Each part of the state: its name in the address, and how it is read from there and written.
const AS = {
  one: { read: ([value]) => value ?? null, write: (value) => (value === null ? [] : [value]) },
  pair: {
    read: (values) => (values.length === 2 && values[0] !== values[1] ? values : null),
    write: (value) => value ?? [],
  },
  list: { read: (values) => values.slice(0, FEW), write: (value) => value.slice(-FEW) },
  set: { read: (values) => new Set(values), write: (value) => [...value].slice(0, FEW) },
  choice: (...values) => ({
    read: ([value]) => (values.includes(value) ? value : values[0]),
    write: (value) => (value === values[0] ? [] : [value]),
  }),
  number: (least, most, parse = Number.parseInt) => ({
    read: ([value]) => {
      const found = parse(value, 10);
      return found >= least && found <= most ? found : least;
    },
    write: (value) => (value === least ? [] : [String(value)]),
  }),
  numbers: (pattern, join) => ({
    read: ([value]) =>
      pattern
        .exec(value ?? "")
        ?.slice(1)
        .map(Number) ?? null,
    write: (value) => (value === null ? [] : [value.join(join)]),
  }),
  places: {
    read: (values) =>
      new Map(
        values
          .map((value) => /^(.+)@(-?\d{1,6}),(-?\d{1,6})$/s.exec(value))
          .filter(Boolean)
          .map(([, id, x, y]) => [id, { x: Number(x), y: Number(y) }]),
      ),
    write: (value) => [...value].slice(-FEW).map(([id, { x, y }]) => `${id}@${x},${y}`),
  },
};

const PARTS = {
  node: ["node", AS.one], // the chosen node
  line: ["line", AS.pair], // or the two ends of the chosen line
  focus: ["focus", AS.one],
  hops: ["hops", AS.number(1, 3)],
  path: ["path", AS.pair], // the two ends of a path
  route: ["route", AS.number(0, 9)], // which of the paths found is lit
  more: ["more", AS.list], // nodes drawn with their neighbours
  pins: ["pin", AS.set], // drawn whatever the focus and the filters
  hidden: ["hide", AS.set],
  moved: ["move", AS.places], // where nodes were put by hand
  kinds: ["without", AS.set], // kinds that are not shown
  relations: ["norelation", AS.set],
  minPapers: ["papers", AS.number(1, 1e9)],
  minConfidence: ["sure", AS.number(0, 1, Number.parseFloat)],
  years: ["years", AS.numbers(/^(\d{1,4})-(\d{1,4})$/, "-")],
  view: ["view", AS.choice("drawing", "list")],
  theme: ["theme", AS.choice("", "light", "dark")],
  at: ["at", AS.numbers(/^(-?\d{1,6}),(-?\d{1,6}),(\d{1,2}(?:\.\d{1,3})?)$/, ",")], // x, y, scale
};

function stateOf(address) {
  const words = new URLSearchParams(address.slice(1));
  return Object.fromEntries(
    Object.entries(PARTS).map(([part, [name, { read }]]) => [part, read(words.getAll(name))]),
  );
}

function addressOf(wanted) {
  const words = new URLSearchParams();
  for (const [part, [name, { write }]] of Object.entries(PARTS)) {
    for (const value of write(wanted[part])) words.append(name, value);
  }
  return `#${words}`;
}

let state = stateOf(location.hash);

// Changes the state, and shows it. A step that a reader would want to take back is one in the
// browser's history; small ones (a filter, a view moved) only change the address.
function go(changes, { step = true, fly = true } = {}) {
  state = { ...state, ...changes };
  keep(step);
  return show({ fly });
}

// How many steps lie behind and ahead in the browser's history, as far as this page made them.
const steps = { now: history.state?.step ?? 0, last: history.state?.step ?? 0 };

function keep(step) {
  const address = addressOf(state);
  if (address === (location.hash || "#")) return;
  if (step) {
    steps.now += 1;
    steps.last = steps.now;
    history.pushState({ step: steps.now }, "", address);
  } else {
    history.replaceState({ step: steps.now }, "", address);
  }
}

function walked() {
  if (addressOf(state) === (location.hash || "#")) return;
  steps.now = history.state?.step ?? 0;
  steps.last = Math.max(steps.last, steps.now);
  state = stateOf(location.hash);
  show({ restored: true });
}
