import type { Accumulator } from './accumulator.ts';

/** The fine bins that quantiles are read from lie `fine` to one bin of the histogram. */
const fine = 100;

/** How often scores fall where. */
export interface Histogram {
  readonly n: number;
  /** [bins]; bin i of b covers [-1 + 2i / b, -1 + 2(i + 1) / b), the last one 1 as well. */
  readonly counts: Float64Array;
  /**
   * The score below which a share `p` in [0, 1] of all scores lies; within 0.02 / bins of `quantilesOf` all scores. NaN without
   * scores.
   */
  quantile(p: number): number;
}

/**
 * An accumulator of scores in [-1, 1] (what lies outside, as rounding may put it, counts as the end; NaN does not count), with
 * `bins` equal bins. It keeps whole counts only, so the result is the same to the bit however the stream is cut.
 */
export function createHistogram(bins = 100): Accumulator<number, Float64Array, Histogram> {
  const counts = new Float64Array(bins * fine);
  return {
    add(score) {
      if (Number.isNaN(score)) return;
      const bin = Math.floor(((score + 1) / 2) * counts.length);
      counts[Math.min(Math.max(bin, 0), counts.length - 1)]! += 1;
    },
    merge(other) {
      const more = other.state();
      for (let i = 0; i < counts.length; i++) counts[i]! += more[i]!;
    },
    state: () => counts,
    result: () => histogramOf(counts.slice(), bins),
  };
}

function histogramOf(counts: Float64Array, bins: number): Histogram {
  const coarse = new Float64Array(bins);
  counts.forEach((count, i) => {
    coarse[Math.floor(i / fine)]! += count;
  });
  const n = coarse.reduce((sum, count) => sum + count, 0);
  return {
    n,
    counts: coarse,
    quantile(p) {
      if (n === 0) return Number.NaN;
      const place = p * (n - 1);
      const [low, high] = [scoreAt(counts, Math.floor(place)), scoreAt(counts, Math.ceil(place))];
      return low + (high - low) * (place - Math.floor(place));
    },
  };
}

/** The middle of the bin that holds the score of this rank, counted from 0 upwards. */
function scoreAt(counts: Float64Array, rank: number): number {
  let seen = 0;
  let bin = 0;
  while (bin < counts.length - 1 && seen + counts[bin]! <= rank) seen += counts[bin++]!;
  return -1 + (2 * (bin + 0.5)) / counts.length;
}
