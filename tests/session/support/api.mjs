// The app's own backend, as `lr.session.fetch` finds it: it notes what it is asked and takes any token that it was not told
// to refuse.
import { createServer } from 'node:http';

/** Starts a backend on an origin of its own, which admits every other one. */
export async function startApi() {
  const requests = [];
  const refused = new Set();
  let answerNext;

  const server = createServer(async (request, response) => {
    for (const [name, value] of Object.entries({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'authorization, content-type, x-app',
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
    })) {
      response.setHeader(name, value);
    }
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const parts = [];
    for await (const part of request) parts.push(part);
    const { method, url, headers } = request;
    const noted = {
      method,
      url,
      headers,
      authorization: headers.authorization,
      body: Buffer.concat(parts).toString(),
    };
    requests.push(noted);
    if (answerNext) {
      answerNext(response, noted);
      return;
    }
    const isRefused = refused.has(headers.authorization);
    response.writeHead(isRefused ? 401 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ isRefused }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** What it was asked so far, oldest first. */
    requests,
    /** Answers 401 to that token from now on. */
    refuse: (token) => refused.add(`Bearer ${token}`),
    /** Answers everything by a function of the response and what was asked. */
    answerWith: (answer) => {
      answerNext = answer;
    },
    /** Serves it below `/api/` of the app's own origin, too. */
    serveAt: (context, origin) =>
      context.route(`${origin}/api/**`, (route) => {
        const { pathname, search } = new URL(route.request().url());
        return route.continue({ url: `http://127.0.0.1:${server.address().port}${pathname}${search}` });
      }),
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
