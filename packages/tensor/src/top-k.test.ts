import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topK } from './top-k.ts';

test.each([
  ['the largest first', [3, 1, 2], 2, [0, 2]],
  ['ties go to the lower index', [1, 2, 2, 1, 2], 4, [1, 2, 4, 0]],
  ['all when there are fewer', [1, 2], 5, [1, 0]],
  ['none of none', [], 3, []],
  ['none when none is wanted', [1, 2], 0, []],
  ['NaN comes last', [Number.NaN, -5, 3], 3, [2, 1, 0]],
  ['NaN comes after -Infinity', [Number.NaN, Number.NEGATIVE_INFINITY], 2, [1, 0]],
  ['several NaN ascend', [Number.NaN, 1, Number.NaN], 3, [1, 0, 2]],
  ['infinities are numbers', [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 3, [1, 0, 2]],
  ['0 and -0 tie', [-0, 0], 2, [0, 1]],
])('%s', (_, numbers, count, expected) => {
  expect(topK(numbers, count)).toEqual(expected);
});

test('candidates that are left out do not come, whatever they score', () => {
  expect(topK([9, 1, 5, 7], 3, (index) => index !== 0)).toEqual([3, 2, 1]);
});

test('nothing left out beats what is returned', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 30 }), fc.nat(10), (numbers, count) => {
      const best = topK(numbers, count);
      const last = numbers[best.at(-1) ?? 0] ?? 0;
      const others = numbers.filter((_, i) => !best.includes(i));
      expect(best.length).toBe(Math.min(count, numbers.length));
      expect(new Set(best).size).toBe(best.length);
      if (best.length > 0) for (const other of others) expect(other).toBeLessThanOrEqual(last);
    }),
    { seed: 4, numRuns: 200 },
  );
});
