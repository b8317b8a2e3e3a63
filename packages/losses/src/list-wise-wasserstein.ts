import { choice, type ContrastBatch, defineLoss, type LossReport, ViewforgeError } from '@viewforge/core';
import { z } from 'zod';
import { type Comparison, openComparison } from './comparison.ts';
import { gradientsOf } from './contrast.ts';
import { emptySums, goThrough, type Sums } from './passes.ts';
import type { LogitRow } from './row-rule.ts';
import type { Similarity } from './rows.ts';
import { temperatureOption } from './temperature.ts';
import { type GaussianDistance, gaussianDistance } from './wasserstein.ts';

/**
 * How far the distributions that queries give to their candidates are from the graded ones they should give, taken together: softmax of the similarities
 * over what each query sees, and its row of `targets`, are samples of two Gaussians, and the value is the squared 2-Wasserstein distance of these. Targets
 * are the graded distribution itself, such as the softmax of grades 3, 2, 1, 0 as dense targets; a column without a target has the grade
 * share 0, extras too. Queries without a target are left out; `queryWeights` weigh means and covariances. 0 where both Gaussians are the same,
 * which does not mean query by query: `listWiseCdf` compares them so. A single query has a mean only.
 *
 * Made for some hundred queries over some thousand candidates: memory grows with n (k + s), and the time has a term of n^3. `perQuery` is empty and shards
 * cannot be combined, since the value is no mean over queries. Parts: `mean` and `covariance` (the two terms of the distance), `queries`, `zeroRows` (of queries).
 * Gradients are with respect to the rows as given. Throws ViewforgeError: SHAPE for parts of a batch that do not fit, NOT_FINITE for a
 * query whose similarities are no finite numbers. The method is that of "Beyond Contrastive Learning: Synthetic Data Enables List-wise
 * Training with Multiple Levels of Relevance".
 */
export const listWiseWasserstein = defineLoss({
  name: 'list-wise-wasserstein',
  summary: 'Bring the distributions over candidates to graded ones, as the Gaussians they are samples of.',
  options: z.object({
    temperature: temperatureOption(0.05, 'Similarities are divided by it; 0.05 suits cosines, 1 inner products.'),
    similarity: choice(['cosine', 'dot'], {
      default: 'cosine',
      doc: 'Compare directions, or take the rows as they are given.',
    }),
  }),
  measure: (batch, options) => compare(batch, options).report,
  differentiate(batch, options) {
    const { comparison, rows, distance, report } = compare(batch, options);
    const sums = emptySums(comparison);
    pullBack(comparison, rows, distance, sums);
    return { ...report, gradients: gradientsOf(comparison, sums) };
  },
});

const where = 'list-wise-wasserstein';

/** The distributions of the queries that count, in their order. */
interface Distributions {
  /** [m]; relative to their sum. */
  readonly weights: Float64Array;
  /** k + s */
  readonly width: number;
  /** [m, width]; softmax of the similarities. */
  readonly found: Float64Array;
  /** [m, width]; the targets. */
  readonly wanted: Float64Array;
}

interface Compared {
  readonly comparison: Comparison;
  readonly rows: Distributions;
  readonly distance: GaussianDistance;
  readonly report: LossReport;
}

function compare(batch: ContrastBatch, options: { temperature: number; similarity: Similarity }): Compared {
  const comparison = openComparison(batch, options, where);
  const rows = distributionsOf(comparison);
  const distance = gaussianDistance({ data: rows.found, weights: rows.weights, width: rows.width }, rows.wanted);
  const { mean, covariance } = distance;
  const zeroRows = comparison.queries.norms.filter((norm) => norm === 0).length;
  const parts = { mean, covariance, queries: rows.weights.length, zeroRows };
  return { comparison, rows, distance, report: { value: mean + covariance, perQuery: new Float64Array(), parts } };
}

function distributionsOf(comparison: Comparison): Distributions {
  const { columns: k, extras, positives, weight } = comparison;
  const counted = comparison.weights.filter((each) => !Number.isNaN(each));
  const width = k + (extras?.s ?? 0);
  const found = new Float64Array(counted.length * width);
  const wanted = new Float64Array(found.length);
  let from = 0;
  goThrough(
    comparison,
    (query, row, columns) => {
      softmaxOf(row, query);
      row.forEach((share, place) => {
        found[from + columnAt(place, columns, k)] = share;
      });
      const { columns: own, weights } = positives(query);
      for (const [p, column] of own.entries()) wanted[from + column] = weights[p]!;
      from += width;
    },
    undefined,
  );
  return { weights: counted.map((each) => (weight === 0 ? 0 : each / weight)), width, found, wanted };
}

/** In place: from logits to their softmax. */
function softmaxOf(row: LogitRow, query: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of row) largest = Math.max(largest, logit);
  let total = 0;
  for (let j = 0; j < row.length; j++) {
    row[j] = Math.exp(row[j]! - largest);
    total += row[j]!;
  }
  if (!Number.isFinite(total)) {
    throw new ViewforgeError('NOT_FINITE', where, `expected finite similarities of query ${query}, got one that is not`);
  }
  for (let j = 0; j < row.length; j++) row[j] = row[j]! / total;
}

/** Adds slopes of logits to sums, through the softmax of each query. */
function pullBack(comparison: Comparison, { found, width }: Distributions, { gradient }: GaussianDistance, sums: Sums): void {
  const { columns: k, weight } = comparison;
  let from = 0;
  goThrough(
    comparison,
    (_, row, columns) => {
      let along = 0;
      for (let j = from; j < from + width; j++) along += found[j]! * gradient[j]!;
      for (let place = 0; place < row.length; place++) {
        const at = from + columnAt(place, columns, k);
        // the comparison divides sums by the weight of all queries
        row[place] = weight * found[at]! * (gradient[at]! - along);
      }
      from += width;
    },
    sums,
  );
}

/** The column of a place in a row that holds some of the k columns, or all, and then the extras. */
function columnAt(place: number, columns: Int32Array | undefined, k: number): number {
  if (columns === undefined) return place;
  return place < columns.length ? columns[place]! : k + place - columns.length;
}
