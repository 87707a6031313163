// What columns.py packs: base64 of gzip of JSON, or of whole numbers as LEB128 varints.

const AT_A_TIME = 12; // milliseconds of work before the page gets a turn

// A function to await in long work, which now and then lets the page draw and answer.
function pacer() {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < AT_A_TIME) return;
    await turn();
    since = performance.now();
  };
}

function turn() {
  if (window.scheduler?.yield) return scheduler.yield();
  return new Promise((resolve) => setTimeout(resolve));
}

async function unpacked(line) {
  const stream = new Blob([bytesOf(line)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

async function unpackedJson(line) {
  return JSON.parse(new TextDecoder().decode(await unpacked(line)));
}

// The numbers in the bytes of these lines, each of which may end within a number.
async function unpackedIntegers(lines, length) {
  const pace = pacer();
  const numbers = new Uint32Array(length);
  let [place, value, shift] = [0, 0, 0];
  for (const line of lines) {
    for (const byte of await unpacked(line)) {
      value |= (byte & 127) << shift;
      if (byte & 128) {
        shift += 7;
      } else {
        numbers[place] = value;
        [place, value, shift] = [place + 1, 0, 0];
      }
    }
    await pace();
  }
  return numbers;
}

// Where each row's items begin, and after the last where they end: [2, 0, 3] is [0, 2, 2, 5].
function startsOf(counts) {
  const starts = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i += 1) starts[i + 1] = starts[i] + counts[i];
  return starts;
}
