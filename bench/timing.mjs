// The few numbers that every benchmark needs.

/** The middle of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** Milliseconds that `work` takes, awaited. */
export async function milliseconds(work) {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/**
 * Runs all contestants once in every round, in turn, so that whatever else the machine does meets them all alike.
 * A contestant is [name, run], where run(round) gives milliseconds; the result has the median of each by name.
 */
export async function interleave(contestants, rounds) {
  const times = new Map(contestants.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of contestants) times.get(name).push(await run(round));
  }
  return Object.fromEntries([...times].map(([name, numbers]) => [name, median(numbers)]));
}
