import { type ContrastBatch, choice, countKeys, defineMixer, eachWeight, integer, number, range } from '@viewforge/core';
import { choose, createRandom, seedOf } from '@viewforge/random';
import { z } from 'zod';
import { excludedOf, keepPairs, withHidden } from './keep.ts';
import { limitBelow, marginOptions } from './margins.ts';
import { lowestScores } from './positive-scores.ts';
import { searchTop } from './search-top.ts';
import { checkFinite, checkShapes } from './sides.ts';

/**
 * All positives of each query, and its hardest negatives that are not suspected to be false ones. Negatives are ranked by cosine, of
 * equal ones the first column leads. Of those in the range of ranks those may stay that score at most `maxScore` and less than the
 * limit below the query's lowest positive; of these up to `count` stay, the top ones or any at random. A query without a positive has
 * no limit. Triplets of the batch are left where both their columns are. Extra negatives stay.
 *
 * The search is exact and takes the keys in tiles: memory is a score for each query and rank, however long a queue is. A query's draw depends
 * on the seed and its row. `miningReport` tells what was left.
 * Throws ViewforgeError: SHAPE, or NOT_FINITE for a visible row that holds NaN or an infinity.
 */
export const hardNegatives = defineMixer({
  name: 'hard-negatives',
  summary: 'Leave each query its hardest negatives within a range of ranks and below its positive.',
  reference: 'https://arxiv.org/abs/2407.15831',
  mixes: 'contrast',
  options: z.object({
    rankRange: range({
      default: [0, 100],
      min: 0,
      unit: 'rank',
      doc: 'Ranks r with low <= r < high may stay; the hardest has rank 0.',
    }),
    count: integer({ default: 10, min: 0, unit: 'negatives', doc: 'The most that stay of one query.' }),
    ...marginOptions,
    maxScore: number({ default: 1, min: -1, max: 1, unit: 'cosine', doc: 'Negatives above it never stay.' }),
    choose: choice(['top', 'random'], { default: 'top', doc: 'Whether the hardest of what may stay do, or any.' }),
  }),
  draw: (_batch, options, random) => ({ ...options, seed: seedOf(random) }),
  apply(batch: ContrastBatch, { rankRange, count, maxScore, choose: how, seed, ...margin }) {
    checkShapes(batch, 'hard-negatives');
    checkFinite(batch, 'hard-negatives');
    const positives = Array.from({ length: batch.queries.shape[0]! }, (_, row) => positivesOf(batch, row));
    const { queries, keys } = batch;
    const [from, to] = rankRange.map(Math.ceil) as [number, number];
    const most = Math.max(1, Math.min(to, countKeys(batch)));
    const top = searchTop({ queries, keys, count: most, excluded: withHidden(batch, positives) });
    const lowest = lowestScores(batch, positives);
    const random = createRandom(seed);
    const chosen = positives.map((ofRow, row) => {
      const limit = limitBelow(lowest[row]!, margin);
      const may: number[] = [];
      for (let rank = from; rank < Math.min(to, top.counts[row]!); rank++) {
        const score = top.scores[row * most + rank]!;
        if (score < limit && Math.min(1, score) <= maxScore) may.push(top.columns[row * most + rank]!); // rounding may exceed 1
      }
      const left = Math.min(count, may.length);
      const negatives =
        how === 'top' ? may.slice(0, left) : choose(random.fork(row), may.length, left).map((place) => may[place]!);
      return { positives: ofRow, negatives };
    });
    return keepPairs(batch, chosen);
  },
  pullback: (_batch, _params, gradients) => gradients,
});

/** Visible columns with a target above 0, ascending. */
function positivesOf(batch: ContrastBatch, row: number): readonly number[] {
  const found = new Set<number>();
  eachWeight(batch.targets, row, (column, weight) => {
    if (weight > 0) found.add(column);
  });
  if (batch.excluded.kind !== 'none') for (const column of excludedOf(batch, row)) found.delete(column);
  return [...found];
}
