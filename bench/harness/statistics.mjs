// Numbers from samples: what the tables hold instead of the samples themselves.

/** The value below which that share of the samples lies, by linear interpolation between neighbours. */
export function quantile(samples, share) {
  if (samples.length === 0) throw new RangeError('no samples');
  const sorted = [...samples].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** Median with quartiles. A mean would tell of the one sample in which the machine did something else. */
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

/** Calls `take(name)` for each name, in that order and in the other in turn, and gives each name's samples. */
export async function alternate(names, rounds, take) {
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Whoever comes first may pay for what the others find warm.
    const order = round % 2 ? [...names].reverse() : names;
    for (const name of order) samples[name].push(await take(name, round));
  }
  return samples;
}
