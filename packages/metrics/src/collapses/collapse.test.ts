import type { EncodedViews } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { axes, exampleFeatures, obeysMetricLaws, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { collapse, createCollapse } from '../index.ts';

const circle = rows([1, 0], [0, 1], [1, 1]);

obeysMetricLaws(collapse(), [
  { encoded: viewsOf(circle), value: 0.727046, tolerance: 1e-6 },
  { encoded: viewsOf(rows([1, 2], [2, 4], [0.5, 1])), value: 0 },
  // all corners of a cross: the deviation of 1, -1, 0 and 0 is the root of 2 / 3
  { encoded: viewsOf(rows([1, 0], [-1, 0], [0, 1], [0, -1])), value: Math.SQRT2 * Math.sqrt(2 / 3) },
]);

test('deviations are those of unit rows, divided by n - 1', async () => {
  const { parts, n } = await collapse().measure(viewsOf(circle), running());
  expect(n).toBe(3);
  expect(parts['deviation']).toBeCloseTo(0.514099, 6);
  expect(parts['smallestDeviation']).toBeCloseTo(0.514099, 6);
});

test('correlations are those of dimensions that vary', async () => {
  // (1, 0, 0), (-1, 0, 0): one dimension varies; with (0, 1, 0) and (0, -1, 0) two that are not correlated
  const one = await collapse().measure(viewsOf(rows([1, 0, 0], [-1, 0, 0])), running());
  expect(one.parts).toMatchObject({ constant: 2 });
  expect(Object.keys(one.parts)).not.toContain('correlation');
  const two = await collapse().measure(viewsOf(rows([1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0])), running());
  expect(two.parts).toMatchObject({ constant: 1, correlation: expect.closeTo(0, 12) });
  const line = await collapse().measure(viewsOf(rows([1, 1], [-1, -1])), running());
  expect(line.parts['correlation']).toBeCloseTo(1, 12);
});

test('independent dimensions hardly correlate, copies of one do', async () => {
  const x = exampleFeatures(400, 4);
  const copies = features(
    Float64Array.from({ length: 1600 }, (_, i) => values(x)[i - (i % 4) + (i % 2)]!),
    400,
    4,
  );
  const apart = await collapse().measure(viewsOf(x), running());
  const copied = await collapse().measure(viewsOf(copies), running());
  expect(apart.parts['correlation']).toBeLessThan(0.05);
  expect(copied.parts['correlation']).toBeGreaterThan(0.3); // 2 of 6 pairs are copies
});

test('without correlations everything else is the same', async () => {
  const x = viewsOf(exampleFeatures(20, 6));
  const { correlation, ...others } = (await collapse().measure(x, running())).parts;
  expect(correlation).toBeGreaterThan(0);
  expect((await collapse({ correlations: false }).measure(x, running())).parts).toEqual(others);
});

test.each([[[9]], [[1, 1, 7]], [[4, 0, 5]]])('batches of %j rows give one result to the last bit', (sizes) => {
  const x = exampleFeatures(9, 5);
  const parts = createCollapse(5);
  let from = 0;
  for (const size of sizes) {
    parts.add(features(values(x).slice(from * 5, (from + size) * 5), size, 5));
    parts.result();
    from += size;
  }
  const whole = createCollapse(5);
  whole.add(x);
  expect(parts.result()).toEqual(whole.result());
});

test.each([true, false])('accumulators of parts can be merged, correlations: %s', (correlations) => {
  const x = exampleFeatures(9, 4);
  const [some, others, all] = [0, 0, 0].map(() => createCollapse(4, { correlations })) as [Rows, Rows, Rows];
  some.add(features(values(x).slice(0, 8), 2, 4));
  others.add(features(values(x).slice(8), 7, 4));
  some.merge(others);
  some.merge(createCollapse(4, { correlations }));
  all.add(x);
  const [found, expected] = [some.result(), all.result()];
  expect([found.value, found.n]).toEqual([expect.closeTo(expected.value, 12), 9]);
  for (const [name, value] of Object.entries(expected.parts)) expect(found.parts[name], name).toBeCloseTo(value, 12);
});

type Rows = ReturnType<typeof createCollapse>;

test('rows of another width are named', () => {
  expect(() => createCollapse(3).add(circle)).toThrow('expected rows of 3 numbers, got [3,2]');
});

test('rows of length 0 are left out, and one row is nothing to measure', async () => {
  const { n, notes } = await collapse().measure(viewsOf(rows([1, 0], [0, 0], [0, 1])), running());
  expect([n, notes]).toEqual([2, ['1 rows of length 0 were left out']]);
  expect((await collapse().measure(viewsOf(rows([1, 0])), running())).notes).toEqual(['collapse needs two rows that are not 0']);
  expect((await collapse().measure(viewsOf(rows([Number.NaN], [1])), running())).value).toBeNaN();
});

test('all views count as rows', async () => {
  const { value, n } = await collapse().measure(viewsOf(axes(2), rows([-1, 0], [0, -1])), running());
  expect([value, n]).toEqual([expect.closeTo(Math.SQRT2 * Math.sqrt(2 / 3), 12), 4]);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function viewsOf(...views: readonly Features[]): EncodedViews {
  return {
    items: Array.from({ length: views[0]!.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: views.map((each) => ({ features: each, blend: { kind: 'identity' } })) },
  };
}
