import { ViewforgeError } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, flatImage, obeysOptionLaws, obeysTransformLaws, rampImage } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { keyedConvolution } from './keyed-convolution.ts';

type Options = Parameters<typeof keyedConvolution>[0];

const start = { epoch: 0, fraction: 0 };
const filterOf = (options: Options, label: number, seed = 1) =>
  keyedConvolution(options).draw([3, 4, 4], createRandom(seed), { ...start, label }).filter;

obeysOptionLaws(keyedConvolution, { key: 'secret' });
for (const blur of [0, 0.3, 1]) {
  const part = keyedConvolution({ key: 'secret', classes: 3, blur, share: 0.5 });
  // the laws draw for items without a class
  const labeled = {
    ...part,
    draw: (...[shape, random, context]: Parameters<typeof part.draw>) => part.draw(shape, random, { ...context, label: 2 }),
  };
  describe(`blur ${blur}`, () => obeysTransformLaws(labeled, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]));
}

test('an image of nine values, worked by hand', () => {
  const input = image(
    Float32Array.from({ length: 9 }, (_, i) => i / 8),
    1,
    3,
    3,
  );
  const filter = [0.1, 0.2, 0.3, 0, 1, 0.1, 0.2, 0.1, 0];
  // 0.05, 0.275, 0.4125; 0.5375, 0.9, 0.9625; 1.0625, 1.3, 1.175, and all of it divided by 1.3
  const expected = [0.038462, 0.211538, 0.317308, 0.413462, 0.692308, 0.740385, 0.817308, 1, 0.903846];
  const result = values(keyedConvolution({ key: 'any' }).apply(input, { filter }));
  for (const [i, value] of result.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
});

test('a black image stays black, and a filter of null leaves any image', () => {
  const part = keyedConvolution({ key: 'any' });
  expect([...values(part.apply(flatImage(3, 0, 3), { filter: [0, 0, 0, 0, 1, 0, 0, 0, 0] }))]).toEqual(Array(27).fill(0));
  const ramp = rampImage(3, 4, 5);
  expect([...values(part.apply(ramp, { filter: null }))]).toEqual([...values(ramp)]);
});

test('key and class choose the filter, whatever the item, the number of classes and the order of draws', () => {
  const [first, second] = [filterOf({ key: 'a' }, 0), filterOf({ key: 'a' }, 1)];
  expect(filterOf({ key: 'a', classes: 2 }, 1, 77)).toEqual(second);
  expect(filterOf({ key: 'a' }, 0, 3)).toEqual(first);
  expect(second).not.toEqual(first);
  expect(filterOf({ key: 'b' }, 0)).not.toEqual(first);
});

test('one of nine weights is 1, each position equally likely, and the others fill [0, blur)', () => {
  const places = new Array(9).fill(0);
  const others: number[] = [];
  for (let label = 0; label < 900; label++) {
    const filter = filterOf({ key: 'places' }, label)!;
    expect(filter.filter((weight) => weight === 1)).toHaveLength(1);
    places[filter.indexOf(1)]++;
    others.push(...filter.filter((weight) => weight !== 1));
  }
  for (const count of places) expect(Math.abs(count - 100)).toBeLessThan(5 * Math.sqrt(100));
  expect(Math.min(...others)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...others)).toBeLessThan(0.3);
  expect(others.reduce((sum, weight) => sum + weight, 0) / others.length).toBeCloseTo(0.15, 2);
});

test('a share of the items is marked', () => {
  const marked = Array.from({ length: 10_000 }, (_, seed) => filterOf({ key: 'a', share: 0.3 }, 0, seed)).filter(
    (filter) => filter !== null,
  );
  expect(Math.abs(marked.length - 3000)).toBeLessThan(5 * Math.sqrt(10_000 * 0.21));
});

test.each([
  [{}, 'got an item without one'],
  [{ label: 3 }, 'expected a class from 0 to 2, got 3'],
])('an item of %j is refused', (about, message) => {
  const draw = () => keyedConvolution({ key: 'a', classes: 3 }).draw([3, 2, 2], createRandom(1), { ...start, ...about });
  expect(draw).toThrow(ViewforgeError);
  expect(draw).toThrow(expect.objectContaining({ code: 'LABEL', message: expect.stringContaining(message) }));
});
