import { createRandom } from '@viewforge/random';
import { copy, features, values } from '@viewforge/tensor';
import { exampleFeatures, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import type { ContrastBatch } from '../contracts/domains.ts';
import type { Augmenter } from '../contracts/transform.ts';
import { pairs } from '../contrast.ts';
import { onKeys } from './on-keys.ts';
import { onQueries } from './on-queries.ts';
import { sequence } from './sequence.ts';
import { sometimes } from './sometimes.ts';

/** Adds a drawn number to every feature. */
const shift: Augmenter<'features', 'features', number> = {
  kind: 'augmenter',
  name: 'shift',
  version: 4,
  accepts: 'features',
  returns: 'features',
  draw: ([rows], random) => random.uniform(rows!, rows! + 1),
  reshape: (shape) => shape,
  apply(input, amount) {
    const result = copy(input);
    values(result).forEach((value, i) => {
      values(result)[i] = value + amount;
    });
    return result;
  },
};
const batch: ContrastBatch = {
  ...pairs(exampleFeatures(3, 2, 0), exampleFeatures(3, 2, 1)),
  keys: [exampleFeatures(3, 2, 1), exampleFeatures(5, 2, 2)],
};
const start = { epoch: 0, step: 0, fraction: 0 };

obeysMixerLaws(onQueries(shift), [batch]);
obeysMixerLaws(onKeys(shift), [batch]);

test('onQueries alters the queries and leaves the keys alone', () => {
  const mixed = onQueries(shift).apply(batch, 10);
  expect(mixed.queries.get(0, 0)).toBeCloseTo(batch.queries.get(0, 0) + 10, 5);
  expect(mixed.keys).toBe(batch.keys);
});

test('onKeys alters each block with a draw of its own, from its own shape', () => {
  const part = onKeys(shift);
  const params = part.draw(batch, createRandom(1), start);
  expect(params.map(Math.floor)).toEqual([3, 5]);
  const mixed = part.apply(
    { ...batch, keys: [features(new Float32Array(2), 1, 2), features(new Float32Array(2), 1, 2)] },
    [1, 2],
  );
  expect(mixed.keys.map((block) => block.get(0, 1))).toEqual([1, 2]);
  expect(mixed.queries).toBe(batch.queries);
});

test('another block of keys moves no draw of the others', () => {
  const part = onKeys(shift);
  const more = { ...batch, keys: [...batch.keys, exampleFeatures(2, 2, 3)] };
  expect(part.draw(more, createRandom(1), start).slice(0, 2)).toEqual(part.draw(batch, createRandom(1), start));
});

test('they carry the name and the version of what they wrap', () => {
  expect([onKeys(shift).name, onKeys(shift).version]).toEqual(['on-keys-shift', 4]);
  expect([onQueries(shift).name, onQueries(shift).version]).toEqual(['on-queries-shift', 4]);
});

test('where the part has a way back, gradients go through it alone', () => {
  const double: typeof shift = {
    ...shift,
    pullback: (_input, amount, gradient) =>
      features(
        values(gradient).map((each) => each * amount),
        3,
        2,
      ),
  };
  const [slopes, other] = [features(Float32Array.of(1, 2, 3, 4, 5, 6), 3, 2), exampleFeatures(3, 2, 7)];
  const back = onQueries(double).pullback!(batch, 2, { queries: slopes, keys: [other] });
  expect([...values(back.queries!)]).toEqual([2, 4, 6, 8, 10, 12]);
  expect(back.keys).toEqual([other]);
  const keys = onKeys(double).pullback!(batch, [3, 5], { queries: other, keys: [slopes, undefined] }).keys!;
  expect([...values(keys[0]!)]).toEqual([3, 6, 9, 12, 15, 18]);
  expect(keys[1]).toBeUndefined();
  expect(onQueries(double).pullback!(batch, 2, {})).toEqual({});
  expect([onQueries(shift).pullback, onKeys(shift).pullback]).toEqual([undefined, undefined]);
});

test('a sequence goes back through its parts in reverse, from what each was given', () => {
  // y = x^2 + amount
  const square: typeof shift = {
    ...shift,
    apply: (input, amount) =>
      features(
        Float64Array.from(values(input), (value) => value * value + amount),
        3,
        2,
      ),
    pullback: (input, _amount, gradient) =>
      features(
        Float64Array.from(values(gradient), (each, i) => 2 * values(input)[i]! * each),
        3,
        2,
      ),
  };
  const part = sequence(square, sometimes(0.5, square), square);
  const [input, ones] = [features(Float64Array.of(1, 2, 3, 4, 5, 6), 3, 2), features(new Float64Array(6).fill(1), 3, 2)];
  const left = part.pullback!(input, [1, null, 0], ones);
  expect([...values(left)]).toEqual([1, 2, 3, 4, 5, 6].map((x) => 2 * (x * x + 1) * 2 * x));
  const whole = part.pullback!(input, [0, [0], 0], ones);
  expect([...values(whole)]).toEqual([1, 2, 3, 4, 5, 6].map((x) => 8 * x ** 7));
  expect(sequence(square, shift).pullback).toBeUndefined();
});
