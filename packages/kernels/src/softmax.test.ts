import { expect, test } from 'vitest';
import { allocate, exponentRow, scaleRow, surveyRow, withArena, withTwins } from './index.ts';

const hidden = Number.NEGATIVE_INFINITY;

test('a survey of a row passes over what is not seen', () => {
  const row = [hidden, 2, -1, 0.5, 2, hidden, hidden, -3];
  expect(onBoth(row, (logits) => surveyRow(logits, 0.5))).toEqual({ largest: 2, sum: 0.5, seen: 5, ahead: 3 });
  const nothing = onBoth([hidden, hidden, hidden, hidden], (logits) => surveyRow(logits, 0));
  expect(nothing).toEqual({ largest: hidden, sum: 0, seen: 0, ahead: 0 });
});

test('exponentials of what lies up to 87 below the shift are exact to two units in the last place, beyond it 0', () => {
  const row = Array.from({ length: 4096 }, (_, i) => (i % 7 === 0 ? hidden : 3 - (i * 100) / 4096));
  const raised = onBoth(row, (logits) => {
    exponentRow(logits, 3);
    return logits.slice();
  });
  row.forEach((logit, i) => {
    const x = Math.fround(Math.fround(logit) - 3);
    const exact = x < -87 ? 0 : Math.exp(x);
    expect(Math.abs(raised[i]! - exact), `e^${x}`).toBeLessThanOrEqual(2 ** -22 * exact);
  });
});

test('sums of exponentials come with them', () => {
  const found = onBoth([0, -1, hidden, -2], (logits) => exponentRow(logits, 0));
  // e^x in float32
  expect(found.total).toBeCloseTo(1 + Math.exp(-1) + Math.exp(-2), 6);
  expect(found.weighted).toBeCloseTo(-Math.exp(-1) - 2 * Math.exp(-2), 6);
});

test('scaling a row scales every number', () => {
  const scaled = onBoth([1, 2, 3, 4], (row) => {
    scaleRow(row, 0.5);
    return row.slice();
  });
  expect([...scaled]).toEqual([0.5, 1, 1.5, 2]);
});

test('a row that is no multiple of 4 long is refused', () => {
  expect(() => surveyRow(new Float32Array(3), 0)).toThrow('surveyRow: expected a multiple of 4 logits, got 3');
});

/** What kernel and twin both say. */
function onBoth<T>(row: readonly number[], work: (logits: Float32Array) => T): T {
  const run = (): T =>
    withArena(() => {
      const logits = allocate(row.length);
      logits.set(row);
      return work(logits);
    });
  const found = run();
  expect(withTwins(run)).toEqual(found);
  return found;
}
