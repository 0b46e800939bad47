// A worker that makes a client and does what it is told, by the names of methods: `{ options }` first, then
// `{ of: 'session' | 'client', method, given }`; answers each with what came of it.
let lr;

// Not at the top: what is sent before that is there would be lost.
const host = import('/host.js');

const run = async ({ options, of, method, given }) => {
  if (options) {
    lr = new (await host).LoginRocket(options);
    lr.session.subscribe(() => {});
    return 'made';
  }
  const target = of === 'session' ? lr.session : lr;
  const value = target[method];
  return typeof value === 'function' ? target[method](given) : value;
};

addEventListener('message', async ({ data, ports: [port] }) => port.postMessage(await run(data)));
