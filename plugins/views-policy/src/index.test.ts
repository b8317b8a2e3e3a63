import { modulesOf, type ViewPlan } from '@viewforge/core';
import { obeysPluginLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { plugin } from './index.ts';

obeysPluginLaws(plugin);

const plans = plugin.provides.filter(({ kind }) => kind === 'plan').map((factory) => factory() as ViewPlan);

test.each(plans.map((plan) => [plan.name, plan] as const))('views of %s can be made in worker threads', (_, { groups }) => {
  for (const { augment } of groups) {
    expect(augment.origin).toBeDefined();
    expect(modulesOf([augment.origin!]).length).toBeGreaterThan(0);
  }
});
