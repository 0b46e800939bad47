// What pages get in place of the network, where only the client's own cost is of interest. Runs in the page.

/** Answers every `fetch` at once with this body; `failures` makes one in so many fail, by 422 or by no network. */
export function stubFetch({ body, refusal, failEvery = 0 }) {
  let count = 0;
  const real = globalThis.fetch;
  globalThis.fetch = async (...request) => {
    // A module in a file of its own is no call.
    if (String(request[0]).endsWith('.wasm')) return real(...request);
    count += 1;
    if (failEvery && count % failEvery === 0) {
      if (count % (2 * failEvery) === 0) throw new TypeError('Failed to fetch');
      return new Response(refusal, { status: 422, headers: { 'content-type': 'application/json' } });
    }
    return new Response(body, { status: 200, headers: { 'content-type': 'application/json' } });
  };
}
