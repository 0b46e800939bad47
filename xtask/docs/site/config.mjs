// The site's settings. `build.mjs` copies the pages beside them, and says by LOGINROCKET_REPOSITORY where the sources are.
import { posix } from 'node:path';
import { BASE } from './base.mjs';

const sources = process.env.LOGINROCKET_REPOSITORY;

const list = (folder, pages) => Object.entries(pages).map(([name, text]) => ({ text, link: `/${folder}/${name}` }));

const guide = [
  {
    text: 'Sign people in',
    items: list('guide', {
      'first-sign-in': 'The first sign-in',
      'sign-up': 'Sign-up',
      'verify-email': 'Verify the address',
      'second-factor': 'Second factor',
      'forgotten-password': 'Forgotten password',
      profile: 'Profile and password',
      accounts: 'Accounts',
      'hosted-pages': 'Hosted pages',
    }),
  },
  {
    text: 'Use the session',
    items: list('guide', {
      sessions: 'The session',
      'route-guard': 'Route guard',
      'your-own-api': 'Your own API',
      tokens: 'Tokens',
      'server-rendering': 'Server rendering',
      rust: 'A front end in Rust',
    }),
  },
  {
    text: 'Ship it',
    items: list('guide', {
      testing: 'Testing',
      'content-security-policy': 'Content-security policy',
      shells: 'Shells',
      'moving-from-loginrocket-js': 'Moving from loginrocket.js',
      troubleshooting: 'Troubleshooting',
    }),
  },
];
const reference = [
  { text: 'Reference', items: list('reference', { api: 'API', errors: 'Errors', emulator: 'Emulator', files: 'Files', 'where-it-runs': 'Where it runs' }) },
];
const internals = [
  {
    text: 'Internals',
    items: list('internals', {
      architecture: 'Architecture',
      protocol: 'The protocol',
      'session-rules': 'Session rules',
      threats: 'Threats',
      fleet: 'A fleet of pages',
      testing: 'Testing',
      benchmarks: 'Benchmarks',
      figures: 'Targets and figures',
      documentation: 'The documentation',
    }),
  },
];

/** Room for code: its lines are as long as in the sources. */
const STYLE = [
  '.VPDoc.has-aside .content-container{max-width:50rem}',
  '.vp-doc div[class*=language-] code{font-size:13px}',
  '@media(max-width:640px){.vp-doc :is(td,th){padding:6px 8px}}',
].join('');

export default {
  title: 'loginrocket-wasm',
  description: 'Sign people in through the LoginRocket API, with your own forms',
  lang: 'en',
  base: BASE,
  outDir: process.env.LOGINROCKET_SITE,
  // No page asks another host for anything.
  head: [['link', { rel: 'icon', href: 'data:,' }], ['style', {}, STYLE]],
  markdown: {
    // Sections have the names that GitHub gives them.
    anchor: { slugify },
    config: (markdown) => markdown.use(linksToSources),
  },
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/guide/first-sign-in', activeMatch: '/guide/' },
      { text: 'Reference', link: '/reference/api', activeMatch: '/reference/' },
      { text: 'Internals', link: '/internals/architecture', activeMatch: '/internals/' },
    ],
    sidebar: { '/': guide, '/guide/': guide, '/reference/': reference, '/internals/': internals },
    outline: [2, 3],
    footer: { message: 'MIT or Apache-2.0, as you choose.' },
  },
};

function slugify(heading) {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}

/** Links to what is no page lead to the repository, and are plain text where it is not known. */
function linksToSources(markdown) {
  markdown.core.ruler.push('links-to-sources', ({ tokens, env }) => {
    for (const { children } of tokens.filter(({ type }) => type === 'inline')) {
      let left = 0;
      for (const token of children) {
        if (token.type === 'link_close' && left > 0) {
          left -= 1;
          token.hidden = true;
          token.type = 'text';
          token.content = '';
        }
        if (token.type !== 'link_open') continue;
        const path = posix.join('docs', posix.dirname(env.relativePath), token.attrGet('href'));
        if (/^[a-z]+:|^[#/]/.test(token.attrGet('href')) || path.startsWith('docs/')) continue;
        if (sources) {
          token.attrSet('href', new URL(`blob/main/${path}`, `${sources}/`).href);
        } else {
          left += 1;
          token.type = 'text';
          token.content = '';
        }
      }
    }
  });
}
