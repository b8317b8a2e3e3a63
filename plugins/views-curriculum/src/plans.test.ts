import { type DrawnView, drawViews, type Json, makeViews, type ViewPlan } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Image, values } from '@viewforge/tensor';
import { examplePixels, obeysPlanLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { easyHard } from './easy-hard.ts';
import { efficientTrain } from './efficient-train.ts';
import { hierarchicalStrength } from './hierarchical-strength.ts';

const start = { epoch: 0, fraction: 0 };
const [picture] = examplePixels(1);
const item = { id: 'picture', shape: picture!.shape };

obeysPlanLaws(easyHard, undefined, { size: 16 });
obeysPlanLaws(efficientTrain, undefined, { size: 16 });
obeysPlanLaws(hierarchicalStrength, undefined, { size: 16 });

/** The params of one view of the plan for many seeds. */
function draws(plan: ViewPlan, index: number, count = 3000): Json[][] {
  return Array.from({ length: count }, (_, seed) => drawViews(item, plan, createRandom(seed), start)[index]!.params as Json[]);
}

const least = (numbers: readonly number[]) => numbers.reduce((low, each) => Math.min(low, each));
const most = (numbers: readonly number[]) => numbers.reduce((high, each) => Math.max(high, each));

describe('efficient-train', () => {
  test.each([
    [0, 160],
    [179, 160],
    [180, 192],
    [240, 224],
  ])('at epoch %d of 300 views have a side of %d', (epoch, side) => {
    const plan = efficientTrain();
    const [{ params }] = drawViews(item, plan, createRandom(1), { epoch, fraction: epoch / 300 }) as [DrawnView];
    expect(plan.groups[0]!.augment.reshape(item.shape, params)).toEqual([3, side, side]);
  });

  test('a view is the same beside any other items, in every stage', () => {
    const plan = efficientTrain({ size: 16, count: 2 });
    for (const epoch of [0, 6, 9]) {
      const progress = { epoch, fraction: epoch / 10 };
      const alone = drawViews(item, plan, createRandom(7), progress);
      const run = createRandom(7);
      drawViews({ id: 'another', shape: [3, 99, 50] }, plan, run, progress);
      expect(drawViews(item, plan, run, progress)).toEqual(alone);
    }
  });
});

describe('hierarchical-strength', () => {
  const plan = hierarchicalStrength({ size: 16 });

  test.each([
    [0, 0.2],
    [1, 0.466667],
    [2, 0.733333],
    [3, 1],
  ])('view %d crops, jitters and blurs at strength %d', (index, strength) => {
    const drawn = draws(plan, index);
    const areas = drawn.map(([crop]) => {
      const { height, width } = crop as { height: number; width: number };
      return (height * width) / (item.shape[1]! * item.shape[2]!);
    });
    const turns = drawn.flatMap(([, , jitter]) => {
      const steps = (jitter as null | [{ steps: { kind: string; turns: number }[] }])?.[0].steps ?? [];
      return steps.filter(({ kind }) => kind === 'hue').map((step) => step.turns);
    });
    const blurs = drawn.flatMap(([, , , blur]) => (blur === null ? [] : [(blur as [{ deviation: number }])[0].deviation]));
    expect(Math.abs(least(areas) - (1 - 0.92 * strength))).toBeLessThan(0.05); // sides are whole pixels of some 24
    expect(Math.abs(most(turns) - 0.2 * strength)).toBeLessThan(0.002);
    expect(Math.abs(most(blurs) - (0.1 + 1.9 * strength))).toBeLessThan(0.02);
  });

  test('there are as many views as stages, one of each', () => {
    const drawn = drawViews(item, hierarchicalStrength({ stages: 3, size: 16 }), createRandom(1), start);
    expect(drawn.map(({ role, index }) => `${role} ${index}`)).toEqual(['view 0', 'view 1', 'view 2']);
  });
});

describe('easy-hard', () => {
  const plan = easyHard({ size: 64 });

  test('one easy view and two hard ones, with five holes each', () => {
    const drawn = drawViews(item, plan, createRandom(1), start);
    expect(drawn.map(({ role, index }) => `${role} ${index}`)).toEqual(['easy 0', 'hard 0', 'hard 1']);
    expect(drawn[1]!.params).not.toEqual(drawn[2]!.params);
    expect(((drawn[1]!.params as Json[])[2] as { boxes: Json[] }).boxes.length).toBe(5);
  });

  test.each([
    [0, 30],
    [1, 60],
  ])('view %d is turned by up to %d degrees and scaled by 0.75 to 1.25, about the middle', (index, degrees) => {
    const placed = draws(plan, index).map((params) => params[1] as Record<string, number>);
    expect(Math.abs(least(placed.map((each) => each['degrees']!)) + degrees)).toBeLessThan(0.2);
    expect(Math.abs(most(placed.map((each) => each['degrees']!)) - degrees)).toBeLessThan(0.2);
    expect(least(placed.map((each) => each['scale']!))).toBeCloseTo(0.75, 2);
    expect(most(placed.map((each) => each['scale']!))).toBeCloseTo(1.25, 2);
    expect(placed[0]).toMatchObject({ right: 0, down: 0, shearX: 0, shearY: 0 });
  });

  test.each([
    ['affine', 0],
    ['cutout', 5],
    ['double-cutout', 10],
  ] as const)('%s has %d holes, of 21 to 39 of 256 pixels, black', (difficulty, count) => {
    const part = easyHard({ difficulty });
    const view = drawViews(item, part, createRandom(2), start)[1]!;
    const { boxes } = (view.params as Json[])[2] as unknown as { boxes: { top: number; left: number; height: number }[] };
    expect(boxes.length).toBe(count);
    const [made] = makeViews(item.id, picture!, part, [view]);
    for (const { top, left, height } of boxes) {
      expect(height).toBeLessThanOrEqual(39);
      for (const channel of [0, 1, 2]) expect((made!.value as Image).get(channel, top, left)).toBe(0);
    }
  });

  test('no turn, no scale and no holes is the whole picture in every view', () => {
    const still = easyHard({ size: 16, easyDegrees: 0, hardDegrees: 0, scale: 0, difficulty: 'affine' });
    const made = makeViews(item.id, picture!, still, drawViews(item, still, createRandom(1), start));
    expect(values(made[1]!.value as Image)).toEqual(values(made[0]!.value as Image));
  });
});
