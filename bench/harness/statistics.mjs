// Numbers from samples. The tables hold these instead of the samples.

/** The value below which that share of the samples lies, by linear interpolation between neighbours. */
export function quantile(samples, share) {
  if (samples.length === 0) throw new RangeError('no samples');
  const sorted = [...samples].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** Median with quartiles. One sample in which the machine did something else would move a mean, but not a median. */
export function summary(samples) {
  return {
    median: quantile(samples, 0.5),
    lower: quantile(samples, 0.25),
    upper: quantile(samples, 0.75),
    samples: samples.length,
  };
}

/** How many times the reference's median a median is. */
export const ratio = (value, reference) => value.median / reference.median;

/** Calls `take(name)` for each name, every second round in the opposite order. Gives each name's samples. */
export async function alternate(names, rounds, take) {
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // The first one may pay for what the others then find warm.
    const order = round % 2 ? [...names].reverse() : names;
    for (const name of order) samples[name].push(await take(name, round));
  }
  return samples;
}
