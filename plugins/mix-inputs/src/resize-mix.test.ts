import { createRandom } from '@viewforge/random';
import { tensor, unstack, values } from '@viewforge/tensor';
import { blendRows, exampleViewBatch, exampleViewBatches, matchers, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { regionAround, shareOutside } from './boxes.ts';
import { mixResized, resizeMix } from './resize-mix.ts';

expect.extend(matchers);

const context = { epoch: 0, step: 0, fraction: 0 };

obeysMixerLaws(resizeMix({ interpolation: 'bilinear', law: 'beta' }), exampleViewBatches());

test('half the sides around x = 1, y = 6 in 8 by 8 leave 0.8125', () => {
  const region = regionAround([6, 1], [Math.trunc(8 * 0.5), Math.trunc(8 * 0.5)], { h: 8, w: 8 });
  expect(shareOutside(region, { h: 8, w: 8 })).toBe(0.8125);
});

test('the whole partner is in the region, every other pixel of it at half the size', () => {
  const data = Float32Array.from({ length: 32 }, (_, i) => i);
  const batch = { ...exampleViewBatch([2, 1, 4, 4]), values: tensor(data, [2, 1, 4, 4]) };
  const region = { top: 1, left: 2, bottom: 3, right: 4 };
  const mixed = mixResized(batch, { partners: [1, 0], region, interpolation: 'nearest' });
  // biome-ignore format: as the image lies
  expect([...values(mixed.values)].slice(0, 16)).toEqual([
    0, 1, 2, 3,
    4, 5, 16, 18,
    8, 9, 24, 26,
    12, 13, 14, 15,
  ]);
  expect(blendRows(mixed)[0]).toEqual([0.75, 0.25]);
});

test('a partner of one color stays so, whatever the interpolation', () => {
  const flat = tensor(
    Float32Array.from({ length: 2 * 3 * 36 }, (_, i) => Number(i >= 108)),
    [2, 3, 6, 6],
  );
  for (const interpolation of ['nearest', 'bilinear'] as const) {
    const region = { top: 0, left: 0, bottom: 3, right: 5 };
    const mixed = mixResized({ ...exampleViewBatch([2, 3, 6, 6]), values: flat }, { partners: [1, 0], region, interpolation });
    expect(Array.from(values(mixed.values)).reduce((sum, value) => sum + value, 0)).toBe(3 * 15 + 3 * 21);
  }
});

test('an empty region changes nothing', () => {
  const batch = exampleViewBatch([3, 1, 4, 4]);
  const part = resizeMix({ shareRange: [0, 0.2] });
  expect(part.apply(batch, part.draw(batch, createRandom(1), context))).toBe(batch);
});

test('an item that meets itself stays as it is, as does a batch of one', () => {
  const region = { top: 0, left: 0, bottom: 2, right: 2 };
  for (const [n, partners] of [
    [1, [0]],
    [3, [2, 1, 0]],
  ] as const) {
    const batch = exampleViewBatch([n, 1, 4, 4]);
    const mixed = mixResized(batch, { partners, region, interpolation: 'nearest' });
    const middle = Math.floor(n / 2);
    expect(unstack(mixed.values, middle)).toBeCloseToTensor(unstack(batch.values, middle), { absolute: 0 });
    expect(blendRows(mixed)[middle]![middle]).toBe(1);
  }
});

test('sides are drawn from the range, by either law', () => {
  const batch = exampleViewBatch([2, 1, 100, 100]);
  for (const part of [resizeMix({ shareRange: [0.3, 0.5] }), resizeMix({ shareRange: [0.3, 0.5], law: 'beta', alpha: 0.2 })]) {
    for (let seed = 0; seed < 50; seed++) {
      const { top, bottom, left, right } = part.draw(batch, createRandom(seed), context)!.region;
      expect(bottom - top).toBeLessThanOrEqual(50);
      expect(right - left).toBeLessThanOrEqual(50);
      if (top > 0 && bottom < 100) expect(bottom - top).toBeGreaterThanOrEqual(30);
    }
  }
});
