import { type DrawnView, drawViews, type Json, makeViews } from '@viewforge/core';
import { resize } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { examplePixels, obeysAugmenterLaws, obeysPlanLaws } from '@viewforge/testkit';
import { type Pixels, pixels } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { indexTurn, rotation, rotationTargets } from './index.ts';

const start = { epoch: 0, fraction: 0 };
const planar = (bytes: readonly number[], h: number, w: number): Pixels => pixels(Uint8Array.from(bytes), h, w, 1);

obeysAugmenterLaws(indexTurn, examplePixels(4));
obeysPlanLaws(rotation, undefined, { size: 16 });

test.each([
  [0, [1, 2, 3, 4, 5, 6], [1, 2, 3]],
  [1, [4, 1, 5, 2, 6, 3], [1, 3, 2]],
  [2, [6, 5, 4, 3, 2, 1], [1, 2, 3]],
  [3, [3, 6, 2, 5, 1, 4], [1, 3, 2]],
])('%d quarters clockwise of 1 2 3 over 4 5 6', (turns, bytes, shape) => {
  const turned = indexTurn().apply(planar([1, 2, 3, 4, 5, 6], 2, 3), { turns });
  expect([...turned.data]).toEqual(bytes);
  expect(turned.shape).toEqual(shape);
});

test('turning on to a whole turn restores every picture, of any layout', () => {
  for (const picture of examplePixels(4)) {
    for (const turns of [1, 2, 3]) {
      const back = indexTurn().apply(indexTurn().apply(picture, { turns }), { turns: 4 - turns });
      expect(back.shape).toEqual(picture.shape);
      expect(back.data).toEqual(picture.data);
    }
  }
});

test('the turn is the index of the view and comes before the recipe, which each view draws for itself', () => {
  const [, picture] = examplePixels(2);
  const item = { id: 'picture', shape: picture!.shape };
  const plan = rotation({ size: 16 });
  const drawn = drawViews(item, plan, createRandom(1), start);
  expect(drawn.map(({ params }) => (params as { turns: number }[])[0]!.turns)).toEqual([0, 1, 2, 3]);
  expect(new Set(drawn.map(({ params }) => JSON.stringify((params as Json[])[1]))).size).toBe(4);
  for (const view of drawn) {
    const turned = indexTurn().apply(picture!, (view.params as { turns: number }[])[0]!);
    const [, height, width] = turned.shape as [number, number, number];
    const [turn, crop, ...rest] = view.params as [Json, Record<string, Json>, ...Json[]];
    const off: DrawnView = { ...view, params: [turn, { ...crop, top: 0, left: 0, height, width }, ...rest.map(() => null)] };
    const [made] = makeViews(item.id, picture!, plan, [off]);
    const plain = resize(turned, { height: 16, width: 16, interpolation: 'bilinear', antialias: true });
    expect((made!.value as typeof plain).data).toEqual(plain.data);
  }
});

test('steps happen as often as in SimCLR', () => {
  const { augment } = rotation().groups[0]!;
  const all = Array.from(
    { length: 10_000 },
    (_, seed) => augment.draw([3, 240, 320], createRandom(seed), { ...start, index: 1 }) as Json[],
  );
  for (const [step, p] of [0.5, 0.8, 0.2, 0.5].entries()) {
    const frequency = all.filter((params) => params[step + 2] !== null).length / all.length;
    expect(Math.abs(frequency - p)).toBeLessThan(0.01); // two deviations at 0.5, with fixed seeds
  }
});

test('targets follow the views: all of turn 0 first', () => {
  expect([...rotationTargets(2)]).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
});
