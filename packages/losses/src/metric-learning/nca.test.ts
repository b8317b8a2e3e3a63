import { pairs } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleBatches, matchers, obeysLossLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { infoNce } from '../info-nce.ts';
import { nca } from './nca.ts';

expect.extend(matchers);
obeysLossLaws(nca());
obeysLossLaws(nca({ distance: 'manhattan', rows: 'raw', scale: 0.5 }));

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);

describe.each(exampleBatches())('$name', ({ batch }) => {
  test.each([
    ['inner-product', 10],
    ['squared-euclidean', 5], // |u - v|^2 = 2 - 2 u . v
  ] as const)('with %s it is InfoNCE with the positives as a sum', (distance, scale) => {
    const [a, b] = [
      nca({ distance, scale }).differentiate(batch),
      infoNce({ temperature: 0.1, positives: 'sum' }).differentiate(batch),
    ];
    // a hundred terms, in another order
    expect(a.value).toBeCloseTo(b.value, 10);
    expect(values(a.gradients.queries!)).toBeCloseToTensor([...values(b.gradients.queries!)], 1e-10);
    expect(values(a.gradients.keys![0]!)).toBeCloseToTensor([...values(b.gradients.keys![0]!)], 1e-10);
  });
});

test('a negative twice as near in squared distance', () => {
  const batch = pairs(rows([0], [5]), rows([Math.SQRT2], [1]));
  expect(nca({ rows: 'raw' }).measure(batch).perQuery[0]).toBeCloseTo(Math.log1p(Math.exp(2 - 1)), 12);
});

test('far rows do not underflow: the value is the difference of squared distances', () => {
  const batch = pairs(rows([0], [0]), rows([300], [200]));
  expect(nca({ rows: 'raw' }).measure(batch).perQuery[0]).toBeCloseTo(90_000 - 40_000, 8);
});
