import { ViewforgeError } from '@viewforge/core';
import { permutation, type Random } from '@viewforge/random';
import { type Features, tensor, values } from '@viewforge/tensor';
import { type CombinedRows, combineRows, type UnionForm } from './combine-rows.ts';
import { gradientBlock, rowBlock, rowsAt } from './class-rows.ts';
import { combineLabels, type SetOperation } from './label-sets.ts';

/** Embeddings whose items have several labels each. */
export interface LabeledSets {
  /** [n, d] */
  readonly rows: Features;
  /** [n, classes] row-major, 1 where a class is there. */
  readonly sets: Uint8Array;
}

/** Who is combined with whom: item i with `partners[i]`. */
export type PairPermutation = { readonly partners: readonly number[] };

/** What is made of pairs. */
export interface PairOptions {
  readonly operation: SetOperation;
  readonly union?: UnionForm;
  /** Whether pairs that have no label in the end are left out; they stay, with a set of zeros, when this is false or left out. */
  readonly dropEmpty?: boolean;
}

/** Combined pairs, those that are left. */
export interface CombinedPairs extends LabeledSets {
  /** Which pairs they are: rows of the batch, ascending. */
  readonly kept: Int32Array;
  /** How many pairs were left out because nothing is in their set. */
  readonly dropped: number;
  /** From the gradient of the rows that are left to that of the batch's rows, [n, d]. Throws ViewforgeError (SHAPE). */
  pullback(gradient: Features): Features;
}

/** A partner for each of n items: a random permutation of them. */
export function drawPairs(n: number, random: Random): PairPermutation {
  return { partners: permutation(random, n) };
}

/**
 * Each item combined with its partner by a closed form, features and labels alike (LaSO): a batch of items that nobody photographed. Throws
 * ViewforgeError: SHAPE for sets or partners that do not fit, LABEL for marks other than 0 and 1.
 */
export function combinePairs({ rows, sets }: LabeledSets, { partners }: PairPermutation, options: PairOptions): CombinedPairs {
  const { n, d } = rowBlock(rows, 'combine-pairs', 'rows');
  const classes = sets.length / Math.max(1, n);
  if (
    !Number.isInteger(classes) ||
    partners.length !== n ||
    partners.some((partner) => !(Number.isInteger(partner) && partner >= 0 && partner < n))
  ) {
    const message = `expected ${n} sets of one size and ${n} partners from 0 to ${n - 1}, got ${sets.length} marks and [${partners}]`;
    throw new ViewforgeError('SHAPE', 'combine-pairs', message);
  }
  const { operation, union, dropEmpty = false } = options;
  const both = combineRows(rows, rowsAt(rows, partners), operation, union);
  const labels = combineLabels(
    sets,
    Uint8Array.from(partners.flatMap((p) => [...sets.subarray(p * classes, (p + 1) * classes)])),
    operation,
  );
  const all = Array.from({ length: n }, (_, i) => i);
  const kept = dropEmpty ? all.filter((i) => labels.subarray(i * classes, (i + 1) * classes).includes(1)) : all;
  return {
    rows: rowsAt(both.rows, kept),
    sets: Uint8Array.from(kept.flatMap((i) => [...labels.subarray(i * classes, (i + 1) * classes)])),
    kept: Int32Array.from(kept),
    dropped: n - kept.length,
    pullback: (gradient) => pullPairs(both, partners, kept, gradientBlock(gradient, kept.length, d, 'combine-pairs'), rows),
  };
}

/** To each row as the first of its pair, and as the partner of others. */
function pullPairs(
  both: CombinedRows,
  partners: readonly number[],
  kept: readonly number[],
  slopes: Float32Array | Float64Array,
  rows: Features,
): Features {
  const d = rows.shape[1]!;
  const spread = new Float64Array(values(rows).length);
  kept.forEach((i, at) => {
    spread.set(slopes.subarray(at * d, at * d + d), i * d);
  });
  const { a, b } = both.pullback(tensor(spread, rows.shape));
  const sums = values(a).slice();
  const other = values(b);
  partners.forEach((partner, i) => {
    for (let e = 0; e < d; e++) sums[partner * d + e] = sums[partner * d + e]! + other[i * d + e]!;
  });
  return tensor(sums, rows.shape);
}
