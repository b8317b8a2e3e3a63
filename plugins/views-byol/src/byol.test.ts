import { drawViews, type Json, makeViews } from '@viewforge/core';
import { resize } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { examplePixels, obeysPlanLaws, obeysPluginLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { byol, plugin } from './index.ts';

const start = { epoch: 0, fraction: 0 };
const [picture] = examplePixels(1);
const item = { id: 'picture', shape: picture!.shape };

obeysPluginLaws(plugin);
obeysPlanLaws(byol, undefined, { size: 16 });

/** What ten thousand seeds draw for the view of this index: params of the crop, then of each step, null where it does not happen. */
const draws = [0, 1].map((index) =>
  Array.from({ length: 10_000 }, (_, seed) => {
    const { augment } = byol().groups[index]!;
    return augment.draw([3, 240, 320], createRandom(seed), start) as Json[];
  }),
);

test.each([
  [0, [0.5, 0.8, 0.2, 1, 0]],
  [1, [0.5, 0.8, 0.2, 0.1, 0.2]],
])('flip, jitter, gray, blur and solarize happen as often as the column of view %d says', (index, expected) => {
  expected.forEach((p, step) => {
    const frequency = draws[index]!.filter((params) => params[step + 1] !== null).length / 10_000;
    if (p === 0 || p === 1) expect(frequency).toBe(p);
    else expect(Math.abs(frequency - p)).toBeLessThan(0.01); // two deviations at 0.5, with fixed seeds
  });
});

test('color jitter has the strengths of the recipe, in both views', () => {
  const ends = { brightness: [0.6, 1.4], contrast: [0.6, 1.4], saturation: [0.8, 1.2], hue: [-0.1, 0.1] };
  for (const of of draws) {
    const steps = of.flatMap((params) => (params[2] as null | [{ steps: Record<string, Json>[] }])?.[0].steps ?? []);
    for (const [kind, [low, high]] of Object.entries(ends)) {
      const amounts = steps.filter((step) => step['kind'] === kind).map((step) => (step['factor'] ?? step['turns']) as number);
      // 8000 uniform draws come within 0.2 % of the interval to its ends
      expect(Math.abs(Math.min(...amounts) - low!)).toBeLessThan(0.003);
      expect(Math.abs(Math.max(...amounts) - high!)).toBeLessThan(0.003);
    }
  }
});

test('crops cover 0.08 to 1 of the area', () => {
  const shares = draws[0]!.map((params) => {
    const { height, width } = params[0] as { height: number; width: number };
    return (height * width) / (240 * 320);
  });
  expect(Math.min(...shares)).toBeGreaterThan(0.075); // sides are whole pixels
  expect(Math.min(...shares)).toBeLessThan(0.09);
  expect(Math.max(...shares)).toBeGreaterThan(0.97);
});

test('with every gate off and the whole picture as the box, a view is a plain bicubic resize', () => {
  const plan = byol({ size: 16 });
  const [, height, width] = picture!.shape as [number, number, number];
  const plain = resize(picture!, { height: 16, width: 16, interpolation: 'bicubic', antialias: true });
  for (const view of drawViews(item, plan, createRandom(1), start)) {
    const [crop, ...rest] = view.params as [Record<string, Json>, ...Json[]];
    const params = [{ ...crop, top: 0, left: 0, height, width }, ...rest.map(() => null)];
    const [made] = makeViews(item.id, picture!, plan, [{ ...view, params }]);
    expect((made!.value as typeof plain).data).toEqual(plain.data);
  }
});

test('the two views of one call differ and are in [0, 1]', () => {
  const plan = byol({ size: 16 });
  for (let seed = 0; seed < 20; seed++) {
    const [one, other] = makeViews(item.id, picture!, plan, drawViews(item, plan, createRandom(seed), start));
    expect([one!.index, other!.index]).toEqual([0, 1]);
    expect(one!.params).not.toEqual(other!.params);
    for (const { value } of [one!, other!]) {
      const { data } = value as { data: Float32Array };
      expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...data)).toBeLessThanOrEqual(1);
    }
  }
});
