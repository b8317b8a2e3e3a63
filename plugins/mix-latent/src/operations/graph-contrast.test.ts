import { features, type Tensor, values } from '@viewforge/tensor';
import { exampleFeatures, gradientError } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { graphContrast } from './graph-contrast.ts';

const wide = (seed: number) => features(Float64Array.from(values(exampleFeatures(4, 3, seed))), 4, 3);

test('two nodes at right angles, at temperature 1', () => {
  const axes = features(Float64Array.of(1, 0, 0, 1), 2, 2);
  expect(graphContrast(axes, axes, [0, 1], { temperature: 1 }).value).toBeCloseTo(Math.log(Math.E + 1 + 1e-8) - 1, 12);
});

test('beyond the clamp a node is pulled no further, and nothing overflows', () => {
  const far = features(Float64Array.of(100, 0, 0, 0), 2, 2);
  const { value, view } = graphContrast(far, far, [0]);
  expect(value).toBeCloseTo(50_000 - 5, 6);
  expect([...values(view)]).toEqual([500, 0, 0, 0]);
});

test('an empty batch is worth 0', () => {
  const { value, view } = graphContrast(wide(1), wide(2), []);
  expect([value, ...values(view)]).toEqual(Array(13).fill(0));
});

test('gradients of both views', () => {
  const [a, b] = [wide(1), wide(2)];
  for (const options of [{}, { temperature: 1.5, clamp: 0.5 }]) {
    const { view, plain } = graphContrast(a, b, [0, 2, 2], options);
    const value = ([x, y]: readonly Tensor[]) => graphContrast(x!, y!, [0, 2, 2], options).value;
    expect(gradientError(value, [a, b], [view, plain]).worst).toBeLessThan(1e-6);
  }
});

test('views, nodes and options that do not fit are refused', () => {
  const [two, three] = [features(new Float64Array(4), 2, 2), features(new Float64Array(6), 3, 2)];
  expect(() => graphContrast(two, three, [0])).toThrow('graph-contrast: expected two views of [n, d], got [2,2] and [3,2]');
  expect(() => graphContrast(two, two, [2])).toThrow('graph-contrast: expected nodes from 0 to 1, got 2');
  expect(() => graphContrast(two, two, [0], { temperature: 0 })).toThrow('expected temperature and clamp above 0, got 0 and 5');
});
