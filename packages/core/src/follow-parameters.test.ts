import { type Tensor, tensor, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { followParameters } from './follow-parameters.ts';

const averaged = { weight: single([1, -2], [2]), mean: double([0.5], [1]) };
const current = { weight: single([2, 4], [2]), mean: double([1.5], [1]) };

test('a thousandth comes in: 1 and 2 give 1.001', () => {
  const moved = followParameters({ weight: double([1], [1]) }, { weight: double([2], [1]) }, { momentum: 0.999 });
  expect(moved['weight']!.get(0)).toBeCloseTo(1.001, 15);
});

test('momentum 1 leaves and 0 copies, bit for bit, whatever stands on the other side', () => {
  const broken = { weight: single([Number.NaN, Number.POSITIVE_INFINITY], [2]), mean: double([Number.NaN], [1]) };
  expect(listsOf(followParameters(averaged, broken, { momentum: 1 }))).toEqual(listsOf(averaged));
  expect(listsOf(followParameters(broken, current, { momentum: 0 }))).toEqual(listsOf(current));
});

test('buffers are averaged as weights are, or copied', () => {
  const buffers = ['mean'];
  expect(followParameters(averaged, current, { momentum: 0.5, buffers })['mean']!.get(0)).toBe(1);
  const copied = followParameters(averaged, current, { momentum: 0.5, buffers, bufferMode: 'copied' });
  expect([copied['mean']!.get(0), copied['weight']!.get(0)]).toEqual([1.5, 1.5]);
});

test('nothing that was given changes, element types stay those of the averaged network', () => {
  const before = listsOf(averaged);
  const moved = followParameters(averaged, { weight: double([2, 4], [2]), mean: single([1.5], [1]) }, { momentum: 0.5 });
  expect(listsOf(averaged)).toEqual(before);
  expect([moved['weight']!.data.constructor.name, moved['mean']!.data.constructor.name]).toEqual([
    'Float32Array',
    'Float64Array',
  ]);
  expect(values(moved['weight']!)).not.toBe(values(averaged.weight));
});

test.each([
  ['OPTION', averaged, current, { momentum: 1.1 }, 'momentum in [0, 1], got 1.1'],
  ['NAME', averaged, { weight: current.weight }, { momentum: 0.5 }, 'a weight "mean" in the current network, got weight'],
  ['NAME', { weight: averaged.weight }, current, { momentum: 0.5 }, 'a weight "mean" in the averaged network, got weight'],
  ['NAME', averaged, current, { momentum: 0.5, buffers: ['variance'] }, 'a weight "variance" in the averaged network'],
  ['SHAPE', averaged, { ...current, weight: single([1], [1]) }, { momentum: 0.5 }, '"weight" of [2], got [1]'],
])('%s', (code, own, other, options, message) => {
  expect(() => followParameters(own, other, options)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

function listsOf(parameters: Readonly<Record<string, Tensor>>): Record<string, number[]> {
  return Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, [...values(each)]]));
}

function single(numbers: readonly number[], shape: readonly number[]): Tensor {
  return tensor(Float32Array.from(numbers), shape);
}

function double(numbers: readonly number[], shape: readonly number[]): Tensor {
  return tensor(Float64Array.from(numbers), shape);
}
