// The module's bytes, out of the text that holds them. `xtask/src/package` writes it and says why it is as it is. Plain
// loops over local variables: this runs once, mostly before any of it was compiled.

/** Out of letters: common bytes are one, the others two; first comes how many of the others precede each common one. */
function letters(text) {
  const numbers = new Uint8Array(128);
  let count = 0;
  for (let code = 32; code < 127; code++) {
    if (!/["$'<\\`]/.test(String.fromCharCode(code))) numbers[code] = count++;
  }
  let read = 0;
  const common = [];
  const rare = [];
  for (let byte = 0; byte < 256; byte++) {
    let others = common.length < count - 2 ? numbers[text.charCodeAt(read++)] : 256 - byte;
    while (others-- > 0) rare.push(byte++);
    common.push(byte);
  }
  const bytes = new Uint8Array(text.length);
  for (let length = 0; read < text.length; length++) {
    const number = numbers[text.charCodeAt(read++)];
    bytes[length] = number < 2 ? rare[number * count + numbers[text.charCodeAt(read++)]] : common[number - 2];
  }
  return bytes;
}

// The streams; see `streams.rs`. No operation has what follows it in the first, so that one stands for nothing.
const [HEAD, TAIL, VARIABLES, OPERATION, ALIGNMENT, BLOCK, LABEL, FUNCTION, GLOBAL, OTHER, LOAD, STORE, LONG, FLOAT, LOCAL] =
  Array(15).keys();
const NUMBER = LOCAL + 3;
const COUNT = NUMBER + 5;

/** For each byte the entry that holds for it: `[first, last, value]`. */
const table = (entries) => {
  const bytes = new Uint8Array(256);
  for (const [first, last, value] of entries) bytes.fill(value, first, last + 1);
  return bytes;
};

/** Out of streams: each operation takes what follows it from the one for its kind. */
export function bytes(text) {
  const streams = table([
    [2, 4, BLOCK], [12, 14, LABEL], [16, 16, FUNCTION], [17, 17, OTHER], [28, 28, OTHER], [32, 32, LOCAL],
    [33, 33, LOCAL + 1], [34, 34, LOCAL + 2], [35, 36, GLOBAL], [37, 38, OTHER], [40, 53, LOAD], [54, 62, STORE],
    [63, 64, OTHER], [65, 65, NUMBER], [66, 66, LONG], [67, 68, FLOAT], [208, 208, OTHER], [210, 210, OTHER],
    [252, 252, OTHER],
  ]);
  // How each access to memory is aligned where it is as its type wants it.
  const natural = new Uint8Array(256);
  natural.set([...'23230011001122232301012'], 40);
  const classes = table([[106, 106, 1], [107, 107, 2], [54, 62, 3], [16, 16, 4]]);
  const sorted = letters(text);
  const from = new Uint32Array(COUNT + 1);

  // Where writing goes on: in the module, in its code, or in one function of that.
  let out = new Uint8Array(9);
  let to = 0;
  /** Takes a number from a stream and writes it; gives its value. */
  const number = (stream) => {
    let value = 0;
    let byte = 128;
    for (let shift = 0; byte > 127; shift += 7) {
      out[to++] = byte = sorted[from[stream]++];
      value |= (byte & 127) << shift;
    }
    return value;
  };
  const numbers = (stream, count) => {
    while (count-- > 0) number(stream);
  };
  const copy = (stream, count) => {
    while (count-- > 0) out[to++] = sorted[from[stream]++];
  };
  /** Writes something with its length in front. */
  const nested = (room, write) => {
    const outer = out;
    const at = to;
    out = room;
    to = 0;
    write();
    const inner = out.subarray(0, to);
    out = outer;
    to = at;
    let length = inner.length;
    for (; length > 127; length >>= 7) out[to++] = (length & 127) | 128;
    out[to++] = length;
    out.set(inner, to);
    to += inner.length;
  };

  const body = () => {
    for (let groups = number(VARIABLES); groups > 0; groups--) {
      number(VARIABLES);
      copy(VARIABLES, 1);
    }
    const written = out;
    let end = to;
    let next = from[OPERATION];
    for (let depth = 1; depth > 0; ) {
      let code = sorted[next++];
      let alignment = natural[code];
      if (code === 255) {
        alignment = sorted[from[ALIGNMENT]++];
        code = sorted[next++];
      }
      written[end++] = code;
      let stream = streams[code];
      if (stream === 0) {
        if (code === 11) depth--;
        continue;
      }
      if (stream === LOAD || stream === STORE) written[end++] = alignment;
      else if (stream === NUMBER) stream += classes[sorted[next]];
      else if (stream === BLOCK) depth++;
      else if (stream === FLOAT) {
        to = end;
        copy(FLOAT, code === 67 ? 4 : 8);
        end = to;
        continue;
      }
      let read = from[stream];
      let byte = (written[end++] = sorted[read++]);
      let value = byte;
      while (byte > 127) byte = written[end++] = sorted[read++];
      from[stream] = read;
      // Few have more behind them; what they count is small.
      if (code === 14 || code === 17 || code === 28 || code === 252) {
        if (code === 14) value++;
        else if (code === 17) value = 1;
        else if (code === 252) value = value < 8 ? 0 : value < 15 && value % 2 === 0 ? 2 : 1;
        to = end;
        numbers(stream, value);
        end = to;
      }
    }
    from[OPERATION] = next;
    to = end;
  };

  const header = () => number(HEAD, (to = 0));
  const length = header();
  const lengths = Array.from({ length: COUNT }, header);
  for (let stream = 0; stream < COUNT; stream++) from[stream + 1] = from[stream] + lengths[stream];
  const [module, code, room] = [0, 0, 0].map(() => new Uint8Array(length));
  out = module;
  to = 0;
  copy(HEAD, lengths[HEAD]);
  out[to++] = 10;
  nested(code, () => {
    for (let functions = number(VARIABLES); functions > 0; functions--) nested(room, body);
  });
  copy(TAIL, lengths[TAIL]);
  return module;
}
