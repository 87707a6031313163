// The span of years: two handles on one track, and a button that plays through them.

const TICK = 900; // milliseconds that a year takes when played

let playing = 0;

function yearBounds() {
  return core.years.length ? [core.years[0], core.years.at(-1)] : null;
}

function startYears() {
  const bounds = yearBounds();
  if (!bounds || bounds[0] === bounds[1]) return;
  byId("years").hidden = false;
  for (const id of ["year-from", "year-to"]) {
    const handle = byId(id);
    [handle.min, handle.max] = bounds;
    handle.addEventListener("input", () => {
      stopPlaying();
      setYears(
        byId("year-from").valueAsNumber,
        byId("year-to").valueAsNumber,
        handle.id === "year-from",
      );
    });
  }
  byId("play").addEventListener("click", () => (playing ? stopPlaying() : play()));
}

const applyYears = settled((years) => go({ years }, { step: false }), 60);

// One handle pushes the other ahead of it. The whole span is no filter.
function setYears(from, to, fromMoved) {
  const [low, high] = fromMoved ? [from, Math.max(from, to)] : [Math.min(from, to), to];
  showYears(low, high);
  const [first, last] = yearBounds();
  applyYears(low === first && high === last ? null : [low, high]);
}

function showYears(low, high) {
  const [first, last] = yearBounds();
  const [from, to] = [byId("year-from"), byId("year-to")];
  [from.value, to.value] = [low, high];
  byId("years-shown").textContent = low === high ? String(low) : `${low}–${high}`;
  const part = (year) => `${(100 * (year - first)) / (last - first)}%`;
  byId("track").style.setProperty("--from", part(low));
  byId("track").style.setProperty("--to", part(high));
  // The handle that can still move lies on top where both meet.
  from.style.zIndex = low > (first + last) / 2 ? 2 : 1;
}

function renderYears() {
  if (byId("years").hidden) return;
  showYears(...(state.years ?? yearBounds()));
}

// From the first year on one more each tick; a narrower span moves along instead of growing.
function play() {
  const [first, last] = yearBounds();
  const [from, to] = state.years ?? [first, last];
  const width = to - from;
  const grows = from === first;
  let end = grows || to >= last ? first + (grows ? 0 : width) : to;
  const tick = () => {
    const start = grows ? first : end - width;
    go({ years: end === last && start === first ? null : [start, end] }, { step: false });
    announce(`${start} to ${end}`);
    if (end >= last) stopPlaying();
    end += 1;
  };
  playing = setInterval(tick, TICK);
  tellPlaying();
  tick();
}

function stopPlaying() {
  clearInterval(playing);
  playing = 0;
  tellPlaying();
}

function tellPlaying() {
  const label = playing ? "Stop" : "Play through the years";
  Object.assign(byId("play"), { ariaLabel: label, title: label });
  byId("play").replaceChildren(icon(playing ? "pause" : "play"));
}
