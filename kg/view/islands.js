// The ground under the opening drawing: what belongs together stands on one island.

const SHORE = 58; // from a node to its island's edge, in pixels at the scale of one

// Fills each community's outline in one go, so that nothing shines through twice.
function drawIslands(context) {
  if (!shown.nodes.size || state.focus !== null || state.path !== null) return;
  const at = network.getPositions();
  const islands = new Map();
  for (const node of shown.nodes.values()) {
    if (node.community === undefined || !at[node.id]) continue;
    if (!islands.has(node.community)) islands.set(node.community, []);
    islands.get(node.community).push(at[node.id]);
  }
  context.fillStyle = colour("island");
  for (const spots of islands.values()) {
    if (spots.length < 3) continue;
    context.beginPath();
    for (const { x, y } of spots) {
      context.moveTo(x + SHORE * WIDE, y);
      context.ellipse(x, y, SHORE * WIDE, SHORE, 0, 0, 2 * Math.PI);
    }
    context.fill();
  }
}
