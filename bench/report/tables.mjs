// Each table of the results as Markdown.
import { bundles, contenders, OURS } from '../contenders/list.mjs';
import { ownCalls } from '../tables/call.mjs';
import { phases, speeds } from '../tables/phases.mjs';
import { conditions } from '../tables/start.mjs';
import { ages } from '../tables/scale.mjs';
import { modes } from '../tables/storm.mjs';
import { bytes, count, digits, kB, ms, spread, table, times, us } from './format.mjs';
import { isRight, scores } from './storm.mjs';

/** The sections, by the names of the tables. Each gets that table's results, and the folder of the plots. */
export const sections = { size, start, call, verify, storm, scale, memory, growth };

function size({ rows }) {
  const sorted = [...rows].sort((a, b) => (a.brotli ?? Infinity) - (b.brotli ?? Infinity));
  const body = sorted.map(({ name, missing, raw, gzip, brotli }) =>
    missing ? [name, missing, '', ''] : [strong(name), kB(raw), kB(gzip), strong(kB(brotli), name)],
  );
  return `## Size

What an app's bundle grows by: the client alone, bundled and minified by the same esbuild for ES2022, in thousands of bytes.
The clients do not do the same: ours has the eleven calls, the session over tabs and reloads, and its faults handled; the axios
client has the calls and keeps nothing; keycloak-js and oidc-client-ts send people to the server's own pages.

${table(['client', '>minified', '>gzip -9', '>brotli -11'], body)}

What is in each bundle:

${bundles.map(({ name, what }) => `- ${name}: ${what}.`).join('\n')}`;
}

function start({ rows, reference, network, phases: inPhases }) {
  const clients = [...new Set(rows.map(({ client }) => client))];
  const body = conditions.flatMap(({ id, words }) =>
    clients.map((client) => {
      const row = rows.find((each) => each.condition === id && each.client === client);
      return [words, strong(client), spread(row.ms, ms), times(row.ratio)];
    }),
  );
  return `## Start

Each sample is a browser context of its own with nothing cached; the clients take turns; scripts come compressed from
loopback. Ready is when the client is made. Slow 4G is a round trip of ${network.latency} ms and
${((network.downloadThroughput * 8) / 1024 / 1024).toFixed(1)} Mbit/s. Median and quartiles of ${rows[0].ms.samples}.

${table(['', 'client', '>median (quartiles)', `>against the ${reference}`], body)}${inPhases ? `\n\n${phasesSection(inPhases)}` : ''}`;
}

function phasesSection(rows) {
  const clients = [...new Set(rows.map(({ client }) => client))];
  const part = ({ id: speed, words }) => {
    const of = (client) => rows.find((row) => row.speed === speed && row.client === client).ms;
    const line = (id) => clients.map((client) => (of(client)[id] ? spread(of(client)[id], ms) : '–'));
    const body = phases.map(({ id, words: phase }) => [phase, ...line(id)]);
    return table([words, ...clients.map((client) => `>${strong(client)}`)], [...body, ['in all', ...line('all')]]);
  };
  return `### By phase

Where the time from \`import()\` to a client goes. These samples are apart from those above, because a page that notes the moments
is a little slower. With \`"./external"\` the module is a file of its own, which is compiled while it arrives. A browser may parse a
function only when it is called, so some parsing is in the later phases. Median and quartiles of ${rows[0].ms.all.samples}; medians of
phases do not add up to the median of all.

${speeds.map(part).join('\n\n')}`;
}

function call({ own, sequential, sequentialCalls, concurrent, concurrentCalls, reference }) {
  const words = (call) => ownCalls.find(({ id }) => id === call).words;
  const ownRows = own.map((row) => [words(row.call), strong(row.client), spread(row.us, us), times(row.ratio)]);
  const all = (kind, rows) => rows.map((row) => [kind, strong(row.client), spread(row.ms, ms), times(row.ratio)]);
  return `## Call

The client's own cost, with a \`fetch\` that answers at once (axios takes \`fetch\` for this, too, where it would take
XMLHttpRequest). \`login\` also changes the session, where there is one, and tells its listeners: ours keeps it in memory unless it is told
otherwise, the session by hand in \`localStorage\`. In the last rows both store it, verify the token's signature, and are asked for the
token. Median and quartiles of ${own[0].us.samples} batches, in turn.

${table(['call', 'client', '>a call (quartiles)', `>against ${reference}`], ownRows)}

\`forgotPassword\` against the emulator on loopback, across origins, preflights included: ${count(sequentialCalls)} one after
the other, and ${count(concurrentCalls)} at once. Most of it is the browser's and the emulator's.

${table(
  ['', 'client', '>a call (quartiles)', `>against ${reference}`],
  [...all('one by one', sequential), ...all('at once', concurrent)],
)}`;
}

