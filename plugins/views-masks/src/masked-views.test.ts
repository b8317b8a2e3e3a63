import { type DrawnView, drawViews, type Json, makeViews } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { exampleImages, examplePixels, flatImage, obeysAugmenterLaws, obeysPlanLaws } from '@viewforge/testkit';
import { type Image, values } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import { doubleMask, hiddenInBoth, maeViews, maskOf, patchify, patchMask, viewMask } from './index.ts';

const start = { epoch: 0, fraction: 0 };
const small = { size: 32, patch: 8 };
const [picture] = examplePixels(1);
const item = { id: 'picture', shape: picture!.shape };

obeysAugmenterLaws(patchMask, exampleImages(), { patch: 4 });
for (const factory of [maeViews, doubleMask]) obeysPlanLaws(factory, undefined, small);

describe('patch-mask', () => {
  test('fills exactly the hidden patches and leaves the others to the bit', () => {
    for (const image of exampleImages()) {
      const part = patchMask({ patch: 4, ratio: 0.5, fill: 0.25 });
      const drawn = part.draw(image.shape, createRandom(3), start);
      const { mask } = maskOf(drawn);
      const masked = part.apply(image, drawn);
      const [c, h, w] = image.shape as [number, number, number];
      const columns = Math.ceil(w / 4);
      for (let k = 0; k < c; k++)
        for (let y = 0; y < h; y++)
          for (let x = 0; x < w; x++) {
            const hidden = mask[Math.floor(y / 4) * columns + Math.floor(x / 4)] === 1;
            expect(masked.get(k, y, x)).toBe(hidden ? 0.25 : image.get(k, y, x));
          }
    }
  });

  test('nothing is hidden at a ratio of 0, and one patch stays at the other end', () => {
    const white = flatImage(8, 1);
    for (const [ratio, visible] of [
      [0, 16],
      [0.999, 1],
    ] as const) {
      // biome-ignore format: pairs
      const part = patchMask({ patch: 2, ratio, fill: 0 });
      const sum = values(part.apply(white, part.draw(white.shape, createRandom(1), start))).reduce((a, b) => a + b, 0);
      expect(sum).toBe(visible * 4);
    }
  });

  test('views of one stream have masks of their own; the first ones stay whole where that is asked', () => {
    const part = patchMask({ patch: 4, wholeViews: 1 });
    const draw = (index: number) => part.draw([3, 32, 32], createRandom(1), { ...start, index });
    expect(maskOf(draw(0)).mask.every((hidden) => hidden === 0)).toBe(true);
    expect(maskOf(draw(1)).mask).not.toEqual(maskOf(draw(2)).mask);
    expect(maskOf(draw(1)).keep).toHaveLength(16);
  });
});

/** Crop and flip, which the views of an item share. */
const geometry = ({ params }: DrawnView) => (params as Json[]).slice(0, 2);

describe.each([
  ['mae-views', maeViews(small), 2, 4],
  ['double-mask', doubleMask(small), 3, 6],
])('%s', (_, plan, count, visible) => {
  test('views share crop and flip and differ by their masks alone', () => {
    for (let seed = 0; seed < 10; seed++) {
      const drawn = drawViews(item, plan, createRandom(seed), start);
      expect(drawn).toHaveLength(count);
      for (const view of drawn) expect(geometry(view)).toEqual(geometry(drawn[0]!));
      const [whole, ...masked] = makeViews(item.id, picture!, plan, drawn);
      const patches = patchify(whole!.value as Image, 8);
      for (const view of masked) {
        const { mask, keep } = viewMask(view.params);
        expect(keep).toHaveLength(visible);
        const seen = patchify(view.value as Image, 8);
        mask.forEach((hidden, patch) => {
          const of = (from: typeof patches) => values(from).slice(patch * 192, (patch + 1) * 192);
          expect(of(seen)).toEqual(hidden === 1 ? new Float32Array(192).fill(0.5) : of(patches));
        });
      }
    }
  });

  test('view 0 is whole', () => {
    expect(viewMask(drawViews(item, plan, createRandom(1), start)[0]!.params).keep).toHaveLength(16);
  });
});

test('half of the items are flipped', () => {
  const flips = Array.from({ length: 2000 }, (_, i) =>
    drawViews({ ...item, id: `${i}` }, maeViews(small), createRandom(1), start),
  );
  const share = flips.filter(([view]) => (view!.params as Json[])[1] !== null).length / 2000;
  expect(Math.abs(share - 0.5)).toBeLessThan(0.03); // 0.011 is a deviation
});

test('two masks of 196 patches hide 196 · 0.6² in both, on average', () => {
  const plan = doubleMask();
  let sum = 0;
  for (let i = 0; i < 200; i++) {
    const drawn = drawViews({ ...item, id: `${i}` }, plan, createRandom(1), start);
    const both = hiddenInBoth(viewMask(drawn[1]!.params).mask, viewMask(drawn[2]!.params).mask);
    sum += both.reduce((count, each) => count + each, 0);
  }
  // 118 of 196 are hidden: 71.04; a mean of 200 varies by 0.25
  expect(Math.abs(sum / 200 - 118 ** 2 / 196)).toBeLessThan(1);
});
