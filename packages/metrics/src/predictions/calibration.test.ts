import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { calibrationErrorOf, createCalibration } from '../index.ts';

test('a classifier as sure as it is right has no error', () => {
  const found = calibrationErrorOf({ predictions: [1, 1, 1, 1], confidences: [0.75, 0.75, 0.75, 0.75], labels: [1, 1, 1, 0] });
  expect(found).toEqual({ value: 0, n: 4, parts: { largest: 0, accuracy: 0.75, confidence: 0.75 }, notes: [] });
});

test('two bins', () => {
  // .9 and .95 lie in (13/15, 14/15] and (14/15, 1]; of .6 and .65, both in (8/15, 9/15] and (9/15, 10/15]
  const found = calibrationErrorOf({ predictions: [0, 0, 1], confidences: [0.95, 0.95, 0.6], labels: [0, 1, 1] });
  expect(found.value).toBeCloseTo((2 * Math.abs(0.5 - 0.95) + Math.abs(1 - 0.6)) / 3, 12);
  expect(found.parts['largest']).toBeCloseTo(0.45, 12);
});

test('bins are closed above: .5 of two bins is in the first', () => {
  const found = calibrationErrorOf({ predictions: [0, 1], confidences: [0.5, 0.1], labels: [0, 0] }, 2);
  expect(found.value).toBeCloseTo(Math.abs(0.5 - 0.3), 12);
  expect(calibrationErrorOf({ predictions: [0, 1], confidences: [0, 1], labels: [0, 1] }).value).toBeCloseTo(0.5, 12);
});

test('labels that are not known do not count, and confidences out of range are told', () => {
  const found = calibrationErrorOf({ predictions: [0, 0, 0], confidences: [1, 0.3, Number.NaN], labels: [0, -1, 0] });
  expect(found).toMatchObject({ value: 0, n: 1, notes: ['1 predictions whose confidence is not in [0, 1] were left out'] });
});

test('nothing has no error', () => {
  expect(calibrationErrorOf({ predictions: [], confidences: [], labels: [] })).toEqual({
    value: Number.NaN,
    n: 0,
    parts: {},
    notes: ['calibration needs a labeled prediction'],
  });
});

test('lists of different lengths are an error', () => {
  expect(() => calibrationErrorOf({ predictions: [1], confidences: [], labels: [1] })).toThrow(
    'calibration: expected predictions and confidences of 1 labels, got 1 and 0',
  );
});

test('merged parts give what one accumulator would', () => {
  const random = createRandom('calibration');
  const draw = () => ({
    predictions: Array.from({ length: 40 }, () => random.integer(0, 3)),
    confidences: Array.from({ length: 40 }, () => random.uniform(0, 1)),
    labels: Array.from({ length: 40 }, () => random.integer(0, 3)),
  });
  const [a, b] = [draw(), draw()];
  const [whole, first, second] = [createCalibration(), createCalibration(), createCalibration()];
  for (const each of [a, b]) whole.add(each);
  first.add(a);
  second.add(b);
  second.merge(first);
  expect(second.result().value).toBeCloseTo(whole.result().value, 12);
  expect(second.result().n).toBe(80);
});
