import { colorJitter, randAugment, resizeTo } from '@viewforge/augment';
import { type Json, sequence } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Image, values } from '@viewforge/tensor';
import { exampleImages, obeysTransformLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { rejectUntil } from './reject-until.ts';

const start = { epoch: 0, fraction: 0 };
const mean = (view: Image) => values(view).reduce((sum, value) => sum + value, 0) / values(view).length;
const bright = rejectUntil(colorJitter(), (view) => mean(view) > 0.5, 4);

obeysTransformLaws(bright, exampleImages());

describe.each([0, 1, 2, 3, 4, 5, 6, 7])('with the draws of seed %d', (seed) => {
  const [input] = exampleImages();
  const params = bright.draw(input!.shape, createRandom(seed), start);
  const views = params.tries.map((each) => colorJitter().apply(input!, each as never));
  const first = views.findIndex((view) => mean(view) > 0.5);

  test('the first view that is taken is the result, or the input where none is', () => {
    expect(values(bright.apply(input!, params))).toEqual(values(first === -1 ? input! : views[first]!));
  });

  test('which try that was can be asked', () => {
    expect(bright.takenTry(input!, params)).toBe(first === -1 ? undefined : first);
  });
});

test('a predicate that takes nothing gives the input itself, after every try', () => {
  const seen: Json[] = [];
  const part = rejectUntil(randAugment(), (_, params) => seen.push(params) < 0, 3);
  const [input] = exampleImages();
  const params = part.draw(input!.shape, createRandom(1), start);
  expect(part.apply(input!, params)).toBe(input);
  expect(seen).toEqual(params.tries);
});

test('with one try that is taken it is the part itself', () => {
  const part = rejectUntil(colorJitter(), () => true, 1);
  const params = part.draw([3, 8, 8], createRandom(4), start);
  expect(params.tries).toEqual([colorJitter().draw([3, 8, 8], createRandom(4).fork(0), start)]);
});

test('one more try moves none of those before it', () => {
  const tries = (count: number) => rejectUntil(colorJitter(), () => true, count).draw([3, 8, 8], createRandom(4), start).tries;
  expect(tries(3).slice(0, 2)).toEqual(tries(2));
});

test.each([0, 1.5, Number.NaN])('%d tries are refused', (tries) => {
  expect(() => rejectUntil(colorJitter(), () => true, tries)).toThrow(/at least 1 try/);
});

test('a part of another domain is refused', () => {
  const part = sequence(resizeTo(), colorJitter());
  expect(() => rejectUntil(part as never, () => true, 2)).toThrow(/keeps the domain/);
});

test('a part that draws another shape is refused when it does', () => {
  const part = { ...colorJitter(), reshape: () => [3, 4, 4] };
  expect(() => rejectUntil(part, () => true, 2).draw([3, 8, 8], createRandom(1), start)).toThrow(/keeps the shape \[3,8,8\]/);
});
