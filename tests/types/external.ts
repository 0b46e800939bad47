// The external entry: the same types, and how its module is loaded.
import { LoginRocket } from 'loginrocket-wasm';
import External, { LoginRocket as Named, init, type WasmSource } from 'loginrocket-wasm/external';

const sources: WasmSource[] = ['/loginrocket.wasm', new URL('https://app.example.com/loginrocket.wasm'), new Response(), new Uint8Array(8)];
const loaded: Promise<void> = init();
for (const source of sources) await init(source);
await init(fetch('/loginrocket.wasm'));
await init(WebAssembly.compileStreaming(fetch('/loginrocket.wasm')));

// A client of either entry is one to whoever takes a client.
const client: LoginRocket = new External({ url: 'https://SAMPLE.e2.loginrocket.com/', environment: 'server' });
const other: Named = new LoginRocket();

// @ts-expect-error Nothing is no source. TypeScript's `WebAssembly.Module` has no members, so it cannot refuse much else.
await init(null);
// @ts-expect-error The whole entry needs no init.
import { init as none } from 'loginrocket-wasm';

export { client, loaded, none, other };
