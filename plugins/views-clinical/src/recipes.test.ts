import { type Domain, type DrawnView, drawViews, type Json, makeViews, type ViewPlan } from '@viewforge/core';
import { resize } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { examplePixels, flatImage, obeysPlanLaws, rampImage } from '@viewforge/testkit';
import { type Image, image, values } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import { breastPatch, depthSim2real, histologyIntense, wound, xray } from './index.ts';

const start = { epoch: 0, fraction: 0 };
const [picture] = examplePixels(1);
const item = { id: 'picture', shape: picture!.shape };

for (const factory of [breastPatch, histologyIntense, wound, xray]) obeysPlanLaws(factory, undefined, { size: 16 });

/** What ten thousand seeds draw for a view: params of every step, null where it does not happen. */
function draws<D extends Domain>(plan: ViewPlan<D>, shape: readonly number[] = [3, 240, 320]): readonly Record<string, Json>[][] {
  const { augment } = plan.groups[0]!;
  return Array.from({ length: 10_000 }, (_, seed) => augment.draw(shape, createRandom(seed), start) as Record<string, Json>[]);
}

test.each<[string, ViewPlan, readonly [step: number, p: number][]]>([
  [
    'histology-intense: flips',
    histologyIntense(),
    [
      [2, 0.5],
      [3, 0.5],
    ],
  ],
  [
    'breast-patch: flips',
    breastPatch(),
    [
      [2, 0.5],
      [3, 0.5],
    ],
  ],
  [
    'wound: flips',
    wound(),
    [
      [2, 0.5],
      [3, 0.5],
    ],
  ],
])('steps happen as often as the recipe says: %s', (_, plan, expected) => {
  // biome-ignore format: a table
  const all = draws(plan);
  for (const [step, p] of expected) {
    const frequency = all.filter((params) => params[step] !== null).length / all.length;
    expect(Math.abs(frequency - p)).toBeLessThan(0.01); // two deviations, with fixed seeds
  }
});

test('the median of depth-sim2real is taken three times in ten', () => {
  const all = draws(depthSim2real(), [1, 24, 32]);
  expect(Math.abs(all.filter((params) => params[4] !== null).length / all.length - 0.3)).toBeLessThan(0.01);
});

test.each([histologyIntense, breastPatch])('each quarter turn is as likely', (factory) => {
  const all = draws(factory());
  for (const turns of [0, 1, 2, 3]) {
    const frequency = all.filter((params) => params[1]!['turns'] === turns).length / all.length;
    expect(Math.abs(frequency - 0.25)).toBeLessThan(0.01); // two deviations, with fixed seeds
  }
});

// a width of 224 pixels moves by 224 times the share; depth maps keep the size they have
test.each<[string, readonly Record<string, Json>[][], number, Record<string, readonly [number, number]>]>([
  [
    'histology-intense',
    draws(histologyIntense()),
    4,
    { degrees: [-20, 20], scale: [0.8, 1.2], right: [-22.4, 22.4], down: [-22.4, 22.4], shearX: [-10, 10], shearY: [0, 0] },
  ],
  [
    'xray',
    draws(xray()),
    1,
    { degrees: [-10, 10], scale: [0.9, 1.1], right: [-11.2, 11.2], down: [-11.2, 11.2], shearX: [0, 0], shearY: [0, 0] },
  ],
  [
    'breast-patch',
    draws(breastPatch()),
    4,
    { degrees: [0, 0], scale: [0.9, 1.1], right: [0, 0], down: [0, 0], shearX: [0, 0], shearY: [0, 0] },
  ],
  ['wound', draws(wound()), 1, { degrees: [-30, 30] }],
  [
    'depth-sim2real',
    draws(depthSim2real(), [1, 100, 200]),
    3,
    { degrees: [-5, 5], scale: [0.95, 1.05], right: [-10, 10], down: [-5, 5], shearX: [0, 0] },
  ],
])('the motion of %s is drawn from the ranges of the recipe', (_, all, step, ends) => {
  // biome-ignore format: a table
  for (const [name, [low, high]] of Object.entries(ends)) {
    const drawn = all.map((params) => params[step]![name] as number);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(high);
    expect(Math.max(...drawn) - Math.min(...drawn)).toBeGreaterThanOrEqual(0.99 * (high - low));
  }
});

test('the colors of tissue change by a fifth, hues by a twentieth of a turn', () => {
  const steps = draws(histologyIntense()).flatMap((params) => params[5]!['steps'] as Record<string, Json>[]);
  const ends = { brightness: [0.8, 1.2], contrast: [0.8, 1.2], saturation: [0.8, 1.2], hue: [-0.05, 0.05] };
  for (const [kind, [low, high]] of Object.entries(ends)) {
    const amounts = steps.filter((step) => step['kind'] === kind).map((step) => (step['factor'] ?? step['turns']) as number);
    expect(Math.abs(Math.min(...amounts) - low!)).toBeLessThan(0.003);
    expect(Math.abs(Math.max(...amounts) - high!)).toBeLessThan(0.003);
  }
});

