import { allocate, mixPairs, squareSums, withArena } from '@viewforge/kernels';
import { smallestNorm } from '@viewforge/tensor';
import type { PlacedRows } from './interpolate-rows.ts';
import type { MixWeights } from './row-blends.ts';

/** Numbers of rows that are mixed at a time: with their partners, weights and mixtures they fit the nearer caches. */
const atOnce = 2 ** 15;

/** What `interpolateRows` does, [K, d] in float32: rows and partners are copied to the memory of the kernels, some at a time, and mixed there. */
export function interpolateFloats(rows: PlacedRows<Float32Array>, order: ArrayLike<number>, weights: MixWeights): Float32Array {
  const { d, owner } = rows;
  const to = new Float32Array(owner.length * d);
  const together = Math.max(1, Math.floor(atOnce / Math.max(1, d)));
  withArena(() => {
    const tile = openTile(Math.min(together, owner.length), d, weights.by === 'element');
    for (let first = 0; first < owner.length; first += together) {
      const count = Math.min(together, owner.length - first);
      copyRun(rows, first, tile.rows.subarray(0, count * d));
      for (let i = 0; i < count; i++) tile.partners.set(rowOf(rows, order[first + i]!), i * d);
      withArena(() => to.set(mixTile(tile, count, d, weightsAt(weights, tile.weights, first, count, d)), first * d));
    }
  });
  return to;
}

/** Rows on their way, all on the memory of the kernels. */
interface Tile {
  readonly rows: Float32Array;
  readonly partners: Float32Array;
  readonly factors: Float32Array;
  readonly otherFactors: Float32Array;
  readonly weights: Float32Array;
  readonly sums: Float64Array;
}

function openTile(count: number, d: number, isElement: boolean): Tile {
  const sums = allocate(2 * count);
  return {
    rows: allocate(count * d),
    partners: allocate(count * d),
    factors: allocate(count),
    otherFactors: allocate(count),
    weights: allocate(isElement ? count * d : count),
    sums: new Float64Array(sums.buffer, sums.byteOffset, count),
  };
}

function mixTile(tile: Tile, count: number, d: number, weights: Float32Array): Float32Array {
  const [factors, otherFactors] = [tile.factors.subarray(0, count), tile.otherFactors.subarray(0, count)];
  takeFactors(tile.rows, d, tile.sums, factors);
  takeFactors(tile.partners, d, tile.sums, otherFactors);
  const [first, second] = [tile.rows.subarray(0, count * d), tile.partners.subarray(0, count * d)];
  return mixPairs({ first, second, width: d, factors, otherFactors, weights });
}

/** In place: 1 / the length of each row. */
function takeFactors(data: Float32Array, d: number, sums: Float64Array, to: Float32Array): void {
  squareSums({ data, at: 0, n: to.length, d }, sums);
  for (let i = 0; i < to.length; i++) to[i] = 1 / Math.max(Math.sqrt(sums[i]!), smallestNorm);
}

/** In place: as many rows as `to` has room for, from row `first` on; they may go on in further blocks. */
function copyRun({ d, data, owner, at }: PlacedRows<Float32Array>, first: number, to: Float32Array): void {
  for (let done = 0; done < to.length; ) {
    const row = first + done / d;
    const block = data[owner[row]!]!;
    const part = block.subarray(at[row]!, Math.min(block.length, at[row]! + to.length - done));
    to.set(part, done);
    done += part.length;
  }
}

function rowOf({ d, data, owner, at }: PlacedRows<Float32Array>, row: number): Float32Array {
  return data[owner[row]!]!.subarray(at[row]!, at[row]! + d);
}

function weightsAt({ by, data }: MixWeights, to: Float32Array, first: number, count: number, d: number): Float32Array {
  if (by === 'batch') return to.subarray(0, count).fill(data[0]!);
  const size = by === 'sample' ? 1 : d;
  const found = to.subarray(0, count * size);
  found.set(data.subarray(first * size, (first + count) * size));
  return found;
}
