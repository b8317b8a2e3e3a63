import { ViewforgeError } from '@viewforge/core';
import { type Layout, type Pooling, pooledWidth, poolsOver } from './feeding.ts';
import type { Payload } from './session-messages.ts';

/**
 * Features [n, d] of a model's output [n, ...], row-major; sums in float64.
 * Throws ViewforgeError (MODEL_OUTPUT) when the output is no float32, has not `n` rows, or cannot be pooled that way.
 */
export function poolRows({ data, shape }: Payload, n: number, pooling: Pooling, layout: Layout, where: string): Float32Array {
  if (!(data instanceof Float32Array) || shape[0] !== n) {
    throw new ViewforgeError(
      'MODEL_OUTPUT',
      where,
      `expected a float32 output with ${n} rows, one for each item, got [${shape}]`,
    );
  }
  const width = pooledWidth(shape, pooling, layout, where)!;
  if (!poolsOver(shape.length, pooling, where)) return data;
  const items = data.length / n / width;
  if (pooling === 'cls')
    return Float32Array.from({ length: n * width }, (_, i) => data[Math.floor(i / width) * items * width + (i % width)]!);
  const isPlanar = shape.length === 4 && layout === 'nchw';
  return mean(data, n, width, items, isPlanar ? [items, 1] : [1, width]);
}

function mean(
  data: Float32Array,
  n: number,
  width: number,
  items: number,
  [featureStep, itemStep]: readonly [number, number],
): Float32Array {
  const rows = new Float32Array(n * width);
  for (let row = 0; row < n; row++) {
    for (let feature = 0; feature < width; feature++) {
      let sum = 0;
      let at = row * items * width + feature * featureStep;
      for (let item = 0; item < items; item++, at += itemStep) sum += data[at]!;
      rows[row * width + feature] = sum / items;
    }
  }
  return rows;
}
