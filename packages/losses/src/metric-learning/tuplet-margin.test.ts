import { pairs } from '@viewforge/core';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleBatches, matchers, obeysLossLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { infoNce } from '../info-nce.ts';
import { tupletMargin } from './tuplet-margin.ts';

expect.extend(matchers);
const batches = exampleBatches();
obeysLossLaws(tupletMargin({ scale: 8 }), batches);
obeysLossLaws(tupletMargin({ margin: 30, scale: 2 }), batches);

const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);

test('without a margin, and with one positive each, it is InfoNCE', () => {
  const { batch } = batches[1]!;
  const [a, b] = [
    tupletMargin({ margin: 0, scale: 10 }).differentiate(batch),
    infoNce({ temperature: 0.1 }).differentiate(batch),
  ];
  expect(a.value).toBeCloseTo(b.value, 12);
  // a hundred terms, in another order
  expect(values(a.gradients.queries!)).toBeCloseToTensor([...values(b.gradients.queries!)], 1e-11);
});

test('the margin is taken off the angle of the positive', () => {
  // positives at 60 degrees, negatives at 90
  const half = Math.sqrt(3) / 2;
  const batch = pairs(rows([1, 0], [1, 0]), rows([0.5, half], [0, 1]));
  const { value } = tupletMargin({ margin: 30, scale: 2 }).measure({
    ...batch,
    excluded: { kind: 'none' },
    queries: rows([1, 0], [1, 0]),
  });
  const first = Math.log1p(Math.exp(2 * (0 - half)));
  const second = Math.log1p(Math.exp(2 * (0.5 - 0.5))); // of a positive at 90 degrees, beside the negative at 60
  expect(value).toBeCloseTo((first + second) / 2, 12);
});

test.each([
  [1, 1],
  [1, -1],
])('a positive that points like the query or against it has a finite gradient (%i, %i)', (own, sign) => {
  const { value, gradients } = tupletMargin().differentiate(pairs(rows([own, 1], [0, 1]), rows([sign * own, sign], [1, 0.5])));
  expect(Number.isFinite(value)).toBe(true);
  // |d cos(t - m) / dt| <= 1 times the scale, for a row of length sqrt(2) in a mean of two, and a negative more
  expect([...values(gradients.queries!), ...values(gradients.keys![0]!)].every((each) => Math.abs(each) <= 128)).toBe(true);
});

test('the slope stays right up to small angles', () => {
  const angle = 1e-4;
  const loss = tupletMargin({ margin: 20, scale: 1 });
  const at = (turn: number) => pairs(rows([1, 0], [1, 0]), rows([Math.cos(turn), Math.sin(turn)], [0, -1]));
  const { gradients } = loss.differentiate(at(angle));
  const step = 1e-7;
  const numeric = (loss.measure(at(angle + step)).value - loss.measure(at(angle - step)).value) / (2 * step);
  const along = gradients.keys![0]!.get(0, 0) * -Math.sin(angle) + gradients.keys![0]!.get(0, 1) * Math.cos(angle);
  // the cosine of a small angle leaves about half of the digits of the angle
  expect(along).toBeCloseTo(numeric, 6);
});

test.each([-1, 181])('a margin of %d, which no pair could have, is refused', (margin) => {
  expect(() => tupletMargin({ margin })).toThrow(expect.objectContaining({ code: 'OPTION' }));
});
