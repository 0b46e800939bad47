// An app as small as can be: it makes its client when it is loaded, as apps do, so that a reload is a real one. The
// options are in the fragment of its address, as JSON; `adapter` names a storage of its own.
import * as sdk from '/pkg/dist/index.js';
import * as adapters from '/adapters.js';

const { adapter, ...options } = JSON.parse(decodeURIComponent(location.hash.slice(1)) || '{}');
if (adapter) options.storage = adapters[adapter]();

Object.assign(globalThis, sdk);

/** What the client was made with, for tests that make another one. */
globalThis.options = options;
globalThis.lr = new sdk.LoginRocket(options);

/** Every snapshot that was told, oldest first. */
globalThis.told = [];
lr.session.subscribe((snapshot) => told.push(snapshot));
