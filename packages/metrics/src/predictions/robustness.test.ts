import { expect, test } from 'vitest';
import { calibrationErrorOf, createRobustness, type ViewPredictions } from '../index.ts';

const labels = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1];
const clean = [0, 0, 0, 0, 0, 1, 1, 1, 0, 0]; // 8 of 10
const noisy = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]; // 6 of 10

test('from an accuracy of .8 to one of .6 is a drop of a quarter', () => {
  const { rows, meanAccuracy, meanRelativeDrop, meanConsistency, n } = robustnessOf([
    { view: 'noise', severity: 3, labels, clean, predictions: noisy },
  ]);
  expect(rows).toEqual([
    {
      view: 'noise',
      severity: 3,
      accuracy: 0.6,
      cleanAccuracy: 0.8,
      relativeDrop: expect.closeTo(0.25, 12),
      consistency: 0.8,
      worstClassDrop: expect.closeTo((3 - 1) / 5, 12),
      worstClass: 1,
      calibrationError: Number.NaN,
      loss: Number.NaN,
      n: 10,
    },
  ]);
  expect([meanAccuracy, meanRelativeDrop, meanConsistency, n]).toEqual([0.6, expect.closeTo(0.25, 12), 0.8, 10]);
});

test('the table is in the order of views and severities', () => {
  const cell = (view: string, severity: number) => ({ view, severity, labels, clean, predictions: clean });
  const { rows } = robustnessOf([cell('noise', 2), cell('blur', 5), cell('noise', 1), cell('blur', 1)]);
  expect(rows.map(({ view, severity }) => [view, severity])).toEqual([
    ['blur', 1],
    ['blur', 5],
    ['noise', 1],
    ['noise', 2],
  ]);
});

test('means are over cells, not over predictions', () => {
  const { meanAccuracy } = robustnessOf([
    { view: 'a', severity: 1, labels: [0], clean: [0], predictions: [1] },
    { view: 'b', severity: 1, labels, clean, predictions: noisy },
  ]);
  expect(meanAccuracy).toBeCloseTo(0.3, 12);
});

test('confidences give a calibration error', () => {
  const confidences = noisy.map((_, i) => 0.05 + i / 10);
  const { rows } = robustnessOf([{ view: 'noise', severity: 1, labels, clean, predictions: noisy, confidences }]);
  expect(rows[0]!.calibrationError).toBe(calibrationErrorOf({ predictions: noisy, confidences, labels }).value);
});

test('losses are averaged over labeled samples, then over cells', () => {
  const { rows, meanLoss } = robustnessOf([
    { view: 'a', severity: 1, labels: [0, -1, 1], clean: [0, 0, 0], predictions: [0, 0, 0], losses: [1, 100, 4] },
    { view: 'b', severity: 1, labels: [0], clean: [0], predictions: [0], losses: [0.5] },
  ]);
  expect(rows.map(({ loss }) => loss)).toEqual([2.5, 0.5]);
  expect(meanLoss).toBe(1.5);
});

test('a view that helps has a drop below 0, and one of no clean success none at all', () => {
  const { rows } = robustnessOf([
    { view: 'a', severity: 1, labels: [0, 1], clean: [0, 0], predictions: [0, 1] },
    { view: 'b', severity: 1, labels: [0, 1], clean: [1, 0], predictions: [0, 1] },
  ]);
  expect(rows.map(({ relativeDrop }) => relativeDrop)).toEqual([-1, Number.NaN]);
  expect(rows.map(({ worstClassDrop }) => worstClassDrop)).toEqual([0, -1]);
});

test('a mean that one row lacks has a note', () => {
  const robustness = createRobustness();
  robustness.add({ view: 'blur', severity: 1, labels: [0, 1], clean: [1, 0], predictions: [0, 1] });
  robustness.add({
    view: 'noise',
    severity: 1,
    labels: [0, 1],
    clean: [0, 1],
    predictions: [0, 1],
    losses: [1, 2],
    confidences: [1, 1],
  });
  const { meanRelativeDrop, meanLoss, notes } = robustness.result();
  expect([meanRelativeDrop, meanLoss]).toEqual([Number.NaN, Number.NaN]);
  expect(notes).toEqual([
    '1 of 2 rows have a clean accuracy of 0, so no relative drop',
    '1 of 2 rows have no confidences, so no calibration error',
    '1 of 2 rows have no losses',
  ]);
});

test('unlabeled samples do not count, and without any there is nothing to say', () => {
  const found = robustnessOf([{ view: 'a', severity: 1, labels: [-1], clean: [0], predictions: [0] }]);
  expect(found).toEqual({
    rows: [],
    meanAccuracy: Number.NaN,
    meanRelativeDrop: Number.NaN,
    meanConsistency: Number.NaN,
    meanLoss: Number.NaN,
    n: 0,
    notes: ['robustness needs a labeled prediction'],
  });
});

test('lists of different lengths are an error', () => {
  expect(() => robustnessOf([{ view: 'a', severity: 1, labels: [1], clean: [1], predictions: [] }])).toThrow(
    'robustness: expected predictions of 1 labels, got 1 and 0',
  );
  expect(() => robustnessOf([{ view: 'a', severity: 1, labels: [1], clean: [1], predictions: [1], losses: [] }])).toThrow(
    'robustness: expected losses of 1 labels, got 0',
  );
});

test.each([1, 2, 3, 4])('cut into batches of %i and merged, the table is the same', (size) => {
  const confidences = noisy.map((_, i) => 0.05 + i / 10);
  const whole: ViewPredictions[] = [
    { view: 'noise', severity: 1, labels, clean, predictions: noisy, confidences },
    { view: 'blur', severity: 2, labels, clean, predictions: clean, confidences },
  ];
  const [first, second] = [createRobustness(), createRobustness()];
  for (const { view, severity, ...lists } of whole) {
    for (let from = 0, i = 0; from < 10; from += size, i++) {
      const cut = (list: ArrayLike<number>) => Array.from(list).slice(from, from + size);
      (i % 2 ? first : second).add({
        view,
        severity,
        labels: cut(lists.labels),
        clean: cut(lists.clean),
        predictions: cut(lists.predictions),
        confidences: cut(lists.confidences!),
      });
    }
  }
  first.merge(second);
  const close = robustnessOf(whole).rows.map((row) => ({ ...row, calibrationError: expect.closeTo(row.calibrationError, 12) }));
  expect(first.result().rows).toEqual(close);
});

function robustnessOf(inputs: readonly ViewPredictions[]) {
  const robustness = createRobustness();
  for (const input of inputs) robustness.add(input);
  return robustness.result();
}