function verify({ missing, rows, reference }) {
  const head = `## Verify

A token of the emulator's (RS256, 2048 bits) with its keys already loaded, in one page, in turn; each first showed that it
refuses a forged one. jose is the verifier of the session by hand, so these two differ by no more than how it is called.`;
  if (missing) return `${head} \`verifyToken\` is ${missing}.`;
  return `${head} Median and quartiles of ${rows[0].us.samples} batches.

${table(
  ['client', '>a token (quartiles)', `>against ${reference}`],
  rows.map((row) => [strong(row.client), spread(row.us, us), times(row.ratio)]),
)}`;
}

function storm({ callers, windowMs, retryAfterSeconds, rows }, { plots }) {
  const cell = (row) => {
    if (row.failed) return `could not be driven: ${row.failed}`;
    const parts = [plural(row.requests, 'request')];
    if (row.mode === 'limited') parts.push(row.tooEarly === 0 ? 'waits' : `${row.tooEarly} too early`);
    if (row.mode !== 'ok') {
      parts.push(row.kept === false ? '**session lost**' : row.kept ? 'kept' : 'nothing to keep');
      parts.push(
        row.boundedMs === undefined ? `pending after ${windowMs / 1000} s` : `told in ${ms(row.boundedMs)}`,
      );
    }
    return `${isRight(row, callers) ? '✓' : '✗'} ${parts.join(', ')}`;
  };
  const body = scores({ callers, rows }).map(([name, score]) => [
    strong(name),
    ...modes.map(({ id }) => cell(rows.find((row) => row.contender === name && row.mode === id))),
    `${score} of ${modes.length}`,
  ]);
  return `## Storm

A page signs in and sleeps until its token has expired. When it wakes up, ${callers} callers want a token at the same moment, and
the service answers, refuses or is silent. Right (✓) is: one request in all, everyone is told within ${windowMs / 1000} s, and nobody is signed
out by a fault; after a 429 that asks to wait for ${retryAfterSeconds} s, also that a second wave of ${callers} callers, a second
later, sends nothing before that.

${table(['client', ...modes.map(({ words }) => words), 'right'], body)}

![Requests of ${callers} callers, by client and state of the service](${plots}/storm.svg)

Every client talks to a stand-in on loopback that answers in its own service's protocol, with the header readable across
origins. Requests are counted where the browser takes them, without preflights. The page's clock is moved as by a sleep, so
that timers that came due meanwhile fire at once, as they do. Settings are the defaults where nothing else is said:

${contenders.map(({ name, how }) => `- ${name}: ${how}.`).join('\n')}`;
}

function scale({ rows, restored, fleet }, { plots }) {
  const byTabs = (all, member) => {
    const tabs = [...new Set(all.map((row) => row.tabs))];
    const names = [...new Set(all.map((row) => row.contender))];
    const cell = (row) => (row.failed ? 'failed' : count(row[member]));
    const body = names.map((name) => [
      strong(name),
      ...tabs.map((number) => cell(all.find((row) => row.contender === name && row.tabs === number))),
    ]);
    return table(['client', ...tabs.map((number) => `>${plural(number, 'tab')}`)], body);
  };
  const atOnce = ages.map(
    ({ id, words }) => `Where ${words}:\n\n${byTabs(restored?.filter(({ age }) => age === id) ?? [], 'requests')}`,
  );
  const costs = rows
    .filter((row) => row.contender === OURS && !row.failed)
    .map((row) => [count(row.tabs), ms(row.ms), ms(row.taskMsPerTab), bytes(row.heapBytesPerTab)]);
  return `## Scale

Tabs of one browser with one session, all with a token that expired while they slept; each has one caller when they wake up.
Requests that leave the browser then:

${byTabs(rows, 'requests')}

The session by hand asks twice now and then: what one tab stores can reach the next one later than its lock.

Requests while the tabs are opened, one after the other, by a person who is signed in:

${byTabs(rows, 'opening')}
${
  restored
    ? `
Requests while the tabs are opened all at once, as by a browser that starts again and brings them back. No other tab is left that
knows the token, and each wants one. Ours keeps no token in the store, so it asks once even where the token would still be good.
The axios client keeps none either; the others find theirs in the store, but for better-auth, which always looks.

${atOnce.join('\n\n')}
`
    : ''
}
What waking up costs with ours:

${table(['>tabs', '>all have a token after', '>processor time a tab', ">JavaScript's memory a tab"], costs)}
${fleet ? `\n${fleetSection(fleet, plots)}\n` : ''}`;
}

