import { describe, expect, test } from 'vitest';
import { entropyRule, type Together } from './row-entropy.ts';
import { readRow } from './row-rule.ts';

const ways: readonly Together[] = ['each', 'apart', 'sum', 'inside'];
const positives = { columns: [0, 2], weights: [0.7, 0.3] };
const logits = Float64Array.of(1, 0.2, -0.4, 0.9, Number.NEGATIVE_INFINITY);

/** Of logits 1 and -0.4 with weights .7 and .3 against 0.2 and 0.9. */
const expected: Readonly<Record<Together, number>> = (() => {
  const [p, q] = [Math.exp(1), Math.exp(-0.4)];
  const negatives = Math.exp(0.2) + Math.exp(0.9);
  const all = Math.log(negatives + p + q);
  return {
    each: all - (0.7 * 1 + 0.3 * -0.4),
    apart: 0.7 * Math.log1p(negatives / p) + 0.3 * Math.log1p(negatives / q),
    sum: all - Math.log(p + q),
    inside: all - Math.log(0.7 * p + 0.3 * q),
  };
})();

describe.each(ways)('%s', (together) => {
  const valueAt = (row: Float64Array): number => entropyRule(together)(row, readRow(row, positives, 0)).value;

  test('the value is that of the formula', () => {
    expect(valueAt(logits.slice())).toBeCloseTo(expected[together], 14);
  });

  test('slopes agree with central differences, and are 0 where there is nothing to see', () => {
    const row = logits.slice();
    valueAt(row);
    for (let j = 0; j < 4; j++) {
      const [up, down] = [1e-6, -1e-6].map((step) => valueAt(logits.map((each, i) => (i === j ? each + step : each))));
      expect(row[j]).toBeCloseTo((up! - down!) / 2e-6, 9);
    }
    expect(row[4]).toBe(0);
  });

  test('the gradient of the scale is the sum of slopes times logits', () => {
    const row = logits.slice();
    const { parts } = entropyRule(together)(row, readRow(row, positives, 0));
    const sum = [0, 1, 2, 3].reduce((total, j) => total + row[j]! * logits[j]!, 0);
    expect(parts!['scaleGradient']).toBeCloseTo(sum, 14);
  });

  test('a single positive is the same in every way', () => {
    const one = { columns: [0], weights: [1] };
    const row = logits.slice();
    const plain = logits.slice();
    const value = entropyRule(together)(row, readRow(row, one, 0)).value;
    expect(value).toBeCloseTo(entropyRule('each')(plain, readRow(plain, one, 0)).value, 14);
    for (let j = 0; j < 5; j++) expect(row[j]).toBeCloseTo(plain[j]!, 14);
  });

  test.each([700, 1e6])('logits of %d neither overflow nor vanish', (size) => {
    const row = logits.map((each) => each * size);
    const { value, parts } = entropyRule(together)(row, readRow(row, positives, 0));
    expect([value, ...row, ...Object.values(parts!)].every(Number.isFinite)).toBe(true);
  });
});
