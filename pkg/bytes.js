// The module's bytes, out of the text that holds them. What unpacks them is a small module itself (`pkg/unpack`): a script
// would run once, before an engine had compiled any of it, and take longer than all the rest of starting.

/** Unpacks a text; `unpacker` is that module's bytes in Base64. */
export function bytes(text, unpacker) {
  const code = Uint8Array.from(atob(unpacker), (letter) => letter.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code));
  // By their order: the build gives them other names.
  const [memory, room, unpack] = Object.values(exports);
  const { length } = text;
  const start = room(length);
  new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer, start));
  return new Uint8Array(memory.buffer, start + 2 * length, unpack(start, length));
}