function fleetSection({ pages, rows, svg }, plots) {
  const body = rows.map(({ what, mean, away, peak, ratio }) => [
    what,
    digits(mean),
    digits(away),
    digits(peak),
    `${ratio} ×`,
  ]);
  return `### A fleet

${pages ? count(pages) : 'Ten thousand'} pages that know nothing of each other, in virtual time, while the service is away
([\`tests/engine_fleet.rs\`](../../tests/engine_fleet.rs)). Requests a second; what matters is the peak against the mean.

${table(['what happens', '>mean before', '>peak while away', '>peak after', '>peak after / mean'], body)}${
    svg ? `\n\n![Requests a second before, during and after each outage](${plots}/fleet.svg)` : ''
  }`;
}

function memory({ rows, failEvery, disposed: { subscribers, during, after } }) {
  const body = rows.map((row) => [
    strong(row.client),
    count(row.calls),
    row.wasmPages ?? '–',
    bytes(row.heapBytes),
  ]);
  const kinds = ['listeners', 'timers', 'channels', 'locks'];
  return `## Memory

After so many calls one by one, with the service stubbed: \`login\` and \`forgotPassword\` in turn, one in
${failEvery} of which fails. A page of WebAssembly memory is 64 KiB. JavaScript's memory is what is alive after a collection.

${table(['client', '>calls', '>pages of wasm memory', ">JavaScript's memory"], body)}

A client with ${subscribers} subscribers, in \`localStorage\`, with a refresh and a call under way: what it holds, and what is left when
\`dispose()\` has returned and its callers are told (\`${after.codes.join('`, `')}\`).

${table(
  ['', ...kinds.map((kind) => `>${kind}`)],
  [
    ['before', ...kinds.map((kind) => during[kind])],
    ['after', ...kinds.map((kind) => after[kind])],
  ],
)}`;
}

function growth({ callers, listeners, accounts }, { plots }) {
  const row = ({ count: number, answered, requests, ms: time, taskMs, heapGrowthBytes, wasmPages }) => [
    count(number),
    ...(answered === undefined ? [] : [count(answered)]),
    count(requests),
    ms(time),
    ms(taskMs),
    bytes(heapGrowthBytes),
    wasmPages ?? '–',
  ];
  const columns = ['>requests', '>time', '>processor time', ">more JavaScript's memory", '>pages of wasm memory'];
  // A page costs something before the first of them comes. So only the last step shows how the cost grows.
  const step = (rows) => {
    const [before, last] = rows.slice(-2);
    if (!last) return '';
    const grown = (member) => digits(last[member] / before[member]);
    return ` At the last step there are ${grown('count')} times as many, which takes ${grown('taskMs')} times the processor time.`;
  };
  const byClient = (all, ...heads) =>
    [...new Set(all.map(({ client = OURS }) => client))]
      .map((name) => {
        const own = all.filter(({ client = OURS }) => client === name);
        return `${strong(name)}.${step(own)}\n\n${table([...heads, ...columns], own.map(row))}`;
      })
      .join('\n\n');
  return `## Growth

Callers who want a token at the same moment, after it has expired. The page has a clock that can be moved, which is slow to read, and
ours reads the time for each caller. So its processor time is more here than with a browser's own clock.

${byClient(callers, '>callers', '>got a token')}

![Processor time by number of callers](${plots}/growth.svg)

Listeners that are told of one change, their subscribing included:

${byClient(listeners, '>listeners', '>were told')}

Sessions of other realms in the same \`localStorage\`, when a page is opened: from the import to a fresh session.${step(accounts)}

${table(['>stored', ...columns], accounts.map(row))}`;
}

/** Sets a text in bold where the name is ours. */
function strong(text, name = text) {
  return name.startsWith(OURS) ? `**${text}**` : text;
}

const plural = (number, word) => `${count(number)} ${word}${number === 1 ? '' : 's'}`;
