import { defineAugmenter, definePlan, type Json } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { exampleItems } from './example-items.ts';
import { brokenLaws } from './law.ts';
import { obeysPlanLaws, planLaws } from './plan-laws.ts';

const planWith = (draw: (random: Random) => Json, reshape = (shape: readonly number[]): readonly number[] => shape) => {
  const augment = defineAugmenter({
    name: 'to-float',
    summary: 'Scale bytes to [0, 1].',
    accepts: 'pixels',
    returns: 'image',
    draw: (_shape, _options, random) => draw(random),
    reshape,
    apply: (pixels) =>
      image(
        Float32Array.from(values(pixels), (byte) => byte / 255),
        ...(pixels.shape as [number, number, number]),
      ),
  })();
  return definePlan({ name: 'plan', summary: 'Two views.', groups: () => [{ role: 'view', count: 2, augment }] });
};

obeysPlanLaws(planWith((random) => random.uniform(0, 1)));

test('a plan whose draws depend on the items before is found', async () => {
  let turn = 0;
  expect(
    await brokenLaws(
      planLaws(
        planWith(() => turn++),
        exampleItems(),
      ),
    ),
  ).toEqual(['the same item has the same views in any order and beside any others']);
});

test('a plan that foretells another shape is found', async () => {
  const plan = planWith(
    () => null,
    ([c]) => [c!, 1, 1],
  );
  expect(await brokenLaws(planLaws(plan, exampleItems()))).toEqual(['the same draw makes the same bits, of the shape foretold']);
});
