import { type AlignedBatch, defineLoss, number, ViewforgeError } from '@viewforge/core';
import { values } from '@viewforge/tensor';
import { z } from 'zod';
import { type Found, gradientsOf, reportOf } from '../found.ts';
import { type Rows, rowsPullback } from '../rows.ts';
import { crossProducts, transposed, weightedRows } from './matrices.ts';
import { meanOf, openTargets, openViews, rowProducts, zeroRowsOf } from './views.ts';

/**
 * 1 - cos of the rows of view 0 with those of the other side, plus `covarianceWeight` times u^T C u, mean over the rows u of view 0
 * at length 1: they are to leave directions that rows took lately. C = momentum * moment + (1 - momentum) * U^T U / n, where
 * `moment` [d, d] of the batch is the C of the batch before, zeros where it is left out; the C of this batch is the moment of the
 * next, and who makes batches keeps it. The other side is target 1, or the only target, to which no gradient flows, or view 1
 * without targets. As in the paper there are two views, and no more: others would have no part in it. A loss of both directions is the mean of
 * two batches.
 *
 * Gradients [n, d] are with respect to rows as given, before they are brought to length 1; C counts as
 * given, also the part of it that is of this batch. A row of length <= 1e-12 has none.
 *
 * `parts`: `invariance` (mean of 1 - cos), `covariance` (mean of u^T C u), `zeroRows`. `perQuery`: both together, by row.
 * Throws ViewforgeError: SHAPE with more than two views or targets and where views, targets and moment do not fit, NOT_FINITE.
 */
export const tico = defineLoss({
  name: 'tico',
  summary: 'Bring two views together and away from the directions of late rows (TiCo).',
  reference: 'https://arxiv.org/abs/2206.10698',
  measures: 'aligned',
  options: z.object({
    momentum: number({
      default: 0.9,
      min: 0,
      max: 1,
      unit: 'none',
      doc: 'Share of the moment before this batch; beta in the paper.',
    }),
    covarianceWeight: number({
      default: 8,
      min: 0,
      unit: 'none',
      doc: 'How much rows in crowded directions count; rho in the paper.',
    }),
  }),
  measure: (batch, options) => reportOf(find(batch, options), 'tico'),
  differentiate: (batch, options) => gradientsOf(find(batch, options), 'tico'),
  measureHeld: (batch, at, options) => reportOf(find(batch, options, at), 'tico'),
});

interface Options {
  readonly momentum: number;
  readonly covarianceWeight: number;
}

/** C is that of the batch, or of another that is given. */
function find(batch: AlignedBatch, { momentum, covarianceWeight }: Options, at = batch): Found {
  const opening = { where: 'tico', similarity: 'cosine' } as const;
  for (const side of ['views', 'targets'] as const) checkCount(side, batch[side]?.length ?? 0);
  const views = openViews(batch, { ...opening, least: batch.targets?.length ? 1 : 2 });
  const targets = openTargets(batch, opening);
  const [rows, other] = [views[0]!, targets[1] ?? targets[0] ?? views[1]!];
  const { n, d } = rows;
  const before = momentOf(at, d);
  const held = at === batch ? rows : openViews(at, { ...opening, least: 1 })[0]!;
  const moment = ownMoment(held).map((each, e) => momentum * before[e]! + (1 - momentum) * each);
  const cosines = rowProducts(rows, other);
  const crowding = rowProducts(rows, { ...rows, data: throughMatrix(rows, moment) });
  const perQuery = cosines.map((cosine, i) => 1 - cosine + covarianceWeight * crowding[i]!);
  return {
    value: meanOf(perQuery),
    perQuery,
    parts: { invariance: 1 - meanOf(cosines), covariance: meanOf(crowding), zeroRows: zeroRowsOf([...views, ...targets]) },
    gradients: () => {
      // C counts as given, so that u^T C u has the slope (C + C^T) u
      const slope = moment.map((each, e) => covarianceWeight * (each + moment[(e % d) * d + Math.floor(e / d)]!));
      const slopes = throughMatrix(rows, slope).map((each, i) => each - other.data[i]!);
      const first = rowsPullback(rows, slopes, 1 / n, batch.views[0]!, 'cosine');
      if (targets.length > 0) return { views: views.map((_, v) => (v === 0 ? first : undefined)) };
      const second = rowsPullback(other, rows.data, -1 / n, batch.views[1]!, 'cosine');
      return { views: views.map((_, v) => [first, second][v]) };
    },
  };
}

/** Throws ViewforgeError (SHAPE) for views that would have no part in the value. */
function checkCount(side: 'views' | 'targets', count: number): void {
  if (count > 2) throw new ViewforgeError('SHAPE', 'tico', `expected at most 2 ${side}, got ${count}; make a batch of every two`);
}

/** [d, d]; U^T U / n. */
function ownMoment(rows: Rows): Float64Array {
  const columns = transposed(rows);
  return crossProducts(columns, columns, 1 / rows.n);
}

/** [n, d]; M u for every row u. */
function throughMatrix(rows: Rows, matrix: Float64Array): Float64Array {
  return transposed({ data: weightedRows(matrix, transposed(rows)), n: rows.d, d: rows.n }).data;
}

function momentOf({ moment }: AlignedBatch, d: number): Float64Array {
  if (moment === undefined) return new Float64Array(d * d);
  const { shape } = moment;
  if (shape.length !== 2 || shape[0] !== d || shape[1] !== d) {
    throw new ViewforgeError('SHAPE', 'tico', `expected a moment of [${d}, ${d}], got [${shape}]`);
  }
  const numbers = Float64Array.from(values(moment));
  const wrong = numbers.find((each) => !Number.isFinite(each));
  if (wrong !== undefined) throw new ViewforgeError('NOT_FINITE', 'tico', `expected a moment of finite numbers, got ${wrong}`);
  return numbers;
}
