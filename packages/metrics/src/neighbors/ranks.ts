/** Relevance of the items of a ranked list, best place first: 0 for what is not relevant, more for what is. */
export type Relevance = ArrayLike<number>;

/** The share of the first k places, k >= 1, that is relevant; places that a shorter list lacks are not. In [0, 1]. */
export function precisionAt(relevance: Relevance, k: number): number {
  return relevantIn(relevance, k) / k;
}

/**
 * Which share of all relevant items is in the first k places; `total` of them, those of the list when left out. In [0, 1], NaN
 * where there are none.
 */
export function recallAt(relevance: Relevance, k: number, total = relevantIn(relevance, relevance.length)): number {
  return relevantIn(relevance, k) / total;
}

/** 1 / place of the first relevant item, places counted from 1; 0 where there is none. */
export function reciprocalRank(relevance: Relevance): number {
  for (let i = 0; i < relevance.length; i++) if (relevance[i]! > 0) return 1 / (i + 1);
  return 0;
}

/**
 * The mean, over all relevant items, of the precision at the place of each; 0 for those that the list lacks where `total` is
 * more than it holds. In [0, 1], NaN where there are none.
 */
export function averagePrecision(relevance: Relevance, total = relevantIn(relevance, relevance.length)): number {
  let [found, sum] = [0, 0];
  for (let i = 0; i < relevance.length; i++) if (relevance[i]! > 0) sum += ++found / (i + 1);
  return sum / total;
}

/**
 * Normalized discounted cumulative gain: the sum of relevance / log2(1 + place) over the first k places, divided by that of the
 * same list in its best order. In [0, 1], NaN where nothing is relevant.
 */
export function ndcgAt(relevance: Relevance, k = relevance.length): number {
  const best = Float64Array.from(relevance).sort().reverse();
  return gainOf(relevance, k) / gainOf(best, k);
}

function gainOf(relevance: Relevance, k: number): number {
  let sum = 0;
  for (let i = 0; i < Math.min(k, relevance.length); i++) sum += relevance[i]! / Math.log2(i + 2);
  return sum;
}

function relevantIn(relevance: Relevance, k: number): number {
  let count = 0;
  for (let i = 0; i < Math.min(k, relevance.length); i++) if (relevance[i]! > 0) count++;
  return count;
}
