import { drawViews, type Json, makeViews, type ViewPlan } from '@viewforge/core';
import { resize } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { examplePixels, obeysPlanLaws, obeysPluginLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { mocoV1, mocoV2, mocoV3, plugin } from './index.ts';

const start = { epoch: 0, fraction: 0 };
const [picture] = examplePixels(1);
const item = { id: 'picture', shape: picture!.shape };

obeysPluginLaws(plugin);
for (const factory of [mocoV1, mocoV2, mocoV3]) obeysPlanLaws(factory, undefined, { size: 16 });

/** What ten thousand seeds draw for the view of this index: params of the crop, then of each step, null where it does not happen. */
function draws(plan: ViewPlan, index: number): readonly Json[][] {
  const { augment } = plan.groups.find(({ from = 0, count }) => index >= from && index < from + count)!;
  return Array.from({ length: 10_000 }, (_, seed) => augment.draw([3, 240, 320], createRandom(seed), start) as Json[]);
}

test.each<[string, ViewPlan, number, number[]]>([
  ['moco-v1: gray, jitter, flip', mocoV1(), 0, [0.2, 1, 0.5]],
  ['moco-v2: jitter, gray, blur, flip', mocoV2(), 0, [0.8, 0.2, 0.5, 0.5]],
  ['moco-v3 view 0: jitter, gray, blur, solarize, flip', mocoV3(), 0, [0.8, 0.2, 1, 0, 0.5]],
  ['moco-v3 view 1: jitter, gray, blur, solarize, flip', mocoV3(), 1, [0.8, 0.2, 0.1, 0.2, 0.5]],
])('steps happen as often as the recipe says: %s', (_, plan, index, expected) => {
  const all = draws(plan, index);
  expected.forEach((p, step) => {
    const frequency = all.filter((params) => params[step + 1] !== null).length / all.length;
    if (p === 0 || p === 1) expect(frequency).toBe(p);
    else expect(Math.abs(frequency - p)).toBeLessThan(0.01); // two deviations at 0.5, with fixed seeds
  });
});

test.each<[string, ViewPlan, number, Record<string, [number, number]>]>([
  ['moco-v1', mocoV1(), 2, { brightness: [0.6, 1.4], contrast: [0.6, 1.4], saturation: [0.6, 1.4], hue: [-0.4, 0.4] }],
  ['moco-v2', mocoV2(), 1, { brightness: [0.6, 1.4], contrast: [0.6, 1.4], saturation: [0.6, 1.4], hue: [-0.1, 0.1] }],
  ['moco-v3', mocoV3(), 1, { brightness: [0.6, 1.4], contrast: [0.6, 1.4], saturation: [0.8, 1.2], hue: [-0.1, 0.1] }],
])('color jitter of %s has the strengths of the recipe', (_, plan, place, ends) => {
  const steps = draws(plan, 0).flatMap((params) => {
    const drawn = [params[place] as null | Json].flat()[0] as null | { steps: Record<string, Json>[] };
    return drawn?.steps ?? [];
  });
  for (const [kind, [low, high]] of Object.entries(ends)) {
    const amounts = steps.filter((step) => step['kind'] === kind).map((step) => (step['factor'] ?? step['turns']) as number);
    // 8000 uniform draws come within 0.2 % of the interval to its ends
    expect(Math.abs(Math.min(...amounts) - low)).toBeLessThan(0.003);
    expect(Math.abs(Math.max(...amounts) - high)).toBeLessThan(0.003);
  }
});

test.each<[string, ViewPlan, number]>([
  ['moco-v1', mocoV1(), 0.2],
  ['moco-v2', mocoV2(), 0.2],
  ['moco-v3 for a transformer', mocoV3(), 0.08],
  ['moco-v3 for a residual network', mocoV3({ architecture: 'resnet' }), 0.2],
])('crops of %s cover its shares of the area', (_, plan, least) => {
  const shares = draws(plan, 0).map((params) => {
    const { height, width } = params[0] as { height: number; width: number };
    return (height * width) / (240 * 320);
  });
  expect(Math.min(...shares)).toBeGreaterThan(least - 0.005); // sides are whole pixels
  expect(Math.min(...shares)).toBeLessThan(least + 0.01);
  expect(Math.max(...shares)).toBeGreaterThan(0.97);
});

test('the blur of a small view is cut at three deviations, not at a share of its height', () => {
  const blurs = draws(mocoV3({ size: 32 }), 0).map((params) => (params[3] as [{ deviation: number; size: number }])[0]);
  for (const { deviation, size } of blurs) expect(size).toBe(2 * Math.ceil(3 * deviation) + 1);
});

describe.each<[string, ViewPlan]>([
  ['moco-v1', mocoV1({ size: 16 })],
  ['moco-v2', mocoV2({ size: 16 })],
  ['moco-v3', mocoV3({ size: 16 })],
])('%s', (name, plan) => {
  test('with every step off and the whole picture as the box, a view is a plain resize', () => {
    const [, height, width] = picture!.shape as [number, number, number];
    const plain = resize(picture!, { height: 16, width: 16, interpolation: 'bilinear', antialias: true });
    for (const view of drawViews(item, plan, createRandom(1), start)) {
      const [crop, ...rest] = view.params as [Record<string, Json>, ...Json[]];
      // the jitter of MoCo v1 has no gate
      const off = rest.map((_, step) => (name === 'moco-v1' && step === 1 ? { steps: [] } : null));
      const params = [{ ...crop, top: 0, left: 0, height, width }, ...off];
      const [made] = makeViews(item.id, picture!, plan, [{ ...view, params }]);
      expect((made!.value as typeof plain).data).toEqual(plain.data);
    }
  });

  test('the two views of one call differ and are in [0, 1]', () => {
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
});
