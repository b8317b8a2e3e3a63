import { features, type Tensor, values } from '@viewforge/tensor';
import { exampleFeatures, gradientError } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { decoderLoss, nuisanceLoss, shuffledClassifierLoss } from './shuffle-losses.ts';

const wide = (n: number, d: number, seed: number) => features(Float64Array.from(values(exampleFeatures(n, d, seed))), n, d);
const row = (...numbers: number[]) => features(Float64Array.from(numbers), 1, numbers.length);

test('logits that tell nothing and a perfect copy cost nothing', () => {
  expect(nuisanceLoss(row(3, 3, 3), row(1, 2), row(1, 2)).value).toBeCloseTo(0, 12);
});

test('the divergence of uniform from (0.9, 0.1) is 0.510826, times 10', () => {
  // (ln(0.5 / 0.9) + ln(0.5 / 0.1)) / 2
  expect(nuisanceLoss(row(Math.log(9), 0), row(1), row(1)).value).toBeCloseTo(5.108256, 6);
  expect(nuisanceLoss(row(1000, 0), row(1), row(1)).value).toBeCloseTo(10 * (500 - Math.log(2)), 6);
});

test('errors of samples and ten times those of features', () => {
  const found = decoderLoss({ rebuilt: row(1, 3), original: row(0, 0) }, { rebuilt: row(2), original: row(1) });
  expect(found.value).toBeCloseTo(5 + 10, 12);
  expect(() => decoderLoss({ rebuilt: row(1, 3), original: row(0) }, { rebuilt: row(2), original: row(1) })).toThrow(
    'shuffle-losses: expected what was rebuilt as [1,1], got [1,2]',
  );
});

test('half of the cross entropy of each', () => {
  const labels = Int32Array.of(0);
  expect(shuffledClassifierLoss(row(0, 0), row(Math.log(3), 0), labels).value).toBeCloseTo((Math.LN2 + Math.log(4 / 3)) / 2, 12);
  expect(shuffledClassifierLoss(row(0, 0), row(9, 0), labels, 0).value).toBeCloseTo(Math.LN2, 12);
});

test('gradients of every input', () => {
  const check = (f: (inputs: readonly Tensor[]) => number, inputs: readonly Tensor[], found: readonly (Tensor | undefined)[]) => {
    expect(found).not.toContain(undefined);
    expect(gradientError(f, inputs, found).worst).toBeLessThan(1e-6);
  };
  const [a, b, c, labels] = [wide(3, 4, 1), wide(3, 4, 2), wide(3, 4, 3), Int32Array.of(3, 0, 1)];
  const nuisance = nuisanceLoss(a, b, c).gradients;
  check(([x, y]) => nuisanceLoss(x!, y!, c).value, [a, b], [nuisance['logits'], nuisance['rebuilt']]);
  const decoder = decoderLoss({ rebuilt: a, original: c }, { rebuilt: b, original: c }).gradients;
  check(
    ([x, y]) => decoderLoss({ rebuilt: x!, original: c }, { rebuilt: y!, original: c }).value,
    [a, b],
    [decoder['samples'], decoder['codes']],
  );
  const classifier = shuffledClassifierLoss(a, b, labels, 0.3).gradients;
  check(([x, y]) => shuffledClassifierLoss(x!, y!, labels, 0.3).value, [a, b], [classifier['plain'], classifier['shuffled']]);
});

test('labels that are no classes are refused', () => {
  const logits = features(new Float64Array(4), 2, 2);
  expect(() => shuffledClassifierLoss(logits, logits, Int32Array.of(0, 2))).toThrow(
    'expected classes from 0 to 1, got 2 in row 1',
  );
});
