import { createRandom } from '@viewforge/random';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { exampleViewBatch, matchers } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { mixMasked } from './mix-masked.ts';
import { mixRows } from './mix-rows.ts';

expect.extend(matchers);

/** The same, written out. */
function slowly(batch: Tensor, partners: readonly number[], mask: Float64Array): Float32Array {
  const [, c, h, w] = batch.shape as [number, number, number, number];
  const mixed: number[] = [];
  for (const [i, partner] of partners.entries())
    for (let channel = 0; channel < c; channel++)
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++) {
          const m = mask[y * w + x]!;
          mixed.push(m * batch.get(i, channel, y, x) + (1 - m) * batch.get(partner, channel, y, x));
        }
  return Float32Array.from(mixed);
}

test('each position is m of the item and 1 - m of its partner, in all channels', () => {
  const { values: batch } = exampleViewBatch([4, 3, 5, 2]);
  const random = createRandom(4);
  const mask = Float64Array.from({ length: 10 }, () => random.uniform(0, 1));
  const partners = [2, 1, 3, 0];
  expect(mixMasked(batch, partners, mask)).toBeCloseToTensor(tensor(slowly(batch, partners, mask), batch.shape), {
    absolute: 1e-7, // an item that is its own partner is copied
  });
});

test('1 copies the item and 0 the partner to the bit, not numbers included', () => {
  const odd = tensor(Float32Array.of(-0, Number.NaN, 1e-45, Number.POSITIVE_INFINITY), [2, 2]);
  const mixed = mixMasked(odd, [1, 0], Float64Array.of(1, 0));
  expect(values(mixed)).toEqual(Float32Array.of(-0, Number.POSITIVE_INFINITY, 1e-45, Number.NaN));
});

test('a mask of one value mixes as one weight does', () => {
  const { values: batch } = exampleViewBatch([3, 2, 4, 4]);
  expect(values(mixMasked(batch, [1, 2, 0], new Float64Array(16).fill(0.3)))).toEqual(values(mixRows(batch, [1, 2, 0], [0.3])));
});

test('rows of a table take a mask of their elements', () => {
  const table = tensor(Float64Array.of(1, 2, 3, 10, 20, 30), [2, 3]);
  expect([...values(mixMasked(table, [1, 0], Float64Array.of(1, 0.5, 0)))]).toEqual([1, 11, 30, 10, 11, 3]);
});
