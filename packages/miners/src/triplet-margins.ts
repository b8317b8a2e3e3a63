import { type ContrastBatch, choice, defineMixer, number } from '@viewforge/core';
import { z } from 'zod';
import { distanceOptions, distancesOf } from './distances.ts';
import { keepTriplets } from './keep.ts';
import { chooseTriplets } from './triplets.ts';

/**
 * The triplets of a kind, by how much farther the negative is than the positive: up to the margin ('all'), at most 0 ('hard'), above 0
 * and up to the margin ('semihard'), above the margin ('easy'). A query sees what is in its triplets alone. They are chosen from the triplets
 * of the batch where it has some, otherwise from every positive with every negative. Extra negatives stay.
 * `miningReport` tells what was left. Throws ViewforgeError: SHAPE, or NOT_FINITE for a visible row that holds NaN or an infinity.
 */
export const tripletMargins = defineMixer({
  name: 'triplet-margins',
  summary: 'Leave the triplets whose distances differ by less than a margin.',
  reference: 'https://arxiv.org/abs/1503.03832',
  mixes: 'contrast',
  options: z.object({
    margin: number({
      default: 0.2,
      min: 0,
      unit: 'distance',
      doc: 'By so much the negative should be farther than the positive.',
    }),
    triplets: choice(['all', 'hard', 'semihard', 'easy'], {
      default: 'all',
      doc: 'All within the margin; those of them whose negative is no farther than the positive; those whose is; or those beyond.',
    }),
    ...distanceOptions,
  }),
  draw: (_batch, options) => options,
  apply(batch: ContrastBatch, { margin, triplets, ...how }) {
    const distances = distancesOf(batch, how, 'triplet-margins');
    const takes = {
      all: (farther: number) => farther <= margin,
      hard: (farther: number) => farther <= 0,
      semihard: (farther: number) => farther > 0 && farther <= margin,
      easy: (farther: number) => farther > margin,
    }[triplets];
    const chosen = chooseTriplets(batch, (row) => {
      const away = distances(row);
      return (positive, negative) => takes(away[negative]! - away[positive]!);
    });
    return keepTriplets(batch, chosen);
  },
  pullback: (_batch, _params, gradients) => gradients,
});
