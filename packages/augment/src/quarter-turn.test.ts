import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { quarterTurn } from './quarter-turn.ts';

const start = { epoch: 0, fraction: 0 };
const examples = [...exampleImages(), rampImage(1, 5, 8), rampImage(3, 1, 9)];

obeysAugmenterLaws(quarterTurn, examples);

test('one quarter brings the right column to the top', () => {
  const turned = quarterTurn().apply(rampImage(1, 2, 3), { turns: 1 });
  expect([...values(turned)]).toEqual([...Float32Array.of(2 / 6, 5 / 6, 1 / 6, 4 / 6, 0, 3 / 6)]);
});

test('four quarters are nothing, nor is none', () => {
  const part = quarterTurn();
  for (const image of examples) {
    const round = [1, 2, 1].reduce((turned, turns) => part.apply(turned, { turns }), image);
    expect(values(round)).toEqual(values(image));
    expect(values(part.apply(image, { turns: 0 }))).toEqual(values(image));
  }
});

test('every number of quarters is as likely', () => {
  const random = createRandom(3);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 4000; i++) counts[quarterTurn().draw([3, 8, 8], random, start).turns]! += 1;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(4000 * 0.25 * 0.75));
});
