import { type DrawnView, drawViews, type Json, makeViews, type ViewPlan } from '@viewforge/core';
import { resize } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { examplePixels, obeysPlanLaws, obeysPluginLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { dino, plugin, swav, swavNormalization } from './index.ts';

const start = { epoch: 0, fraction: 0 };
const small = { globalSize: 16, localSize: 8 };

obeysPluginLaws(plugin);
for (const factory of [dino, swav]) obeysPlanLaws(factory, undefined, small);

/** What ten thousand seeds draw for a view: params of the crop, then of each step, null where it does not happen. */
function draws(plan: ViewPlan, role: string, index = 0): readonly Json[][] {
  const { augment } = plan.groups.find(
    (each) => each.role === role && index >= (each.from ?? 0) && index < (each.from ?? 0) + each.count,
  )!;
  return Array.from({ length: 10_000 }, (_, seed) => augment.draw([3, 240, 320], createRandom(seed), start) as Json[]);
}

test.each<[string, ViewPlan, string, number, number[]]>([
  ['swav global: flip, jitter, gray, blur', swav(), 'global', 1, [0.5, 0.8, 0.2, 0.5]],
  ['swav local: the same', swav(), 'local', 5, [0.5, 0.8, 0.2, 0.5]],
  ['dino global 0: flip, jitter, gray, blur, solarize', dino(), 'global', 0, [0.5, 0.8, 0.2, 1, 0]],
  ['dino global 1', dino(), 'global', 1, [0.5, 0.8, 0.2, 0.1, 0.2]],
  ['dino local', dino(), 'local', 7, [0.5, 0.8, 0.2, 0.5, 0]],
])('steps happen as often as the recipe says: %s', (_, plan, role, index, expected) => {
  const all = draws(plan, role, index);
  expected.forEach((p, step) => {
    const frequency = all.filter((params) => params[step + 1] !== null).length / all.length;
    if (p === 0 || p === 1) expect(frequency).toBe(p);
    else expect(Math.abs(frequency - p)).toBeLessThan(0.01); // two deviations at 0.5, with fixed seeds
  });
});

test.each<[string, ViewPlan, string, number, number]>([
  ['swav', swav(), 'global', 0.14, 1],
  ['swav', swav(), 'local', 0.05, 0.14],
  ['dino', dino(), 'global', 0.4, 1],
  ['dino', dino(), 'local', 0.05, 0.4],
  ['dino without local crops', dino({ localCount: 0 }), 'global', 0.14, 1],
  ['dino as told', dino({ localCount: 0, globalScaleRange: [0.3, 0.5] }), 'global', 0.3, 0.5],
])('%s: crops of the role %s keep within their shares of the area and use them up', (_, plan, role, least, most) => {
  const shares = draws(plan, role).map((params) => {
    const { height, width } = params[0] as { height: number; width: number };
    return (height * width) / (240 * 320);
  });
  // sides are rounded to pixels, which moves areas by up to one part in the shorter side
  expect(Math.min(...shares)).toBeGreaterThan(least - 0.004);
  expect(Math.min(...shares)).toBeLessThan(least + 0.01);
  expect(Math.max(...shares)).toBeLessThan(most + 0.004);
  expect(Math.max(...shares)).toBeGreaterThan(most - 0.03);
});

test.each<[string, ViewPlan, Record<string, [number, number]>]>([
  ['swav', swav(), { brightness: [0.2, 1.8], contrast: [0.2, 1.8], saturation: [0.2, 1.8], hue: [-0.2, 0.2] }],
  ['dino', dino(), { brightness: [0.6, 1.4], contrast: [0.6, 1.4], saturation: [0.8, 1.2], hue: [-0.1, 0.1] }],
])('color jitter of %s has the strengths of the recipe', (_, plan, ends) => {
  const steps = draws(plan, 'local').flatMap(
    (params) => (params[2] as null | [{ steps: Record<string, Json>[] }])?.[0].steps ?? [],
  );
  for (const [kind, [low, high]] of Object.entries(ends)) {
    const amounts = steps.filter((step) => step['kind'] === kind).map((step) => (step['factor'] ?? step['turns']) as number);
    // 8000 uniform draws come within 0.2 % of the interval to its ends
    expect(Math.abs(Math.min(...amounts) - low)).toBeLessThan(0.003);
    expect(Math.abs(Math.max(...amounts) - high)).toBeLessThan(0.003);
  }
});

describe.each<[string, ViewPlan, 'bilinear' | 'bicubic', number]>([
  ['swav', swav(small), 'bilinear', 6],
  ['dino', dino(small), 'bicubic', 8],
])('%s', (_, plan, interpolation, locals) => {
  const [picture] = examplePixels(1);
  const item = { id: 'picture', shape: picture!.shape };

  test('globals come first, then locals, each of its own size', () => {
    const views = makeViews(item.id, picture!, plan, drawViews(item, plan, createRandom(1), start));
    const told = views.map(({ role, index, value }) => `${role} ${index} ${(value as { shape: number[] }).shape}`);
    const expected = Array.from({ length: locals }, (_, index) => `local ${index} 3,8,8`);
    expect(told).toEqual(['global 0 3,16,16', 'global 1 3,16,16', ...expected]);
    expect(new Set(views.map(({ params }) => JSON.stringify(params))).size).toBe(2 + locals);
  });

  test('with every gate off and the whole picture as the box, a view is a plain resize', () => {
    const [, height, width] = picture!.shape as [number, number, number];
    for (const view of drawViews(item, plan, createRandom(1), start)) {
      const [crop, ...rest] = view.params as [Record<string, Json>, ...Json[]];
      const drawn: DrawnView = { ...view, params: [{ ...crop, top: 0, left: 0, height, width }, ...rest.map(() => null)] };
      const [made] = makeViews(item.id, picture!, plan, [drawn]);
      const side = view.role === 'global' ? 16 : 8;
      const plain = resize(picture!, { height: side, width: side, interpolation, antialias: true });
      expect((made!.value as typeof plain).data).toEqual(plain.data);
    }
  });
});

test.each([dino, swav])('any counts and sizes', (factory) => {
  const plan = factory({ globalCount: 3, globalSize: 20, localCount: 1, localSize: 12 });
  const drawn = drawViews({ id: 'item', shape: [3, 40, 40] }, plan, createRandom(1), start);
  expect(drawn.map(({ role, index }) => `${role} ${index}`)).toEqual(['global 0', 'global 1', 'global 2', 'local 0']);
  expect(
    drawViews({ id: 'item', shape: [3, 40, 40] }, factory({ globalCount: 1, localCount: 0 }), createRandom(1), start),
  ).toHaveLength(1);
});

test.each([dino, swav])('sizes must be whole patches where a patch is named', (factory) => {
  expect(() => factory({ patch: 16 })).not.toThrow();
  expect(() => factory({ patch: 14 })).toThrow(
    expect.objectContaining({
      code: 'OPTION',
      message: expect.stringContaining('localSize: expected a multiple of the patch of 14 pixels, got 96'),
    }),
  );
  expect(() => factory({ patch: 14, localCount: 0 })).not.toThrow();
  expect(() => factory({ patch: 32, globalSize: 225 })).toThrow('globalSize');
});

test('the red deviation is the one of the published code', () => {
  expect(swavNormalization.deviation[0]).toBe(0.228);
});
