// The whole page. Its words are here and its numbers come from the run alone.
import { OURS } from '../contenders/list.mjs';
import { modes } from '../tables/storm.mjs';
import { comparisons, place, sentence } from './standing.mjs';
import { scores } from './storm.mjs';
import { sections } from './tables.mjs';
import { judge, targets } from './targets.mjs';
import { table } from './format.mjs';

/** What is said of a missed target after why it was missed, in this order. */
export const PARTS = {
  helped: 'What helped',
  cost: 'What cost',
  tried: 'Tried without gain',
  left: 'What is left',
};

/**
 * Writes the page of a run. `plots` is the folder of the plots as the page sees it. `gaps` has for missed targets, by their ids,
 * lists of sentences: `why`, and those of `PARTS`.
 */
export function page(run, { plots, gaps = {} }) {
  const parts = [head(run), goals(run.results, gaps), standing(run.results)];
  for (const [name, section] of Object.entries(sections)) {
    const results = run.results[name];
    if (results) parts.push(section(results, { plots }).trimEnd());
  }
  parts.push(made(run));
  return `${parts.join('\n\n')}\n`;
}

function head({ date, isQuick, isWhole, machine }) {
  const kind = isQuick ? ', a quick one with few samples' : isWhole ? '' : ', of some of the tables';
  const isBusy = machine.loadBefore > machine.cores / 4;
  return `<!-- Written by \`cargo xtask bench\` from what it measured; changes belong into bench/report. -->

# Benchmarks

\`cargo xtask bench\` measures this package beside its peers and writes this page; nothing on it is written by hand but the
reasons for what was missed. This is a run of ${date.slice(0, 10)}${kind}, on ${machine.cores} cores (${machine.cpu}) with
${machine.memoryGiB} GiB. Times are medians with their quartiles; compare those of one run only, and take no
difference for one that is smaller than the spread.${
    isBusy
      ? ` The machine was busy when it began (load ${machine.loadBefore}), so times are worth less than that.`
      : ''
  }`;
}

function goals(results, gaps) {
  const judged = targets.map((target) => ({ ...target, ...judge(target, results) }));
  const rows = judged.map(({ words, most, say, value, verdict }) => [
    words,
    `≤ ${say(most)}`,
    value === undefined ? '–' : say(value),
    verdict === 'missed' ? '**missed**' : verdict,
  ]);
  const reasons = judged
    .filter(({ id, verdict }) => verdict === 'missed' && gaps[id])
    .map(({ id, words }) => reason(words, gaps[id]));
  const met = judged.filter(({ verdict }) => verdict === 'met').length;
  const measured = judged.filter(({ verdict }) => verdict !== 'not measured').length;
  return `## What it set itself

${met} of ${measured} targets that were measured are met.

${table(['target', '>most', '>measured', ''], rows)}${reasons.length > 0 ? `\n\nWhat was missed, and why:\n\n${reasons.join('\n')}` : ''}`;
}

function reason(words, { why, ...parts }) {
  const list = Object.entries(PARTS)
    .filter(([name]) => parts[name])
    .map(([name, title]) => `  - ${title}:${parts[name].map((sentence) => `\n    - ${sentence}`).join('')}`);
  return [`- **${words}**. ${why.join(' ')}`, ...list].join('\n');
}

function standing(results) {
  const places = comparisons(results).map(place);
  const part = (title, leads) => {
    const sentences = places.filter((each) => each.leads === leads).map((each) => `- ${sentence(each)}`);
    return `### ${title}\n\n${sentences.length > 0 ? sentences.join('\n') : 'Nowhere in this run.'}`;
  };
  return `## Where it leads, and where it does not

In each comparison less is better. Plain \`fetch\` is the floor and not in them.${results.storm ? ` ${stormWords(results.storm)}` : ''}

${part('It leads', true)}

${part('It does not', false)}`;
}

function stormWords(storm) {
  const all = scores(storm);
  const best = all[0][1];
  const names = all.filter(([, score]) => score === best).map(([name]) => name);
  const own = all.find(([name]) => name === OURS)[1];
  const next = Math.max(...all.filter(([, score]) => score < best).map(([, score]) => score), 0);
  return `In the storm ${own} of ${modes.length} modes of the service are handled right by ours; the most anyone handles is ${best} (${names.join(', ')}), the next ${next}.`;
}

function made({ date, seconds, machine, versions }) {
  const rows = [
    ['began', date.replace('T', ' ').slice(0, 16) + ' UTC'],
    ['took', `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s, building not included`],
    ['processor', `${machine.cores} × ${machine.cpu}`],
    ['memory', `${machine.memoryGiB} GiB`],
    ['system', machine.system],
    ['load before', machine.loadBefore],
    ...Object.entries(versions).filter(([, version]) => version),
  ];
  return `## Made with\n\n${table(['', ''], rows)}`;
}
