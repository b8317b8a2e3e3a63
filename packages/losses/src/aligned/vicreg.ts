import { type AlignedBatch, choice, defineLoss, number } from '@viewforge/core';
import type { Matrix } from '@viewforge/tensor';
import { z } from 'zod';
import { type Found, gradientsOf, reportOf } from '../found.ts';
import { rowsPullback } from '../rows.ts';
import { centerRows, crossProducts, squaresOf, transposed, weightedRows } from './matrices.ts';
import { addScaled, meanOf, openViews, pairsOf } from './views.ts';

/**
 * Invariance, variance and covariance, weighted: the mean squared difference of two views (the mean over every two of more),
 * how far the deviation of each column stays below 1 (mean of relu(1 - sqrt(variance + epsilon)) over columns), and the squared
 * covariances of different columns (their sum / d, summed over the views). Variances and covariances divide by n - 1. Rows are taken
 * as they are.
 *
 * Gradients [n, d] flow to every view, with respect to the numbers as given; a column that does not vary has none from the variance.
 * One row alone says nothing of variance and covariance: both are left out. Targets are not looked at.
 *
 * `parts`: `invariance`, `variance`, `covariance`, before the weights; NaN where they are left out.
 * Throws ViewforgeError: SHAPE with fewer than two views or views that do not fit, NOT_FINITE.
 */
export const vicreg = defineLoss({
  name: 'vicreg',
  summary: 'Bring views together, keep every column varying and columns uncorrelated (VICReg).',
  reference: 'https://arxiv.org/abs/2105.04906',
  measures: 'aligned',
  options: z.object({
    invarianceWeight: number({ default: 25, min: 0, unit: 'none', doc: 'How much differences of views count.' }),
    varianceWeight: number({ default: 25, min: 0, unit: 'none', doc: 'How much columns that vary too little count.' }),
    covarianceWeight: number({ default: 1, min: 0, unit: 'none', doc: 'How much covariances of columns count.' }),
    varianceReduction: choice(['mean', 'sum'], {
      default: 'mean',
      doc: 'Over the views: their mean in the code of the paper, their sum, twice as much, in solo-learn.',
    }),
    epsilon: number({ default: 1e-4, min: 0, unit: 'none', doc: 'Is added to the variance below the root.' }),
  }),
  measure: (batch, options) => reportOf(find(batch, options), 'vicreg'),
  differentiate: (batch, options) => gradientsOf(find(batch, options), 'vicreg'),
});

interface Weights {
  readonly invarianceWeight: number;
  readonly varianceWeight: number;
  readonly covarianceWeight: number;
  readonly varianceReduction: 'mean' | 'sum';
  readonly epsilon: number;
}

function find(batch: AlignedBatch, options: Weights): Found {
  const { invarianceWeight, varianceWeight, covarianceWeight, varianceReduction, epsilon } = options;
  const views = openViews(batch, { where: 'vicreg', similarity: 'dot', least: 2 });
  const [{ n, d }, pairs] = [views[0]!, pairsOf(views.length)];
  const differences = pairs.map(([v, w]) => views[v]!.data.map((each, i) => each - views[w]!.data[i]!));
  const invariance = meanOf(differences.map((each) => squaresOf(each) / each.length));
  const spreads = n === 1 ? [] : views.map((rows) => spreadOf(rows, epsilon));
  const share = varianceReduction === 'mean' ? 1 / views.length : 1;
  const variance = spreads.reduce((sum, each) => sum + share * each.variance, 0);
  const covariance = spreads.reduce((sum, each) => sum + each.covariance, 0);
  return {
    value: invarianceWeight * invariance + varianceWeight * variance + covarianceWeight * covariance,
    perQuery: new Float64Array(0),
    parts: { invariance, variance: n === 1 ? Number.NaN : variance, covariance: n === 1 ? Number.NaN : covariance },
    gradients: () => {
      const slopes = views.map(({ data }) => new Float64Array(data.length));
      const factor = (2 * invarianceWeight) / (n * d * pairs.length);
      pairs.forEach(([v, w], p) => {
        addScaled(slopes[v]!, differences[p]!, factor);
        addScaled(slopes[w]!, differences[p]!, -factor);
      });
      spreads.forEach((spread, v) => {
        addScaled(slopes[v]!, spreadSlopes(spread, varianceWeight * share, covarianceWeight), 1);
      });
      return { views: views.map((rows, v) => rowsPullback(rows, slopes[v]!, 1, batch.views[v]!, 'dot')) };
    },
  };
}

/** How the rows of one view spread. */
interface Spread {
  /** Centered columns as rows [d, n]. */
  readonly columns: Matrix;
  /** [d]; sqrt(variance + epsilon). */
  readonly deviations: Float64Array;
  /** [d, d] with 0 on the diagonal. */
  readonly covariances: Float64Array;
  readonly variance: number;
  readonly covariance: number;
}

function spreadOf(rows: Matrix, epsilon: number): Spread {
  const columns = transposed(rows);
  centerRows(columns);
  const { n: d, d: n } = columns;
  const covariances = crossProducts(columns, columns, 1 / (n - 1));
  const deviations = new Float64Array(d);
  for (let column = 0; column < d; column++) {
    deviations[column] = Math.sqrt(covariances[column * (d + 1)]! + epsilon);
    covariances[column * (d + 1)] = 0;
  }
  const variance = meanOf(deviations.map((deviation) => Math.max(0, 1 - deviation)));
  return { columns, deviations, covariances, variance, covariance: squaresOf(covariances) / d };
}

/** [n, d]; the slopes of the two terms of one view. The means that were taken off need no term: these slopes have mean 0 already. */
function spreadSlopes(
  { columns, deviations, covariances }: Spread,
  varianceWeight: number,
  covarianceWeight: number,
): Float64Array {
  const { data, n: d, d: n } = columns;
  const slopes = weightedRows(covariances, columns).map((each) => (each * 4 * covarianceWeight) / (d * (n - 1)));
  deviations.forEach((deviation, column) => {
    if (deviation >= 1 || deviation === 0) return;
    const factor = -varianceWeight / (d * deviation * (n - 1));
    for (let i = column * n; i < column * n + n; i++) slopes[i] = slopes[i]! + factor * data[i]!;
  });
  return transposed({ data: slopes, n: d, d: n }).data;
}
