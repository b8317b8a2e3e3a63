import { choice } from '@viewforge/core';
import { z } from 'zod';
import { defineContrastLoss } from './define-contrast-loss.ts';
import { type RowRule, type SeenPositives, softmax } from './row-rule.ts';
import { temperatureOption } from './temperature.ts';

/**
 * How far each query's distribution over its candidates is from the graded one it should be, grade by grade: the sum over grades, best first, of the squared
 * difference between the shares that candidates of at least this grade have in the softmax of the similarities and in `targets`, which are
 * cumulative distributions. Candidates of one target are one grade, whatever their order; those without a target, extras among them, are the last.
 * 0 where every grade has the share it should have, and below the number of grades.
 *
 * Unlike `listWiseWasserstein`, which takes queries together as samples of a Gaussian, it is a mean over queries, by `queryWeights`, and shards can be
 * combined. Parts other than `entropy` and `scaleGradient`, edges and errors are those of `infoNce`, with everything that has a target as a positive;
 * the pairing is `graded`. The squared distance of cumulative distributions is that of Cramer.
 */
export const listWiseCdf = defineContrastLoss({
  name: 'list-wise-cdf',
  summary: 'Bring the shares of grades in each list to those they should have, cumulated from the best.',
  options: z.object({
    temperature: temperatureOption(0.05, 'Similarities are divided by it; 0.05 suits cosines, 1 inner products.'),
    similarity: choice(['cosine', 'dot'], {
      default: 'cosine',
      doc: 'Compare directions, or take the rows as they are given.',
    }),
  }),
  form: ({ temperature, similarity }) => ({ temperature, similarity, rule: () => cumulativeRule }),
});

const cumulativeRule: RowRule = (row, { positives, negatives }) => {
  const { columns, logits, largest } = positives;
  for (const [p, column] of columns.entries()) row[column] = logits[p]!;
  const count = negatives.count + columns.length;
  softmax(row, { ...negatives, count, largest: Math.max(largest, negatives.largest) });
  const shares = columns.map((column) => row[column]!);
  const { value, slopes } = compareGrades(positives, shares);
  const along = slopes.reduce((sum, slope, p) => sum + slope * shares[p]!, 0);
  // negatives have no slope of their own: the last grade, where both distributions are complete
  for (let j = 0; j < row.length; j++) row[j] = -row[j]! * along;
  for (const [p, column] of columns.entries()) row[column] = shares[p]! * (slopes[p]! - along);
  return { value };
};

/** The sum of squared differences, and its slopes by the shares of positives. */
function compareGrades({ weights }: SeenPositives, shares: readonly number[]): { value: number; slopes: Float64Array } {
  const order = weights.map((_, p) => p).sort((a, b) => weights[b]! - weights[a]!);
  const ahead = new Float64Array(order.length);
  let sum = 0;
  order.forEach((p, place) => {
    sum += shares[p]! - weights[p]!;
    ahead[place] = sum;
  });
  const slopes = new Float64Array(order.length);
  let [value, behind] = [0, 0];
  for (let place = order.length - 1; place >= 0; place--) {
    const own = order[place]!;
    if (weights[own] !== weights[order[place + 1]!]) {
      // the last of its grade: all of at least this grade are ahead
      value += ahead[place]! ** 2;
      behind += 2 * ahead[place]!;
    }
    slopes[own] = behind; // a share counts in the sums of its grade and of those behind
  }
  return { value, slopes };
}
