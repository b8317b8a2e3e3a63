import { restoreState, saveState } from '@viewforge/pairings';
import { type Features, features, values } from '@viewforge/tensor';
import { contentOf, firstDifference, stateOf } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { memoryRows, startMemory, updateMemory } from './class-memory.ts';

const once = updateMemory(startMemory(3, 1), rows([0.5], [1.5]), Int32Array.of(1, 1));

test('a new class has the mean of its rows, and a mean of 1 with a new one of 2 becomes 1.3', () => {
  expect([...values(once.means)]).toEqual([0, 1, 0]);
  expect([...once.seen]).toEqual([0, 1, 0]);
  const before = stateOf(once);
  const twice = updateMemory(once, rows([2], [4]), Int32Array.of(1, 0));
  expect([...values(twice.means)]).toEqual([4, expect.closeTo(1.3, 12), 0]);
  expect([...twice.seen]).toEqual([1, 1, 0]);
  expect(firstDifference(before, stateOf(once))).toBeUndefined();
});

test('a share of 1 takes the new mean, of 0 keeps the old one', () => {
  expect(values(updateMemory(once, rows([2]), Int32Array.of(1), 1).means)[1]).toBe(2);
  expect(values(updateMemory(once, rows([2]), Int32Array.of(1), 0).means)[1]).toBe(1);
});

test('rows with NaN are left out and counted; a class of nothing else stays unknown', () => {
  const after = updateMemory(once, rows([Number.NaN], [2]), Int32Array.of(0, 1));
  expect([after.skipped, [...after.seen], values(after.means)[0]]).toEqual([1, [0, 1, 0], 0]);
});

test('rows by label, and what is not known', () => {
  const { rows: found, known } = memoryRows(once, Int32Array.of(1, 2));
  expect([[...values(found)], [...known]]).toEqual([
    [1, 0],
    [1, 0],
  ]);
  expect(memoryRows(once, Int32Array.of(1), features(new Float32Array(1), 1, 1)).rows.data).toBeInstanceOf(Float32Array);
});

test('it is saved as it is', () => {
  expect(firstDifference(contentOf(once), contentOf(restoreState(saveState(once))))).toBeUndefined();
});

test('what does not fit is refused', () => {
  expect(() => updateMemory(once, rows([1, 2]), Int32Array.of(0))).toThrow('expected rows of [n, 1], got [1,2]');
  expect(() => updateMemory(once, rows([1]), Int32Array.of(3))).toThrow('expected classes from 0 to 2, got 3 in row 0');
  expect(() => updateMemory(once, rows([1]), Int32Array.of(0), 1.5)).toThrow('expected a share in [0, 1], got 1.5');
  expect(() => memoryRows(once, Int32Array.of(-1))).toThrow('expected classes from 0 to 2, got -1');
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
