import { ViewforgeError } from '@viewforge/core';
import type { TakenOutput } from './feeding.ts';
import { pooledItem, poolsOver } from './feeding-outputs.ts';
import type { Payload } from './session-messages.ts';

/** One row an item, row-major, and the shape of an item. */
export interface PooledRows {
  readonly rows: Float32Array;
  readonly item: readonly number[];
}

/**
 * A model's output [n, ...], pooled; sums in float64. `mask` [n, t] says which tokens of an output [n, t, d] count: means, maxima and the
 * last token are of those alone. The first `classTokens` of them are left out of means and maxima.
 * Throws ViewforgeError (MODEL_OUTPUT) when the output is no float32, has not `n` rows or not the tokens of the mask, when it cannot be
 * pooled that way, or when no token of a row is left to pool.
 */
export function poolRows(
  { data, shape }: Payload,
  n: number,
  taken: TakenOutput,
  mask: Int32Array | undefined,
  where: string,
): PooledRows {
  const fail = (expected: string, got: string): never => {
    throw new ViewforgeError('MODEL_OUTPUT', where, `expected ${expected}, got ${got}`);
  };
  if (!(data instanceof Float32Array) || shape[0] !== n)
    return fail(`a float32 output "${taken.output}" with ${n} rows, one for each item`, `[${shape}]`);
  const item = pooledItem(shape, taken.pooling, taken.layout, where) as readonly number[];
  if (!poolsOver(shape.length, taken.pooling, where)) return { rows: data, item };
  const planar = shape.length === 4 && taken.layout === 'nchw';
  const width = planar ? shape[1]! : shape.at(-1)!;
  const count = shape.slice(1).reduce((product, size) => product * size, 1) / width;
  const isTokens = shape.length === 3;
  if (isTokens && mask && mask.length !== n * count)
    fail(`${mask.length / n} tokens in "${taken.output}", one for each that is fed`, `[${shape}]`);
  const source = { data, n, width, count, featureStep: planar ? count : 1, placeStep: planar ? 1 : width };
  const skipped = isTokens ? taken.classTokens : 0;
  const kept = (row: number, place: number) => !isTokens || !mask || mask[row * count + place] !== 0;
  const places = Array.from({ length: n }, (_, row) => placesOf(count, taken.pooling, skipped, (place) => kept(row, place)));
  const empty = places.findIndex(({ length }) => length === 0);
  if (empty >= 0)
    fail('a token to pool in every row', `none in row ${empty}: the mask and ${skipped} class tokens leave out all ${count}`);
  return { rows: pooled(source, places, taken.pooling), item };
}

interface Source {
  readonly data: Float32Array;
  readonly n: number;
  readonly width: number;
  /** Tokens or pixels of an item. */
  readonly count: number;
  readonly featureStep: number;
  readonly placeStep: number;
}

/** The tokens or pixels of a row that are pooled. */
function placesOf(
  count: number,
  pooling: TakenOutput['pooling'],
  skipped: number,
  isKept: (place: number) => boolean,
): readonly number[] {
  if (pooling === 'cls') return [0];
  const kept = Array.from({ length: count }, (_, place) => place).filter(isKept);
  return pooling === 'last' ? kept.slice(-1) : kept.filter((place) => place >= skipped);
}

function pooled(source: Source, places: readonly (readonly number[])[], pooling: TakenOutput['pooling']): Float32Array {
  const { data, n, width, count, featureStep, placeStep } = source;
  const before = pooling === 'cls+mean' ? width : 0;
  const rows = new Float32Array(n * (before + width));
  const reduce = pooling === 'max' ? largest : mean;
  for (let row = 0, to = 0; row < n; row++) {
    const start = row * count * width;
    for (let feature = 0; feature < before; feature++) rows[to++] = data[start + feature]!;
    for (let feature = 0; feature < width; feature++)
      rows[to++] = reduce(data, start + feature * featureStep, placeStep, places[row]!);
  }
  return rows;
}

function mean(data: Float32Array, start: number, step: number, places: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < places.length; i++) sum += data[start + places[i]! * step]!;
  return sum / places.length;
}

function largest(data: Float32Array, start: number, step: number, places: readonly number[]): number {
  let found = data[start + places[0]! * step]!;
  for (let i = 1; i < places.length; i++) found = Math.max(found, data[start + places[i]! * step]!);
  return found;
}
