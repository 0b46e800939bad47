// Who is compared: what an app of each would import, and how each is driven in the storm. The words go into the tables as they
// are, so that the makers of a package can object.

/** The name of the client that does what the official one does. */
export const REFERENCE = 'axios client';

/** Its twin, with what an app adds by hand so that it does much of what ours does. */
export const TWIN = `${REFERENCE} + jose + session store`;

/** Ours. */
export const OURS = 'loginrocket-wasm';

/** The bundles of the size table: the only import of an app each. */
export const bundles = [
  {
    name: OURS,
    what: '`LoginRocket` of `"."`: eleven calls, session, everything',
    contents: `export { LoginRocket } from 'loginrocket-wasm'`,
  },
  {
    name: `${OURS}/external`,
    what: '`LoginRocket` and `init` of `"./external"`, and the `.wasm` beside it, compressed by itself',
    contents: `export { LoginRocket, init } from 'loginrocket-wasm/external'`,
    asset: 'external',
  },
  {
    name: REFERENCE,
    what: "`bench/peers/axios-client.js`: the official client's eleven calls over the newest axios 1.x, which is what its range installs",
    contents: `export { LoginRocket } from './peers/axios-client.js'`,
  },
  {
    name: `${REFERENCE}, axios as locked`,
    what: "the same over the axios of the official client's own lock file, two years older",
    contents: `export { LoginRocket } from './peers/axios-client.js'`,
    alias: { axios: 'axios-of-the-official-lock' },
  },
  {
    name: TWIN,
    what: 'the axios client with `bench/peers/session-store.js`, a session by hand: stored, renewed ahead of its end and once for all tabs, verified with jose',
    contents: `export { SessionStore } from './peers/session-store.js'`,
  },
  {
    name: 'oidc-client-ts',
    what: '`UserManager`, `WebStorageStateStore`',
    contents: `export { UserManager, WebStorageStateStore } from 'oidc-client-ts'`,
  },
  {
    name: 'supabase auth-js',
    what: '`AuthClient`',
    contents: `export { AuthClient } from '@supabase/auth-js'`,
  },
  {
    name: 'better-auth',
    what: '`createAuthClient` of `better-auth/client`, without plugins',
    contents: `export { createAuthClient } from 'better-auth/client'`,
  },
  {
    name: 'firebase auth',
    what: '`initializeApp`, `initializeAuth` with two persistences, and the functions for e-mail and password: sign in, sign up, reset, update, sign out, watch',
    contents: `
      export { initializeApp } from '@firebase/app';
      export {
        initializeAuth, indexedDBLocalPersistence, browserLocalPersistence, signInWithEmailAndPassword,
        createUserWithEmailAndPassword, sendPasswordResetEmail, confirmPasswordReset, updatePassword, updateProfile,
        applyActionCode, onIdTokenChanged, signOut,
      } from '@firebase/auth'`,
  },
  {
    name: 'keycloak-js',
    what: 'its default export; the forms are the server’s',
    contents: `export { default } from 'keycloak-js'`,
  },
];

/**
 * One entry a contender of the storm. `isShared` says whether tabs of one origin find the session by themselves.
 *
 * Its file exports `open(service, isFirst, now)`, which makes the client as an app does when it starts, and signs in when it is
 * the first. It gives `ask`, one caller who wants a token; `isKept`, whether the session is still there; and `firstToken` where
 * the first token after opening is another matter than `ask`.
 */
export const contenders = [
  {
    name: OURS,
    file: 'loginrocket-wasm',
    isShared: true,
    how: "signed in with `login`, `storage: 'local'`; a caller is `lr.session.token()`",
  },
  {
    name: REFERENCE,
    file: 'axios-client',
    isShared: true,
    how: 'signed in with `login`, the app keeps the session id; a caller is `getSession({ session })`, since there is nothing between callers and service',
  },
  {
    name: TWIN,
    file: 'session-store',
    isShared: true,
    how: 'signed in with `login`, session and token in `localStorage`; a caller is `store.token()`, which renews the token under a Web Lock',
  },
  {
    name: 'oidc-client-ts',
    file: 'oidc-client-ts',
    isShared: true,
    how: 'a user with a refresh token put into its store, in `localStorage`; default settings; a caller is `signinSilent()`',
  },
  {
    name: 'supabase auth-js',
    file: 'supabase',
    isShared: true,
    how: 'signed in with `signInWithPassword`; default settings with `autoRefreshToken`; a caller is `getSession()`',
  },
  {
    name: 'better-auth',
    file: 'better-auth',
    isShared: true,
    how: 'signed in with `signIn.email`; a caller is `getSession()`. It has no refresh: its session is a cookie, and asking is a look at it',
  },
  {
    name: 'firebase auth',
    file: 'firebase',
    isShared: true,
    how: 'signed in with `signInWithEmailAndPassword` over its emulator setting; a caller is `currentUser.getIdToken()`',
  },
  {
    name: 'keycloak-js',
    file: 'keycloak',
    isShared: false,
    how: 'given a token and a refresh token at `init`, without the iframe; a caller is `updateToken(5)`',
  },
];
