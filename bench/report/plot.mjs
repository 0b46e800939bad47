// Two kinds of small plots as SVG: bars on a logarithmic scale, and lines with two logarithmic axes.

const WIDTH = 840;

/** Readable on whatever page it stands, light or dark. */
const STYLE = `text{fill:#24292f;font:12px sans-serif}.page{fill:#fff}.grid{stroke:#d0d7de}
.c0{fill:#1d4f91;stroke:#1d4f91}.c1{fill:#c77d2e;stroke:#c77d2e}.c2{fill:#6b7f3a;stroke:#6b7f3a}.c3{fill:#8a4a7d;stroke:#8a4a7d}
.line{fill:none;stroke-width:2}.bad{fill-opacity:.35}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#0d1117}.grid{stroke:#30363d}
.c0{fill:#79b8ff;stroke:#79b8ff}.c1{fill:#e3a15c;stroke:#e3a15c}.c2{fill:#a3bf5f;stroke:#a3bf5f}.c3{fill:#d39bc6;stroke:#d39bc6}}`;

const escape = (text) => String(text).replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
const round = (value) => Number(value.toFixed(1));

const svg = (height, body) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}">\n<style>${STYLE}</style>\n` +
  `<rect class="page" width="100%" height="100%"/>\n${body.join('\n')}\n</svg>\n`;

const text = (x, y, words, anchor = 'start') =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escape(words)}</text>`;

const powers = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at));

/** Groups of bars, one for each series. The scale is logarithmic, so that 1 and 50 can be seen beside each other. */
export function bars({ title, series, groups }) {
  const [left, top, bar, gap] = [150, 44, 11, 14];
  const width = WIDTH - left - 60;
  const values = groups.flatMap((group) => group.values.map(({ value }) => value ?? 1));
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(...values))));
  // The scale begins half a decade below 1, so that 1 has a bar too.
  const place = (value) => (width * (Math.log10(Math.max(value, 0.32)) + 0.5)) / (decades + 0.5);
  const groupHeight = series.length * bar + gap;
  const height = top + groups.length * groupHeight + 26;
  const body = [text(10, 18, title)];
  series.forEach((name, at) => {
    body.push(
      `<rect class="c${at}" x="${left + at * 170}" y="26" width="10" height="10"/>`,
      text(left + at * 170 + 15, 35, name),
    );
  });
  for (const tick of powers(0, decades)) {
    const x = round(left + place(tick));
    body.push(`<path class="grid" d="M${x} ${top}V${height - 22}"/>`, text(x, height - 8, tick, 'middle'));
  }
  groups.forEach(({ name, values: own }, row) => {
    const y = top + row * groupHeight + gap / 2;
    body.push(text(left - 8, y + (series.length * bar) / 2 + 4, name, 'end'));
    own.forEach(({ value, note }, at) => {
      if (value === undefined) return;
      const end = place(value);
      body.push(
        `<rect class="c${at}${note ? ' bad' : ''}" x="${left}" y="${round(y + at * bar)}" width="${round(end)}" height="${bar - 2}"/>`,
        text(left + end + 4, y + at * bar + bar - 2, note ? `${value}, ${note}` : value),
      );
    });
  });
  return svg(height, body);
}

/** Lines with two logarithmic axes. A straight line is a power. */
export function lines({ title, xLabel, series }) {
  const [left, top, width, height] = [70, 44, WIDTH - 110, 260];
  const points = series.flatMap(({ points: all }) => all);
  const range = (at) => {
    const values = points.map((point) => Math.log10(point[at]));
    return [
      Math.floor(Math.min(...values)),
      Math.max(Math.floor(Math.min(...values)) + 1, Math.ceil(Math.max(...values))),
    ];
  };
  const [[x0, x1], [y0, y1]] = [range(0), range(1)];
  const x = (value) => round(left + (width * (Math.log10(value) - x0)) / (x1 - x0));
  const y = (value) => round(top + height - (height * (Math.log10(value) - y0)) / (y1 - y0));
  const body = [text(10, 18, title)];
  for (const tick of powers(y0, y1)) {
    body.push(
      `<path class="grid" d="M${left} ${y(tick)}h${width}"/>`,
      text(left - 8, y(tick) + 4, tick.toLocaleString('en-GB'), 'end'),
    );
  }
  for (const tick of powers(x0, x1)) {
    body.push(
      `<path class="grid" d="M${x(tick)} ${top}v${height}"/>`,
      text(x(tick), top + height + 18, tick.toLocaleString('en-GB'), 'middle'),
    );
  }
  body.push(text(left + width / 2, top + height + 36, xLabel, 'middle'));
  series.forEach(({ name, points: all }, at) => {
    body.push(
      `<polyline class="line c${at}" points="${all.map((point) => `${x(point[0])},${y(point[1])}`).join(' ')}"/>`,
      ...all.map((point) => `<circle class="c${at}" cx="${x(point[0])}" cy="${y(point[1])}" r="3"/>`),
      `<rect class="c${at}" x="${left + at * 170}" y="26" width="10" height="10"/>`,
      text(left + at * 170 + 15, 35, name),
    );
  });
  return svg(top + height + 46, body);
}
