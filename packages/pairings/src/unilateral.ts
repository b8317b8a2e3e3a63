import {
  choice,
  definePairing,
  type EncodedViews,
  type Exclusion,
  number,
  sparseExclusion,
  text,
  type Weights,
} from '@viewforge/core';
import { type Features, logSumExp, softmax, tensor, values } from '@viewforge/tensor';
import { z } from 'zod';
import { type Crops, cropsOf, splitGradient, stackViews } from './crops.ts';
import { prototypeScores } from './prototype-scores.ts';
import { gradientsAt, sumOf } from './role.ts';

/**
 * Inliers that gather and outliers that scatter (UniCon-HA), for InfoNCE: queries and keys are all views, those of inliers first,
 * [rows, d], and never see themselves. An inlier's positives are all other inliers, of whatever item; an outlier's are its own other
 * views alone, in equal parts. Outliers of an item with the same id are excluded otherwise; an outlier with a single view asks nothing.
 *
 * With `weighting` 'soft' an inlier counts by how near it is to the others: omega_i is its share of the sum, over ordered pairs of
 * inliers, of exp(cosine / temperature), and a positive j has the target omega_j over the sum for all positives. `queryWeights` 'soft'
 * also weighs the queries of inliers by omega_i, on the mean by 1, so that they keep their weight beside outliers. No gradient flows
 * through omega. Neither blends nor labels are looked at.
 *
 * Throws ViewforgeError: NAME for a role that the plan lacks, PLAN for a role without views, SHAPE for views of different shapes,
 * NOT_FINITE for inliers that hold NaN or an infinity.
 */
export const unilateral = definePairing({
  name: 'unilateral',
  summary: 'Gather all inliers, and keep virtual outliers apart from them and from each other (UniCon-HA).',
  options: z.object({
    inliers: text({ doc: 'Role of the views that are inliers; the first role of the plan when left out.' }).optional(),
    outliers: text({
      doc: 'Role of the views that are virtual outliers, such as turned images; every other role of the plan when left out.',
    }).optional(),
    weighting: choice(['soft', 'equal'], {
      default: 'soft',
      doc: 'Whether inliers that are near to the others count more as positives.',
    }),
    queryWeights: choice(['equal', 'soft'], {
      default: 'equal',
      doc: 'Whether inliers that are near to the others count more as queries.',
    }),
    temperature: number({
      default: 0.5,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'Cosines are divided by it for the weights of inliers.',
    }),
  }),
  start: () => null,
  pair(encoded, state, { inliers, outliers, weighting, queryWeights, temperature }) {
    const crops = cropsOf(encoded, { role: inliers, local: outliers }, 'unilateral', 1);
    const rows = stackViews(crops.views);
    const gathered = crops.global * encoded.items.length;
    const own = firstRows(rows, gathered);
    const logs = weighting === 'soft' ? nearness(own, temperature) : new Float64Array(gathered);
    return {
      batch: {
        queries: rows,
        keys: [rows],
        ...positivesOf(encoded, crops, logs),
        ...(queryWeights === 'soft' && { queryWeights: weightsOf(inlierWeights(own, temperature), rows.shape[0]!) }),
      },
      state,
      pullback: ({ queries, keys }) => gradientsAt(encoded, splitGradient(crops.views, sumOf([queries, keys?.[0]]))),
    };
  },
});

/**
 * [n]; how central each of n rows [n, d] is: its share of the sum over ordered pairs of different rows of exp(cosine / temperature).
 * Shares sum to 1; a single row has all. Throws ViewforgeError (NOT_FINITE) for rows that hold NaN or an infinity.
 */
export function inlierWeights(rows: Features, temperature: number): Float64Array {
  return softmax(nearness(rows, temperature));
}

/** The logarithms of those sums over the others, [n], less the largest of them. */
function nearness(rows: Features, temperature: number): Float64Array {
  const n = rows.shape[0]!;
  if (n < 2) return new Float64Array(n);
  const cosines = values(prototypeScores(rows, rows).scores);
  const logs = Float64Array.from({ length: n }, (_, i) => {
    const others = Float64Array.from(cosines.subarray(i * n, i * n + n), (cosine) => cosine / temperature);
    others[i] = Number.NEGATIVE_INFINITY;
    return logSumExp(others);
  });
  const largest = logs.reduce((most, each) => Math.max(most, each));
  return logs.map((each) => each - largest);
}

/** [n]; those of inliers first, 1 on the mean, then 1 for each outlier. */
function weightsOf(omega: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, row) => (row < omega.length ? omega[row]! * omega.length : 1));
}

function firstRows(rows: Features, count: number): Features {
  const d = rows.shape[1]!;
  return tensor(values(rows).subarray(0, count * d), [count, d]);
}

/** Targets, dense, and exclusions; inliers count as positives of each other by the softmax of `logs` over all but the query. */
function positivesOf(
  { items }: EncodedViews,
  { global, views }: Crops,
  logs: Float64Array,
): { readonly targets: Weights; readonly excluded: Exclusion } {
  const n = items.length;
  const [gathered, total] = [global * n, views.length * n];
  const targets = new Float64Array(total * total);
  for (let i = 0; i < gathered && gathered > 1; i++) {
    const others = logs.slice();
    others[i] = Number.NEGATIVE_INFINITY;
    targets.set(softmax(others), i * total);
  }
  const excluded = Array.from({ length: total }, (_, row): number[] => {
    if (row < gathered) return [row];
    const { role } = views[Math.floor(row / n)]!;
    const alike = views.flatMap((view, v) => (v >= global && view.role === role ? items.map((_, i) => ({ v, i })) : []));
    const own = alike.filter(({ v, i }) => i === row % n && v * n + i !== row).map(({ v, i }) => v * n + i);
    for (const column of own) targets[row * total + column] = 1 / own.length;
    const { id } = items[row % n]!;
    return alike
      .filter(({ i }) => items[i]!.id === id)
      .map(({ v, i }) => v * n + i)
      .filter((column) => !own.includes(column));
  });
  return { targets: { kind: 'dense', values: tensor(targets, [total, total]) }, excluded: sparseExclusion(excluded) };
}
