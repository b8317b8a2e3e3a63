import { type ContrastBatch, choice, defineMixer, ViewforgeError } from '@viewforge/core';
import { z } from 'zod';
import { distanceOptions, distancesOf } from './distances.ts';
import { farthest, nearest } from './extremes.ts';
import { keepPairs } from './keep.ts';
import { type Sides, sidesOf } from './sides.ts';

/** Which of a query's positives, or of its negatives, are left. */
type Strategy = 'hard' | 'semihard' | 'easy' | 'all';

/**
 * One positive and one negative for each query, or all of one kind. Hard is the farthest positive and the nearest negative, easy the
 * other way round, of equal ones the first. A semihard negative is the nearest that is farther away than the positive that was
 * chosen; a semihard positive the farthest that is nearer than the negative that was chosen; so the other kind must be hard or easy.
 * A query that lacks one of the two sees nothing. Triplets of the batch are left where both their columns are. Extra negatives stay.
 * `miningReport` tells what was left.
 *
 * Throws ViewforgeError: OPTION, when it draws, for semihard beside semihard or all; SHAPE, or NOT_FINITE for a visible row that
 * holds NaN or an infinity.
 */
export const batchEasyHard = defineMixer({
  name: 'batch-easy-hard',
  summary: 'Leave each query an easy, hard or semihard positive and negative.',
  reference: 'https://arxiv.org/abs/1904.04370',
  mixes: 'contrast',
  options: z.object({
    positives: choice(['hard', 'semihard', 'easy', 'all'], { default: 'easy', doc: 'Which positive is left.' }),
    negatives: choice(['hard', 'semihard', 'easy', 'all'], { default: 'semihard', doc: 'Which negative is left.' }),
    ...distanceOptions,
  }),
  draw(_batch, options) {
    const { positives, negatives } = options;
    if ([positives, negatives].includes('semihard') && !isOne(positives) && !isOne(negatives)) {
      const got = `${positives} positives and ${negatives} negatives`;
      throw new ViewforgeError('OPTION', 'batch-easy-hard', `expected hard or easy ones beside semihard ones, got ${got}`);
    }
    return options;
  },
  apply(batch: ContrastBatch, { positives, negatives, ...how }) {
    const distances = distancesOf(batch, how, 'batch-easy-hard');
    const sides = sidesOf(batch);
    const chosen = Array.from({ length: batch.queries.shape[0]! }, (_, row) => {
      return chooseSides(sides(row), positives, negatives, distances(row));
    });
    return keepPairs(batch, chosen);
  },
  pullback: (_batch, _params, gradients) => gradients,
});

function isOne(strategy: Strategy): boolean {
  return strategy === 'hard' || strategy === 'easy';
}

function chooseSides(sides: Sides, positives: Strategy, negatives: Strategy, away: Float64Array): Sides {
  const nothing = { positives: [], negatives: [] };
  if (sides.positives.length === 0 || sides.negatives.length === 0) return nothing;
  const negated = away.map((distance) => -distance);
  // with signs turned, positives are chosen as negatives are
  const [ofPositives, ofNegatives] = [
    { columns: sides.positives, away: negated },
    { columns: sides.negatives, away },
  ];
  const first = positives === 'semihard' ? undefined : choose(positives, ofPositives);
  const second = negatives === 'semihard' ? semihard(ofNegatives, away[first![0]!]!) : choose(negatives, ofNegatives);
  const found = first ?? (second.length > 0 ? semihard(ofPositives, negated[second[0]!]!) : []);
  return found.length > 0 && second.length > 0 ? { positives: found, negatives: second } : nothing;
}

interface Candidates {
  readonly columns: readonly number[];
  /** By column; the smaller, the harder. */
  readonly away: Float64Array;
}

function choose(strategy: Exclude<Strategy, 'semihard'>, { columns, away }: Candidates): readonly number[] {
  if (strategy === 'all') return columns;
  const found = strategy === 'hard' ? nearest(columns, away) : farthest(columns, away);
  return found === undefined ? [] : [found];
}

/** The hardest of those that are easier than `limit`. */
function semihard({ columns, away }: Candidates, limit: number): readonly number[] {
  const easier = columns.filter((column) => away[column]! > limit);
  return choose('hard', { columns: easier, away });
}
