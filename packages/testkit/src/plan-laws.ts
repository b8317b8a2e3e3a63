import {
  type AnyFactory,
  type Domain,
  drawViews,
  type EpochProgress,
  type Item,
  makeViews,
  type ViewPlan,
} from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { expect } from 'vitest';
import { contentOf, firstDifference } from './compare.ts';
import { exampleItems, running } from './example-items.ts';
import { domainProblem, shapeOf } from './domains.ts';
import { type Law, registerLaws } from './law.ts';
import { type Given, optionLaws } from './option-laws.ts';

/**
 * Registers the laws of a plan from its factory: each role and index occurs once, an item's views are the same in any
 * order and beside any other items, the views are of the shapes foretold, and the laws of its options hold.
 */
export function obeysPlanLaws(
  factory: AnyFactory<'plan'>,
  items: readonly Item<Domain>[] = exampleItems(),
  given: Given = {},
): void {
  registerLaws(`${factory.about.name} obeys the laws of plans`, planLaws(factory, items, given));
}

/** The same laws as values. */
export function planLaws(factory: AnyFactory<'plan'>, items: readonly Item<Domain>[], given: Given = {}): Law[] {
  const plan: ViewPlan<Domain> = factory(given);
  return [
    { name: 'each role and index occurs once', check: () => uniqueViews(plan) },
    { name: 'the same item has the same views in any order and beside any others', check: () => independentDraws(plan, items) },
    { name: 'the same draw makes the same bits, of the shape foretold', check: () => sameViews(plan, items) },
    ...optionLaws(factory, given),
  ];
}

const start: EpochProgress = { epoch: 0, fraction: 0 };

function uniqueViews(plan: ViewPlan<Domain>): void {
  const names = plan.groups.flatMap(({ role, from = 0, count }) =>
    Array.from({ length: count }, (_, i) => `${role} ${from + i}`),
  );
  expect(names.length).toBeGreaterThan(0);
  expect(new Set(names).size).toBe(names.length);
}

function independentDraws(plan: ViewPlan<Domain>, items: readonly Item<Domain>[]): void {
  expect(items.length, 'items to try the laws on').toBeGreaterThan(1);
  const run = createRandom(7);
  const inOrder = items.map((item) => drawViews(item, plan, run, start));
  const reversed = [...items].reverse().map((item) => drawViews(item, plan, run, start));
  const alone = items.map((item) => drawViews(item, plan, createRandom(7), start));
  expect(reversed.reverse()).toEqual(inOrder);
  expect(alone).toEqual(inOrder);
}

async function sameViews(plan: ViewPlan<Domain>, items: readonly Item<Domain>[]): Promise<void> {
  for (const item of items) {
    const content = await item.decode(running());
    const drawn = drawViews(item, plan, createRandom(3), start);
    const once = makeViews(item.id, content, plan, drawn);
    const twice = makeViews(item.id, content, plan, JSON.parse(JSON.stringify(drawn)));
    expect(firstDifference(contentOf(once), contentOf(twice))).toBeUndefined();
    once.forEach(({ role, index, value, params }) => {
      const { augment } = plan.groups.find(
        (each) => each.role === role && index >= (each.from ?? 0) && index < (each.from ?? 0) + each.count,
      )!;
      expect(domainProblem(augment.returns, value)).toBeUndefined();
      expect([...shapeOf(value)]).toEqual([...augment.reshape(item.shape, params)]);
    });
  }
}
