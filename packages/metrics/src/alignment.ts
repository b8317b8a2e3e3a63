import { defineMetric, type MetricReport, number, ViewforgeError } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { notFinite, nothingToMeasure, zeroNotes } from './reports.ts';
import { featuresOf, roleOption } from './role.ts';
import { areFinite, countZeroRows, unitRowsOf } from './rows.ts';
import type { Accumulator } from './streams/accumulator.ts';

/**
 * How far apart the views of an item lie: the mean over items and pairs of views of the distance of their unit features
 * to the power alpha. In [0, 2^alpha], 0 when views of an item are encoded alike.
 *
 * `n` counts pairs of rows; pairs with a row of length 0 are left out. NaN with fewer than two views, no items, or a number
 * that is not finite.
 * `parts`: one `view-i-j` for each pair of views. Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const alignment = defineMetric({
  name: 'alignment',
  summary: 'Measure how far apart the views of an item lie.',
  reference: 'https://arxiv.org/abs/2005.10242',
  better: 'lower',
  options: z.object({
    alpha: number({ default: 2, min: 0, open: 'min', unit: 'none', doc: 'Distances are taken to this power.' }),
    role: roleOption,
  }),
  async measure(encoded, { alpha, role }, { signal }) {
    signal.throwIfAborted();
    const { features, notes } = featuresOf(encoded, role, 'alignment');
    if (!areFinite(features)) return notFinite;
    const parts: Record<string, number> = {};
    let [sum, n] = [0, 0];
    for (let j = 1; j < features.length; j++) {
      for (let i = 0; i < j; i++) {
        const pair = alignedPairs(features[i]!, features[j]!, alpha);
        parts[`view-${i}-${j}`] = pair.sum / pair.n;
        sum += pair.sum;
        n += pair.n;
      }
    }
    if (n === 0) return nothingToMeasure('alignment needs two views of an item');
    return { value: sum / n, n, parts, notes: [...notes, ...zeroNotes(countZeroRows(features))] };
  },
});

/**
 * The mean of |u_i - v_i|^alpha over rows of x [n, d] and y [n, d] brought to length 1, in float64; pairs with a row of
 * length 0 are left out, NaN where none is left. Throws ViewforgeError (SHAPE) where shapes differ.
 */
export function alignmentOf(x: Features, y: Features, alpha = 2): number {
  const { sum, n } = alignedPairs(x, y, alpha);
  return sum / n;
}

/** Two views [n, d] of the same items. */
export interface TwoViews {
  readonly x: Features;
  readonly y: Features;
}

/**
 * What alignment is worked out from: the sum of powers of distances over n pairs, pairs that were left out, and whether all was
 * finite.
 */
export interface AlignmentSums {
  readonly sum: number;
  readonly n: number;
  readonly left: number;
  readonly allFinite: boolean;
}

/**
 * An accumulator of pairs of views whose `value` is what `alignmentOf` says of all of them. NaN, with a note, without pairs or
 * with a number that is not finite. `add` throws ViewforgeError (SHAPE) where shapes differ.
 */
export function createAlignment(alpha = 2): Accumulator<TwoViews, AlignmentSums, MetricReport> {
  let sums: AlignmentSums = { sum: 0, n: 0, left: 0, allFinite: true };
  const take = (more: AlignmentSums): void => {
    const { sum, n, left, allFinite } = sums;
    sums = { sum: sum + more.sum, n: n + more.n, left: left + more.left, allFinite: allFinite && more.allFinite };
  };
  return {
    add({ x, y }) {
      const { sum, n } = alignedPairs(x, y, alpha);
      take({ sum, n, left: x.shape[0]! - n, allFinite: areFinite([x, y]) });
    },
    merge: (other) => take(other.state()),
    state: () => sums,
    result() {
      const { sum, n, left, allFinite } = sums;
      if (!allFinite) return notFinite;
      if (n === 0) return nothingToMeasure('alignment needs two views of an item');
      return { value: sum / n, n, parts: {}, notes: left === 0 ? [] : [`${left} pairs with a row of length 0 were left out`] };
    },
  };
}

function alignedPairs(x: Features, y: Features, alpha: number): { readonly sum: number; readonly n: number } {
  if (`${x.shape}` !== `${y.shape}`) {
    throw new ViewforgeError('SHAPE', 'alignment', `expected two views of one shape, got [${x.shape}] and [${y.shape}]`);
  }
  const [rows, d] = x.shape as [number, number];
  const [u, v] = [unitRowsOf(x), unitRowsOf(y)];
  const [a, b] = [values(u.rows), values(v.rows)];
  let [sum, n] = [0, 0];
  for (let row = 0; row < rows; row++) {
    if (u.norms[row] === 0 || v.norms[row] === 0) continue;
    let squared = 0;
    for (let i = row * d; i < row * d + d; i++) squared += (a[i]! - b[i]!) ** 2;
    sum += squared ** (alpha / 2);
    n++;
  }
  return { sum, n };
}
