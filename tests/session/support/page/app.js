// An app as small as can be: it makes its client when it is loaded, as apps do, so that a reload is a real one. The
// options are in the fragment of its address, as JSON, or in `given` where the address is what is tested; `adapter` names a
// storage of its own, and `adopts` says to take over the session that a hosted page sends, as soon as may be.
import * as sdk from '/host.js';
import * as adapters from '/adapters.js';

const { adapter, adopts, ...options } =
  globalThis.given ?? JSON.parse(decodeURIComponent(location.hash.slice(1)) || '{}');
if (adapter) options.storage = adapters[adapter]();

Object.assign(globalThis, sdk);

/** What the client was made with, for tests that make another one. */
globalThis.options = options;
globalThis.lr = new sdk.LoginRocket(options);

/** What became of a redirect. */
globalThis.adoption = adopts ? lr.session.adoptRedirect() : null;

/** Every snapshot that was told, oldest first. */
globalThis.told = [];
lr.session.subscribe((snapshot) => told.push(snapshot));
