// Where nodes stand that the data has no place for. The same nodes get the same places.

const ROW = 56; // between two rows of nodes, in pixels at the scale of one
const COLUMN = 250; // between two steps of a path
const WIDE = 1.35; // labels are wider than high, and so are circles of them

// The width and height that a node and its label take, about.
function boxOf(node) {
  const { lines, font } = labelOf(node);
  const width = Math.max(...lines.map((line) => line.length)) * font * 0.56;
  return {
    w: Math.max(width, 2 * sizeOf(node)) + 14,
    h: 2 * sizeOf(node) + lines.length * font * 1.25 + 8,
  };
}

function apart(a, b) {
  return Math.abs(a.x - b.x) >= (a.w + b.w) / 2 || Math.abs(a.y - b.y) >= (a.h + b.h) / 2;
}

// The first place on a spiral around a point where the node's box is clear of all taken ones.
function freeSpot(node, { x, y }, taken) {
  const box = boxOf(node);
  for (let step = 1; ; step += 1) {
    const angle = step * 2.4;
    const radius = 16 * Math.sqrt(step);
    const spot = {
      x: Math.round(x + WIDE * radius * Math.cos(angle)),
      y: Math.round(y + radius * Math.sin(angle)),
      ...box,
    };
    if (taken.every((other) => apart(spot, other))) return spot;
  }
}

// Gives the nodes places close to their neighbours that have one.
function placeNear(nodes, edges, at, byNode) {
  const taken = [...at].map(([id, spot]) => ({ ...spot, ...boxOf(byNode.get(id)) }));
  const middle = meanOf([...at.values()]);
  for (const node of nodes) {
    const near = edges.filter(({ source, target }) => source === node.id || target === node.id);
    const known = near.map((edge) => at.get(edge.source === node.id ? edge.target : edge.source));
    const spot = freeSpot(node, meanOf(known.filter(Boolean)) ?? middle ?? { x: 0, y: 0 }, taken);
    taken.push(spot);
    at.set(node.id, { x: spot.x, y: spot.y });
  }
}

function meanOf(spots) {
  if (!spots.length) return null;
  const mean = (axis) => spots.reduce((sum, spot) => sum + spot[axis], 0) / spots.length;
  return { x: mean("x"), y: mean("y") };
}

// The focus in the middle, around it a sector for each kind: near ones first, then by papers.
function sectors(focus, nodes, hops) {
  const at = new Map([[focus, { x: 0, y: 0 }]]);
  const others = nodes.filter((node) => node.id !== focus);
  const kinds = Object.keys(KINDS).filter((kind) => others.some((node) => node.kind === kind));
  // A kind of few nodes gets room too.
  const shares = kinds.map(
    (kind) => others.filter((node) => node.kind === kind).length + others.length / 12,
  );
  const whole = shares.reduce((sum, share) => sum + share, 0);
  let start = -Math.PI / 2;
  kinds.forEach((kind, i) => {
    const angle = (2 * Math.PI * shares[i]) / whole;
    const members = others
      .filter((node) => node.kind === kind)
      .sort((a, b) => hops.get(a.id) - hops.get(b.id) || byPapers(a, b));
    fillSector(members, start, angle, at);
    start += angle;
  });
  return at;
}

// Rows of a sector from within outwards, each as full as labels allow.
function fillSector(members, start, angle, at) {
  let row = 2;
  let rest = members;
  while (rest.length) {
    const radius = row * ROW;
    const line = [];
    let room = angle * radius * (angle > 6 ? 1 : 0.92);
    while (rest.length && (line.length === 0 || room >= boxOf(rest[0]).w / WIDE)) {
      room -= boxOf(rest[0]).w / WIDE;
      line.push(rest[0]);
      rest = rest.slice(1);
    }
    line.forEach((node, i) => {
      const turn = start + (angle * (i + 0.5)) / line.length;
      at.set(node.id, {
        x: Math.round(WIDE * radius * Math.cos(turn)),
        y: Math.round(radius * Math.sin(turn)),
      });
    });
    row += 1;
  }
}

// From left to right a column for each step of the paths, the best path in the middle row.
function columns(paths) {
  const at = new Map();
  const filled = [];
  const deepest = Math.max(...paths.map(({ nodes }) => nodes.length - 1));
  for (const { nodes } of paths) {
    nodes.forEach((node, i) => {
      if (at.has(node.id)) return;
      // A short path stretches over the whole width.
      const column = Math.round((i * deepest) / (nodes.length - 1));
      const place = filled[column] ?? 0;
      filled[column] = place + 1;
      const row = Math.ceil(place / 2) * (place % 2 ? 1 : -1);
      at.set(node.id, { x: column * COLUMN, y: row * 2 * ROW });
    });
  }
  return at;
}

// Pushes boxes apart that overlap, in small steps, as layout.py does; fixed ones stay.
function pushApart(at, byNode, fixed) {
  const boxes = [...at].map(([id, spot]) => ({ id, ...spot, ...boxOf(byNode.get(id)) }));
  for (let round = 0; round < 60; round += 1) {
    let moved = false;
    for (let i = 0; i < boxes.length; i += 1) {
      for (let j = i + 1; j < boxes.length; j += 1) {
        if (!apart(boxes[i], boxes[j])) moved = part(boxes[i], boxes[j], fixed) || moved;
      }
    }
    if (!moved) break;
  }
  return new Map(boxes.map(({ id, x, y }) => [id, { x: Math.round(x), y: Math.round(y) }]));
}

// Moves two boxes away from each other along the axis on which less is needed.
function part(a, b, fixed) {
  const across = (a.w + b.w) / 2 - Math.abs(a.x - b.x);
  const down = (a.h + b.h) / 2 - Math.abs(a.y - b.y);
  const axis = across < down ? "x" : "y";
  const step = (Math.min(across, down) / 2 + 0.5) * (a[axis] <= b[axis] ? 1 : -1);
  const [movesA, movesB] = [a, b].map(({ id }) => !fixed.has(id));
  if (movesA) a[axis] -= movesB ? step : 2 * step;
  if (movesB) b[axis] += movesA ? step : 2 * step;
  return movesA || movesB;
}
