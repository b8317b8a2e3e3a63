import { drawViews, type Json, makeViews, type ViewPlan } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { resize } from '@viewforge/image';
import { values } from '@viewforge/tensor';
import type { Image } from '@viewforge/tensor';
import { examplePixels, obeysPlanLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { deformationViews } from './deformation-views.ts';
import { fieldViews } from './field-views.ts';

const start = { epoch: 0, fraction: 0 };
const [picture] = examplePixels(1);

obeysPlanLaws(fieldViews, undefined, { size: 16 });
obeysPlanLaws(fieldViews, undefined, { size: 16, place: 'instead' });
obeysPlanLaws(deformationViews, undefined, { size: 16 });

function draws(plan: ViewPlan, count: number): Json[][] {
  return Array.from(
    { length: count },
    (_, seed) => plan.groups[0]!.augment.draw([3, 60, 80], createRandom(seed), start) as Json[],
  );
}

describe.each([
  ['field-views', fieldViews({ size: 16 })],
  ['deformation-views', deformationViews({ size: 16 })],
])('%s', (_, plan) => {
  test('makes two different views in [0, 1]', () => {
    for (let seed = 0; seed < 10; seed++) {
      const views = makeViews(
        'picture',
        picture!,
        plan,
        drawViews({ id: 'picture', shape: picture!.shape }, plan, createRandom(seed), start),
      );
      expect(views.map(({ role, index }) => `${role} ${index}`)).toEqual(['view 0', 'view 1']);
      const [one, other] = views.map(({ value }) => values(value as Image));
      expect(one).not.toEqual(other);
      for (const value of [...one!, ...other!]) expect(value >= 0 && value <= 1).toBe(true);
    }
  });
});

test.each([0, 0.5, 1])('fields follow the global recipe with probability %d', (share) => {
  // crop, flip, [[jitter, gray, blur], fields or null]
  const fields = draws(fieldViews({ share }), 4000).map((params) => (params[2] as Json[])[1] !== null);
  const frequency = fields.filter(Boolean).length / 4000;
  if (share === 0.5)
    expect(Math.abs(frequency - 0.5)).toBeLessThan(0.024); // three deviations
  else expect(frequency).toBe(share);
});

test('or take its place with that probability', () => {
  const chosen = draws(fieldViews({ share: 0.3, place: 'instead' }), 12_000).map(
    (params) => (params[2] as { chosen: number }).chosen,
  );
  expect(Math.abs(chosen.filter((each) => each === 1).length / 12_000 - 0.3)).toBeLessThan(0.0125); // three deviations
});

test('the global recipe is the one of SimCLR', () => {
  const steps = draws(fieldViews(), 4000).map((params) => (params[2] as Json[])[0] as Json[]);
  for (const [step, expected] of [0.8, 0.2, 0.5].entries()) {
    const frequency = steps.filter((each) => each[step] !== null).length / 4000;
    expect(Math.abs(frequency - expected)).toBeLessThan(0.024);
  }
});

test('with level 0, the whole picture as its box and no flip, a view is a plain resize', () => {
  const plan = deformationViews({ size: 16, scaleRange: [1, 1], levelRange: [0, 0] });
  const [, height, width] = picture!.shape as [number, number, number];
  const plain = resize(picture!, { height: 16, width: 16, interpolation: 'bilinear', antialias: true });
  for (const view of drawViews({ id: 'picture', shape: picture!.shape }, plan, createRandom(3), start)) {
    const [crop, , deformed] = view.params as [Record<string, Json>, Json, Json];
    const params = [{ ...crop, top: 0, left: 0, height, width }, null, deformed];
    const [made] = makeViews('picture', picture!, plan, [{ ...view, params }]);
    expect((made!.value as Image).data).toEqual(plain.data);
  }
});
