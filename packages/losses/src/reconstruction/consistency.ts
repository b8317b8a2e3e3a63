import { type ReconstructionBatch, ViewforgeError } from '@viewforge/core';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { type Rows, rowsOf, rowsPullback } from '../rows.ts';

/** Which features are compared: of the same patch, or each with all of the item. */
export type Consistency = 'same' | 'all';

/** How much two draws agree. */
export interface Agreement {
  /** Mean of 1 - cos; 0 where no patch is hidden in both draws. */
  readonly value: number;
  /** Patches hidden in both draws. */
  readonly shared: number;
  /** By draw: [n, p, e]; slopes of `weight` times the value. */
  gradients(weight: number): readonly Tensor[];
}

/** Compares the features of two draws where both hid the patch. Throws ViewforgeError: SHAPE, NOT_FINITE. */
export function consistencyOf(
  { originals, masks }: ReconstructionBatch,
  features: readonly Tensor[],
  pairs: Consistency,
  where: string,
): Agreement {
  const [n, p] = originals.shape as [number, number];
  const shared = masks[0]!.map((hidden, patch) => Number(hidden !== 0 && masks[1]![patch] !== 0));
  const flat = features.map((each, draw) => flatten(each, [n, p], draw, where));
  const rows = flat.map((each) => rowsOf(each, 'cosine')) as [Rows, Rows];
  const count = shared.reduce((sum, each) => sum + each, 0);
  rows.forEach(({ broken }, draw) => {
    const itemCounts = (row: number) => shared.subarray(Math.floor(row / p) * p, (Math.floor(row / p) + 1) * p).includes(1);
    const wrong = broken.find((row) => shared[row] === 1 || (pairs === 'all' && draw === 1 && itemCounts(row)));
    if (wrong !== undefined)
      throw new ViewforgeError('NOT_FINITE', where, `expected finite features, got others in patch ${wrong} of draw ${draw}`);
  });
  const slopes = rows.map(({ data }) => new Float64Array(data.length)) as [Float64Array, Float64Array];
  const total = pairs === 'same' ? agreeAlike(rows, shared, slopes) : agreeAll(rows, shared, slopes, p);
  const terms = pairs === 'same' ? count : count * p;
  return {
    value: count === 0 ? 0 : 1 - total / terms,
    shared: count,
    gradients: (weight) =>
      rows.map((each, draw) => {
        const scale = count === 0 ? 0 : -weight / terms;
        const back = rowsPullback(each, slopes[draw]!, scale, flat[draw]!, 'cosine');
        return tensor(values(back), features[draw]!.shape);
      }),
  };
}

function flatten(features: Tensor, [n, p]: readonly [number, number], draw: number, where: string): Tensor {
  const { shape } = features;
  if (shape.length !== 3 || shape[0] !== n || shape[1] !== p)
    throw new ViewforgeError('SHAPE', where, `expected features of [${n}, ${p}, e] in draw ${draw}, got [${shape}]`);
  return tensor(values(features), [n * p, shape[2]!]);
}

/** The sum of cosines of each shared patch in both draws. In place: its slopes. */
function agreeAlike([a, b]: readonly [Rows, Rows], shared: Uint8Array, [first, second]: readonly [Float64Array, Float64Array]) {
  let sum = 0;
  shared.forEach((isShared, patch) => {
    if (isShared === 0) return;
    for (let i = patch * a.d; i < patch * a.d + a.d; i++) {
      sum += a.data[i]! * b.data[i]!;
      first[i] = b.data[i]!;
      second[i] = a.data[i]!;
    }
  });
  return sum;
}

/** The sum of cosines of each shared patch in draw 0 with every patch of its item in draw 1, by sums of rows. In place: its slopes. */
function agreeAll(
  [a, b]: readonly [Rows, Rows],
  shared: Uint8Array,
  [first, second]: readonly [Float64Array, Float64Array],
  p: number,
) {
  const { d } = a;
  let sum = 0;
  for (let start = 0; start < a.n; start += p) {
    const [mine, others] = [new Float64Array(d), new Float64Array(d)];
    for (let at = start * d; at < (start + p) * d; at++) {
      if (shared[Math.floor(at / d)] === 1) mine[at % d] = mine[at % d]! + a.data[at]!;
      others[at % d] = others[at % d]! + b.data[at]!;
    }
    for (let e = 0; e < d; e++) sum += mine[e]! * others[e]!;
    for (let at = start * d; at < (start + p) * d; at++) {
      if (shared[Math.floor(at / d)] === 1) first[at] = others[at % d]!;
      second[at] = mine[at % d]!;
    }
  }
  return sum;
}
