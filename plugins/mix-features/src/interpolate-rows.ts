import { type Features, smallestNorm, tensor, values } from '@viewforge/tensor';
import { interpolateFloats } from './interpolate-floats.ts';
import { type MixWeights, weightAt } from './row-blends.ts';

/**
 * w a + (1 - w) b for every row a of blocks [k_b, d] and b = the row that `order` [K] gives it, both at length 1; rows count through the blocks.
 * Blocks of the same shapes, windows on one array of K d numbers, which is all that is allocated besides some 16 bytes for each row. Blocks
 * that are all in float32 are mixed by a kernel.
 */
export function interpolateRows(blocks: readonly Features[], order: ArrayLike<number>, weights: MixWeights): Features[] {
  const d = blocks[0]?.shape[1] ?? 0;
  const rows = rowsByPlace(blocks, d);
  const to = rows.data.every((data) => data instanceof Float32Array)
    ? interpolateFloats(rows as PlacedRows<Float32Array>, order, weights)
    : interpolateDoubles(rows, order, weights);
  let from = 0;
  return blocks.map(({ shape }) => {
    const end = from + shape[0]! * d;
    const window = tensor(to.subarray(from, end), [...shape]);
    from = end;
    return window;
  });
}

/** Where the rows of blocks are. */
export interface PlacedRows<A extends Float32Array | Float64Array> {
  readonly d: number;
  /** By block. */
  readonly data: readonly A[];
  /** By row: its block, and where it begins there. */
  readonly owner: Int32Array;
  readonly at: Int32Array;
}

type Numbers = Float32Array | Float64Array;

function rowsByPlace(blocks: readonly Features[], d: number): PlacedRows<Numbers> {
  const count = blocks.reduce((sum, { shape }) => sum + shape[0]!, 0);
  const places = { d, data: blocks.map((block) => values(block)), owner: new Int32Array(count), at: new Int32Array(count) };
  let row = 0;
  for (const [b, { shape }] of blocks.entries()) {
    for (let i = 0; i < shape[0]!; i++, row++) {
      places.owner[row] = b;
      places.at[row] = i * d;
    }
  }
  return places;
}

/** In float64, in the element type of the first block. */
function interpolateDoubles({ d, data, owner, at }: PlacedRows<Numbers>, order: ArrayLike<number>, weights: MixWeights): Numbers {
  const to = new (data[0] instanceof Float64Array ? Float64Array : Float32Array)(owner.length * d);
  const scales = Float64Array.from(owner, (b, row) => 1 / Math.max(lengthOf(data[b]!, at[row]!, d), smallestNorm));
  for (let row = 0; row < owner.length; row++) {
    const other = order[row]!;
    const [a, b] = [data[owner[row]!]!, data[owner[other]!]!];
    const [p, q] = [at[row]!, at[other]!];
    for (let e = 0; e < d; e++) {
      const weight = weightAt(weights, row, row * d + e);
      to[row * d + e] = weight * scales[row]! * a[p + e]! + (1 - weight) * scales[other]! * b[q + e]!;
    }
  }
  return to;
}

function lengthOf(data: Numbers, from: number, d: number): number {
  let sum = 0;
  for (let i = from; i < from + d; i++) sum += data[i]! * data[i]!;
  return Math.sqrt(sum);
}
