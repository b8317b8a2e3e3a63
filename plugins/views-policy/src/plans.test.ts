import type { Operation } from '@viewforge/augment';
import { drawViews, type Json, makeViews } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Image, values } from '@viewforge/tensor';
import { examplePixels, obeysPlanLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { augMixViews } from './aug-mix-views.ts';
import { randAugmentViews } from './rand-augment-views.ts';
import { udaViews } from './uda-views.ts';

const start = { epoch: 0, fraction: 0 };
const [picture] = examplePixels(1);
const item = { id: 'picture', shape: picture!.shape };

obeysPlanLaws(augMixViews, undefined, { size: 16 });
obeysPlanLaws(randAugmentViews, undefined, { size: 16 });
obeysPlanLaws(udaViews, undefined, { size: 16 });

describe('aug-mix-views', () => {
  const plan = augMixViews({ size: 16 });

  test('all three views have one crop and flip, and only the first is clean', () => {
    for (let seed = 0; seed < 20; seed++) {
      const drawn = drawViews(item, plan, createRandom(seed), start);
      const params = drawn.map((view) => view.params as [Json, Json, { share: number; chains: Json[] }]);
      expect(drawn.map(({ role, index }) => `${role} ${index}`)).toEqual(['view 0', 'view 1', 'view 2']);
      for (const each of params) expect(each.slice(0, 2)).toEqual(params[0]!.slice(0, 2));
      expect(params.map(([, , { chains }]) => chains.length)).toEqual([0, 3, 3]);
      expect(params[1]![2].share).not.toBe(params[2]![2].share);
    }
  });

  test('where no share of the chains is left, all views are the clean one', () => {
    const drawn = drawViews(item, plan, createRandom(1), start).map((view) => {
      const [crop, flip, mix] = view.params as [Json, Json, Record<string, Json>];
      return { ...view, params: [crop, flip, { ...mix, share: 0 }] };
    });
    const made = makeViews(item.id, picture!, plan, drawn).map(({ value }) => values(value as Image));
    expect(made[1]).toEqual(made[0]);
    expect(made[2]).toEqual(made[0]);
  });
});

describe('uda-views', () => {
  const plan = udaViews({ size: 16, padding: 2, cutout: 4 });
  const drawn = drawViews(item, plan, createRandom(3), start);

  test('one weak view of flip and padded crop, one strong view with operations and a cutout after them', () => {
    expect(drawn.map(({ role, index }) => `${role} ${index}`)).toEqual(['weak 0', 'strong 0']);
    const [weak, strong] = drawn.map(({ params }) => params as Json[]);
    expect(weak!.length).toBe(3);
    const { operations } = strong![3] as unknown as { operations: Operation[] };
    expect(operations.at(-1)!.op).toBe('cutout');
  });

  test('a strong view without operations and with the weak view’s draws is the weak view, rounded to levels', () => {
    const [weak, strong] = drawn as unknown as [{ params: Json[] }, { params: Json[] }];
    const params = [...weak.params, { ...(strong.params[3] as object), operations: [{ op: 'posterize', bits: 8 }] }];
    const made = makeViews(item.id, picture!, plan, [drawn[0]!, { ...drawn[1]!, params }]);
    const [one, other] = made.map(({ value }) => values(value as Image));
    other!.forEach((value, i) => {
      expect(Math.abs(value - one![i]!)).toBeLessThanOrEqual(0.5 / 255 + 1e-6); // half a level, float32
    });
  });
});

test('views of RandAugment have as many operations as asked for, at their level', () => {
  const drawn = drawViews(item, randAugmentViews({ size: 16, operations: 5, level: 30, count: 3 }), createRandom(3), start);
  expect(drawn.length).toBe(3);
  for (const { params } of drawn) {
    const { operations } = (params as Json[])[2] as unknown as { operations: Operation[] };
    expect(operations.length).toBe(5);
    for (const operation of operations) if (operation.op === 'posterize') expect(operation.bits).toBe(0);
  }
});