test('at most five squares of a fifth of the side are cut out of tissue', () => {
  for (const params of draws(histologyIntense()).slice(0, 500)) {
    const boxes = params[6]!['boxes'] as { height: number; width: number }[];
    expect(boxes.length).toBeLessThanOrEqual(5);
    for (const { height, width } of boxes) expect(Math.max(height, width)).toBeLessThanOrEqual(45); // 224 / 5, rounded
  }
});

/** Params with which a step leaves an image as it is. */
const still: Readonly<Record<string, Json>> = {
  turns: 0,
  degrees: 0,
  scale: 1,
  right: 0,
  down: 0,
  shearX: 0,
  shearY: 0,
  steps: [],
  boxes: [],
};

describe.each<[string, ViewPlan]>([
  ['breast-patch', breastPatch({ size: 16 })],
  ['histology-intense', histologyIntense({ size: 16 })],
  ['wound', wound({ size: 16 })],
  ['xray', xray({ size: 16 })],
])('%s', (_, plan) => {
  test('with every gate off and every motion of 0, a view is a plain resize', () => {
    const plain = resize(picture!, { height: 16, width: 16, interpolation: 'bilinear', antialias: true });
    for (const view of drawViews(item, plan, createRandom(1), start)) {
      const [resized, ...rest] = view.params as Record<string, Json>[];
      const params = [resized, ...rest.map((each) => (each === null || Array.isArray(each) ? null : quiet(each)))] as Json;
      const drawn: DrawnView = { ...view, params };
      const [made] = makeViews(item.id, picture!, plan, [drawn]);
      expect((made!.value as Image).data).toEqual(plain.data);
    }
  });

  test('the views of one call differ, and are in [0, 1]', () => {
    for (let seed = 0; seed < 20; seed++) {
      const [one, other] = makeViews(item.id, picture!, plan, drawViews(item, plan, createRandom(seed), start));
      expect(one!.params).not.toEqual(other!.params);
      for (const { value } of [one!, other!]) {
        const { data } = value as Image;
        expect(Math.min(...data)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...data)).toBeLessThanOrEqual(1);
      }
    }
  });
});

/** The same params with every motion of 0. */
function quiet(params: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, still[key] ?? value]));
}

describe('depth-sim2real', () => {
  const make = (depths: Image, seed: number) => {
    const plan = depthSim2real();
    return makeViews('map', depths, plan, drawViews({ id: 'map', shape: depths.shape }, plan, createRandom(seed), start));
  };

  test('keeps the size, and depths in [0, 1]', () => {
    for (const depths of [rampImage(1, 20, 30), rampImage(1, 1, 1), rampImage(1, 1, 9)]) {
      for (let seed = 0; seed < 10; seed++) {
        for (const { value } of make(depths, seed)) {
          expect((value as Image).shape).toEqual(depths.shape);
          expect((value as Image).data.every((depth) => depth >= 0 && depth <= 1)).toBe(true);
        }
      }
    }
  });

  test('a wall stays a wall but for holes and a noise of millimeters: no depth lies between wall and nothing', () => {
    const wall = flatImage(64, 0.3); // 3 m, where the deviation is 0.019 m
    for (let seed = 0; seed < 10; seed++) {
      const [view] = make(wall, seed);
      const seen = [...values(view!.value as Image)].filter((depth) => depth > 0);
      expect(seen.length).toBeGreaterThan(0.7 * 64 * 64); // holes of up to 0.1, and what moved in
      expect(seen.every((depth) => Math.abs(depth * 10 - 3) < 0.12)).toBe(true); // six deviations
    }
  });

  test('with every step off it changes nothing', () => {
    const depths = image(Float32Array.of(0.1, 0.2, 0, 0.4, 0.5, 0.9), 1, 2, 3);
    const plan = depthSim2real();
    const [view] = drawViews({ id: 'map', shape: depths.shape }, plan, createRandom(1), start);
    const [edges, noise, holes, motion] = view!.params as Record<string, Json>[];
    const params = [
      { ...edges, share: 0 },
      { ...noise, base: 0, growth: 0 },
      { ...holes, share: 0 },
      quiet(motion!),
      null,
    ] as Json;
    const [made] = makeViews('map', depths, plan, [{ ...view!, params }]);
    expect((made!.value as Image).data).toEqual(depths.data);
  });
});
