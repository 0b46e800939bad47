// A service on loopback for every contender: it answers the sign-in and the refresh of each in that one's own protocol, and it
// can fail. Each page or set of tabs has a server of its own, so that runs do not mix.
import { createServer } from 'node:http';
import { realmClaims, unsigned } from './tokens.mjs';

/** How long tokens last, in seconds. */
export const LIFETIME = 3600;

/** How long the service asks to wait when it refuses for a while, in seconds. */
export const RETRY_AFTER = 30;

const refusal = (status, body) => ({
  status,
  body,
  headers: status === 429 ? { 'retry-after': `${RETRY_AFTER}` } : {},
});

/**
 * The routes: `match` takes the path with its query, `answer` makes the body for a time in seconds, and `refusal` is the body with
 * which that kind of service refuses. Where `isRefresh` says so, a request is counted, and it can fail.
 */
const routes = [
  {
    // LoginRocket (protocol.md#login and #get-session).
    match: (path) => path.startsWith('/v2/'),
    isRefresh: (method, path) => method === 'GET' && path.startsWith('/v2/session'),
    answer: (now) => ({
      result: 'full_login',
      session: 'kss_sample123456',
      account: 'org_sample123456',
      token: unsigned(realmClaims(now, LIFETIME)),
    }),
    refusal: () => ({ result: 'error', error: 'try again later', errors: ['try again later'] }),
  },
  {
    // The token endpoint of OAuth 2.0, for oidc-client-ts and keycloak-js (RFC 6749 §5).
    match: (path) => /^\/oauth\/token|\/protocol\/openid-connect\/token/.test(path),
    isRefresh: () => true,
    answer: (now) => ({
      access_token: jwt(now),
      refresh_token: jwt(now),
      token_type: 'Bearer',
      expires_in: LIFETIME,
      scope: 'openid',
    }),
    refusal: () => ({ error: 'temporarily_unavailable' }),
  },
  {
    // Supabase auth: sign-in and refresh are one endpoint that the grant type tells apart.
    match: (path) => path.startsWith('/token?grant_type='),
    isRefresh: (method, path) => path.includes('refresh_token'),
    answer: (now) => ({
      access_token: jwt(now),
      refresh_token: `sample-${now}`,
      token_type: 'bearer',
      expires_in: LIFETIME,
      expires_at: now + LIFETIME,
      user: {
        id: 'usr_sample123456',
        aud: 'authenticated',
        email: 'ada@example.com',
        app_metadata: {},
        user_metadata: {},
      },
    }),
    refusal: (status) => ({
      code: status === 429 ? 'over_request_rate_limit' : 'unexpected_failure',
      message: 'try again later',
    }),
  },
  {
    // better-auth: the session is a cookie, and the client asks the service about it.
    match: (path) => /^\/api\/auth\/(get-session|sign-in\/email)/.test(path),
    isRefresh: (method, path) => path.startsWith('/api/auth/get-session'),
    headers: { 'set-cookie': 'better-auth.session_token=sample; HttpOnly; Path=/' },
    answer: (now) => ({
      session: { id: 'sample', userId: 'sample', token: 'sample', expiresAt: new Date((now + LIFETIME) * 1000) },
      user: { id: 'sample', email: 'ada@example.com', name: 'Ada Lovelace', emailVerified: true },
    }),
    refusal: () => ({ message: 'try again later' }),
  },
  {
    // Firebase's addresses for emulators: the real host is the first part of the path.
    match: (path) => path.startsWith('/securetoken.googleapis.com/'),
    isRefresh: () => true,
    answer: (now) => ({
      access_token: jwt(now),
      id_token: jwt(now),
      refresh_token: 'sample',
      expires_in: `${LIFETIME}`,
      token_type: 'Bearer',
      user_id: 'usr_sample123456',
    }),
    refusal: (status) => ({
      error: { code: status, message: status === 429 ? 'TOO_MANY_ATTEMPTS_TRY_LATER' : 'UNAVAILABLE' },
    }),
  },
  {
    match: (path) => path.startsWith('/identitytoolkit.googleapis.com/'),
    isRefresh: () => false,
    answer: (now) => ({
      idToken: jwt(now),
      refreshToken: 'sample',
      expiresIn: `${LIFETIME}`,
      localId: 'usr_sample123456',
      email: 'ada@example.com',
      users: [{ localId: 'usr_sample123456', email: 'ada@example.com' }],
    }),
    refusal: () => ({}),
  },
];

/** Claims in which every contender but ours finds what it looks for. */
function jwt(now) {
  return unsigned({
    iss: 'https://issuer.example.com',
    sub: 'usr_sample123456',
    aud: 'app',
    iat: now,
    auth_time: now,
    exp: now + LIFETIME,
  });
}

/** What a refresh gets: `ok`, `limited` (429 with Retry-After), `unavailable` (503) or `silent` (nothing, ever). */
const failures = { limited: 429, unavailable: 503 };

/** Starts the service. */
export async function startService() {
  let state = 'ok';
  let aheadSeconds = 0;
  let strangers = 0;

  const server = createServer((request, response) => {
    const { method, url } = request;
    for (const [name, value] of Object.entries({
      'access-control-allow-origin': request.headers.origin ?? '*',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
      'access-control-expose-headers': 'retry-after',
      'access-control-max-age': '600',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'no-store',
    })) {
      response.setHeader(name, value);
    }
    request.resume();
    if (method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const route = routes.find(({ match }) => match(url));
    if (!route) {
      strangers += 1;
      response.writeHead(404).end();
      return;
    }
    const isRefresh = route.isRefresh(method, url);
    if (isRefresh && state === 'silent') return;
    const status = (isRefresh && failures[state]) || 200;
    const now = Math.floor(Date.now() / 1000) + aheadSeconds;
    const { body, headers } =
      status === 200
        ? { body: route.answer(now), headers: route.headers }
        : refusal(status, route.refusal(status));
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;

  return {
    origin,
    /** Answers refreshes so from now on. */
    become(next) {
      state = next;
    },
    /** Lets time pass for its tokens. */
    advance(seconds) {
      aheadSeconds += seconds;
    },
    /** Notes when the pages of a context ask for a refresh, from now on. */
    watch: (context) => watch(context, origin),
    /** How many requests had no route. If there are any, the run was driven wrongly. */
    strangers: () => strangers,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

/**
 * Counts in the browser, not at the service. Over HTTP/1.1 only six requests to a host are under way at a time, so a silent
 * service would see only six of fifty.
 */
function watch(context, origin) {
  const moments = [];
  const note = (request) => {
    if (!request.url().startsWith(origin)) return;
    const path = request.url().slice(origin.length);
    const route = routes.find(({ match }) => match(path));
    if (route?.isRefresh(request.method(), path)) moments.push(performance.now());
  };
  context.on('request', note);
  return {
    /** How many came between two moments of `performance.now()`. */
    count: (after = 0, before = Infinity) => moments.filter((at) => at >= after && at <= before).length,
    /** When the first came. */
    first: () => moments[0],
  };
}
