import { ViewforgeError } from '@viewforge/core';
import { type Features, tensor } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import { gradientBlock, type RowBlock, rowBlock } from './class-rows.ts';
import type { SetOperation } from './label-sets.ts';

/** How the union is made of features: their sum, or the larger of both. */
export type UnionForm = 'sum' | 'largest';

/** Rows that were combined, and how their gradient flows back. */
export interface CombinedRows {
  /** [n, d] in the element type of the first rows. */
  readonly rows: Features;
  /** From the gradient [n, d] of the rows to those of both inputs, in the element type of each. */
  pullback(gradient: Features): { readonly a: Features; readonly b: Features };
}

/**
 * What stands for sets of labels in features a and b [n, d] that are 0 where nothing of a class is there, as behind a ReLU: max(0, a - b) for
 * the labels of a that b lacks, min(a, b) for those of both, a + b for those of either, or max(a, b) with `union: 'largest'`. Closed
 * forms, for when no network has learned the operations (LaSO). They take negative numbers as they are.
 *
 * Gradients: by comparison, 1 to the one that is taken; where both are equal to a, but none through max(0, 0) of a difference.
 * Reference: https://arxiv.org/abs/1902.09811. Throws ViewforgeError (SHAPE) where shapes differ.
 */
export function combineRows(a: Features, b: Features, operation: SetOperation, union: UnionForm = 'sum'): CombinedRows {
  const left = rowBlock(a, 'combine-rows', 'rows');
  const right = rowBlock(b, 'combine-rows', 'rows', left.d);
  if (right.n !== left.n) throw new ViewforgeError('SHAPE', 'combine-rows', `expected rows of [${a.shape}], got [${b.shape}]`);
  const result = left.data.slice();
  for (let e = 0; e < result.length; e++) result[e] = combined(left.data[e]!, right.data[e]!, operation, union);
  return {
    rows: tensor(result, a.shape),
    pullback(gradient) {
      const slopes = gradientBlock(gradient, left.n, left.d, 'combine-rows');
      return {
        a: pulled(slopes, a, (e) => shareOfA(left.data[e]!, right.data[e]!, operation, union)),
        b: pulled(slopes, b, (e) => shareOfB(left.data[e]!, right.data[e]!, operation, union)),
      };
    },
  };
}

function combined(a: number, b: number, operation: SetOperation, union: UnionForm): number {
  if (operation === 'subtract') return Math.max(0, a - b);
  if (operation === 'intersect') return Math.min(a, b);
  return union === 'sum' ? a + b : Math.max(a, b);
}

function shareOfA(a: number, b: number, operation: SetOperation, union: UnionForm): number {
  if (operation === 'subtract') return Number(a > b);
  if (operation === 'intersect') return Number(a <= b);
  return union === 'sum' ? 1 : Number(a >= b);
}

function shareOfB(a: number, b: number, operation: SetOperation, union: UnionForm): number {
  if (operation === 'subtract') return -Number(a > b);
  if (operation === 'intersect') return Number(b < a);
  return union === 'sum' ? 1 : Number(b > a);
}

function pulled(slopes: RowBlock['data'], like: Features, share: (e: number) => number): Features {
  return asType(
    Float64Array.from(slopes, (slope, e) => slope * share(e)),
    like,
  );
}
