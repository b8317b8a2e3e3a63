import { createRandom } from '@viewforge/random';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleFeatures, firstDifference, gradientError, stateOf } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { combinePairs, drawPairs } from './combine-pairs.ts';
import { labelSets, labelsIn } from './label-sets.ts';

const batch = {
  rows: rows([1, 0, 2], [0.5, 1, 2]),
  sets: labelSets(
    [
      [0, 2],
      [2, 3],
    ],
    4,
  ),
};

test('each item with its partner, features and labels alike', () => {
  const before = stateOf(batch);
  const { rows: made, sets, dropped } = combinePairs(batch, { partners: [1, 0] }, { operation: 'subtract' });
  expect([...values(made)]).toEqual([0.5, 0, 0, 0, 1, 0]);
  expect(labelsIn(sets, 4)).toEqual([[0], [3]]);
  expect(dropped).toBe(0);
  expect(firstDifference(before, stateOf(batch))).toBeUndefined();
});

test('an item with itself leaves nothing, and is dropped where that is asked for', () => {
  const kept = combinePairs(batch, { partners: [0, 1] }, { operation: 'subtract' });
  expect([labelsIn(kept.sets, 4), [...kept.kept]]).toEqual([
    [[], []],
    [0, 1],
  ]);
  const rest = combinePairs(batch, { partners: [0, 0] }, { operation: 'subtract', dropEmpty: true });
  expect([labelsIn(rest.sets, 4), [...rest.kept], rest.dropped, rest.rows.shape]).toEqual([[[3]], [1], 1, [1, 3]]);
  const none = combinePairs(batch, { partners: [0, 1] }, { operation: 'subtract', dropEmpty: true });
  expect([none.rows.shape, none.sets.length, none.dropped]).toEqual([[0, 3], 0, 2]);
});

test('partners are a permutation that the seed decides', () => {
  const { partners } = drawPairs(7, createRandom(3));
  expect([...partners].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(drawPairs(7, createRandom(3))).toEqual({ partners });
});

test.each(['subtract', 'intersect', 'unite'] as const)('gradients of %s reach both items of a pair', (operation) => {
  const given = tensor(Float64Array.from(values(exampleFeatures(5, 3, 1)), Math.abs), [5, 3]);
  const sets = labelSets([[0], [1], [0, 1], [], [2]], 3);
  const weights = tensor(Float64Array.from(values(exampleFeatures(5, 3, 2))), [5, 3]);
  const made = (moved: Features) =>
    combinePairs({ rows: moved, sets }, { partners: [2, 0, 1, 3, 2] }, { operation, dropEmpty: true });
  const { kept, pullback } = made(given);
  const slopes = features(values(weights).slice(0, kept.length * 3) as Float64Array, kept.length, 3);
  const value = ([moved]: readonly Features[]) =>
    Float64Array.from(values(made(moved!).rows)).reduce((sum, each, at) => sum + each * values(slopes)[at]!, 0);
  expect(kept.length).toBeLessThan(5);
  expect(gradientError(value, [given], [pullback(slopes)]).worst).toBeLessThan(1e-8);
});

test('sets and partners that do not fit are refused; no items give none', () => {
  expect(() => combinePairs({ ...batch, sets: new Uint8Array(3) }, { partners: [0, 1] }, { operation: 'unite' })).toThrow(
    'got 3 marks',
  );
  expect(() => combinePairs(batch, { partners: [0, 2] }, { operation: 'unite' })).toThrow('partners from 0 to 1');
  const nothing = { rows: features(new Float32Array(0), 0, 3), sets: new Uint8Array(0) };
  expect(combinePairs(nothing, { partners: [] }, { operation: 'unite' }).rows.shape).toEqual([0, 3]);
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
