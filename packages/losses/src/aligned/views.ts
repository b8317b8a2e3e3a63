import { type AlignedBatch, ViewforgeError } from '@viewforge/core';
import { dotRows, type Features, values } from '@viewforge/tensor';
import { relativeWeights } from '../relative-weights.ts';
import { type Rows, rowsOf, type Similarity } from '../rows.ts';
import { squaresOf } from './matrices.ts';

/** Which target a view is to come close to: those of the other views, or its own. */
export type Against = 'others' | 'own';

/** A view and a target, or two views, that are compared row by row. */
export type Meeting = readonly [view: number, other: number];

/** How the views of a batch are opened. */
export interface Opening {
  /** Name of the loss, for errors. */
  readonly where: string;
  /** 'cosine' brings rows to length 1, 'dot' leaves them as they are. */
  readonly similarity: Similarity;
  /** Views that are needed at least. */
  readonly least: number;
  /** The loss is a mean over items, and takes the weights of these; others refuse them. */
  readonly weighs?: boolean;
}

/**
 * The views of a batch in float64. Throws ViewforgeError: SHAPE where they do not fit, and for weights that the loss cannot take; NOT_FINITE,
 * naming view and row.
 */
export function openViews({ views, weights }: AlignedBatch, { where, similarity, least, weighs }: Opening): readonly Rows[] {
  if (weights !== undefined && !weighs) {
    throw new ViewforgeError(
      'SHAPE',
      where,
      'expected a batch without weights, since it looks at statistics of the batch, got weights of items; negative-cosine and regression take them',
    );
  }
  if (views.length < least) {
    throw new ViewforgeError('SHAPE', where, `expected at least ${least} ${least === 1 ? 'view' : 'views'}, got ${views.length}`);
  }
  const { shape } = views[0]!;
  if (shape.length !== 2 || shape.includes(0)) {
    throw new ViewforgeError('SHAPE', where, `expected views of [n, d] with n and d >= 1, got [${shape}]`);
  }
  return views.map((view, v) => openRows(view, shape, `view ${v}`, { where, similarity }));
}

/** The targets of a batch in float64, none where it has none. Throws as `openViews` does. */
export function openTargets(
  { views, targets = [] }: AlignedBatch,
  opening: Pick<Opening, 'where' | 'similarity'>,
): readonly Rows[] {
  return targets.map((target, w) => openRows(target, views[0]!.shape, `target ${w}`, opening));
}

/** Every two of `count` views. */
export function pairsOf(count: number): readonly Meeting[] {
  return Array.from({ length: count }, (_, w) => Array.from({ length: w }, (_, v): Meeting => [v, w])).flat();
}

/**
 * Every view with the targets it is to come close to; the only target of a batch is everybody's own.
 * Throws ViewforgeError (SHAPE) where no view has a target.
 */
export function meetingsOf({ views, targets = [] }: AlignedBatch, against: Against, where: string): readonly Meeting[] {
  const counts = `got ${views.length} views and ${targets.length} targets`;
  if (against === 'own') {
    if (targets.length !== 1 && targets.length !== views.length) {
      throw new ViewforgeError('SHAPE', where, `expected a target for each view or one for all, ${counts}`);
    }
    return views.map((_, v): Meeting => [v, targets.length === 1 ? 0 : v]);
  }
  const meetings = views.flatMap((_, v) => targets.flatMap((_, w): Meeting[] => (v === w ? [] : [[v, w]])));
  if (meetings.length === 0) throw new ViewforgeError('SHAPE', where, `expected a target of another view, ${counts}`);
  return meetings;
}

/** [n]; the dot product of each row of `a` with the same row of `b`: the cosine where both have length 1. */
export function rowProducts({ data: a, n, d }: Rows, { data: b }: Rows): Float64Array {
  const products = new Float64Array(n);
  for (let row = 0; row < n; row++) products[row] = dotRows(a, row, b, row, d);
  return products;
}

/** In place: `sums` gains `factor` times `terms`, element by element. */
export function addScaled(sums: Float64Array, terms: Float64Array, factor: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + factor * terms[i]!;
}

/** The mean of some numbers; 0 of none. */
export function meanOf(numbers: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]!;
  return numbers.length === 0 ? 0 : sum / numbers.length;
}

/** What items count, relative to those that count most, and the sum of it. */
export interface ItemWeights {
  /** [n] */
  readonly weights: Float64Array;
  readonly weight: number;
}

/** The weights of the items of a batch, all 1 where it says nothing. Throws ViewforgeError (SHAPE) where they do not fit. */
export function itemWeightsOf({ views, weights: given }: AlignedBatch, where: string): ItemWeights {
  const n = views[0]!.shape[0]!;
  const fail = (expected: string, got: number): never => {
    throw new ViewforgeError('SHAPE', where, `expected ${expected}, got ${got}`);
  };
  if (given !== undefined && given.length !== n) fail(`${n} weights of items`, given.length);
  const wrong = given?.find((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (wrong !== undefined) fail('weights of items that are finite numbers >= 0', wrong);
  const weights = relativeWeights(given, n);
  return { weights, weight: weights.reduce((sum, each) => sum + each, 0) };
}

/** The mean of a number of each item, by weight; 0 where nothing weighs anything. */
export function weightedMean(numbers: Float64Array, { weights, weight }: ItemWeights): number {
  return weight === 0 ? 0 : numbers.reduce((sum, each, item) => sum + weights[item]! * each, 0) / weight;
}

/** In place: the rows [n, d] of slopes of a sum over items become those of a mean by weight. */
export function weighRows(slopes: Float64Array, { weights, weight }: ItemWeights): void {
  const d = slopes.length / weights.length;
  for (let i = 0; i < slopes.length; i++) slopes[i] = weight === 0 ? 0 : (slopes[i]! * weights[Math.floor(i / d)]!) / weight;
}

/** Rows of length 0, over all views. */
export function zeroRowsOf(views: readonly Rows[]): number {
  return views.reduce((count, { norms }) => count + norms.reduce((zeros, norm) => zeros + Number(norm === 0), 0), 0);
}

function openRows(
  given: Features,
  shape: readonly number[],
  what: string,
  { where, similarity }: Pick<Opening, 'where' | 'similarity'>,
): Rows {
  if (given.shape.length !== 2 || given.shape.some((length, axis) => length !== shape[axis])) {
    throw new ViewforgeError('SHAPE', where, `expected [${shape}] in ${what}, got [${given.shape}]`);
  }
  const rows = rowsOf(given, similarity);
  const fail = (place: string, got: string | number): never => {
    throw new ViewforgeError('NOT_FINITE', where, `expected finite numbers in ${place}${what}, got ${got}`);
  };
  const broken = rows.broken[0];
  const overflow = 'numbers whose squares have no finite sum';
  if (broken !== undefined) {
    const row = values(given).subarray(broken * rows.d, (broken + 1) * rows.d);
    fail(`row ${broken} of `, row.find((each) => !Number.isFinite(each)) ?? overflow);
  }
  // a variance of Infinity would make rows zeros, without a word
  if (!Number.isFinite(squaresOf(rows.data))) fail('', overflow);
  return rows;
}
