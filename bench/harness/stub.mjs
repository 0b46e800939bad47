// A network that answers at once, for when only the client's own cost is of interest. Runs in the page.

/**
 * Answers every `fetch` at once with these bodies in turn; `failEvery` makes one in so many fail, by 422 or by no network. Who
 * asks for the realm's keys gets `keys`.
 */
export function stubFetch({ bodies, keys, refusal, failEvery = 0 }) {
  let count = 0;
  const real = globalThis.fetch;
  const json = (body, status = 200) => new Response(body, { status, headers: { 'content-type': 'application/json' } });
  globalThis.fetch = async (...request) => {
    // The file of the module is not a call.
    if (String(request[0]).endsWith('.wasm')) return real(...request);
    if (keys && String(request[0]).endsWith('/connect/jwks')) return json(keys);
    count += 1;
    if (failEvery && count % failEvery === 0) {
      if (count % (2 * failEvery) === 0) throw new TypeError('Failed to fetch');
      return json(refusal, 422);
    }
    return json(bodies[count % bodies.length]);
  };
}
