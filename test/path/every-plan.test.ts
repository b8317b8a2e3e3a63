import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { definePlan, type ViewPlan } from '@viewforge/core';
import { imageFolder } from '@viewforge/data';
import { type ViewsOptions, views } from '@viewforge/run';
import { builtInPlugins } from '@viewforge/runtime';
import { values } from '@viewforge/tensor';
import { expect, test } from 'vitest';

// Every plan of photographs that is shipped, all at once: the same bytes for any number of workers and any batch size.

const root = fileURLToPath(new URL('../../examples/photos', import.meta.url));
const plans = builtInPlugins.flatMap(({ name, provides }) =>
  provides.flatMap((factory) => {
    if (factory.kind !== 'plan') return [];
    const sizes = Object.keys(factory.about.options.shape).filter((option) => /^(size|.*Size)$/.test(option));
    const plan: ViewPlan = factory(Object.fromEntries(sizes.map((option) => [option, 32])));
    return plan.accepts === 'pixels' ? [{ name: `${name}/${plan.name}`, plan }] : [];
  }),
);
const all = definePlan({
  name: 'all',
  summary: 'All views of all plans.',
  groups: () => plans.flatMap(({ name, plan }) => plan.groups.map((group) => ({ ...group, role: `${name} ${group.role}` }))),
})();

/** A digest of the views of each role and index, items in the order of the source. */
async function digests(
  extra: Partial<ViewsOptions>,
): Promise<{ readonly workers: number; readonly found: Record<string, string> }> {
  const hashes = new Map<string, ReturnType<typeof createHash>>();
  let workers = 0;
  for await (const step of views({ source: imageFolder({ root }), plan: all, seed: 9, epochs: 2, ...extra })) {
    workers = step.threads.workers;
    for (const [role, batches] of Object.entries(step.views)) {
      for (const [index, batch] of batches.entries()) {
        const name = `${role} ${index}`;
        const hash = hashes.get(name) ?? createHash('sha256');
        hashes.set(name, hash.update(values(batch.values)));
      }
    }
  }
  return { workers, found: Object.fromEntries([...hashes].map(([name, hash]) => [name, hash.digest('hex')])) };
}

test('there are plans to check', () => expect(plans.length).toBeGreaterThan(20));

test('workers, batches and reused memory change no byte of any view', async () => {
  const here = await digests({ batchSize: 4 });
  expect(Object.keys(here.found).length).toBeGreaterThan(60);
  for (const extra of [
    { workers: 1, batchSize: 1, reuse: true },
    { workers: 2, batchSize: 4, reuse: true },
    { workers: 4, batchSize: 7 },
  ]) {
    const there = await digests(extra);
    expect(there.workers).toBe(extra.workers);
    expect(there.found).toEqual(here.found);
  }
});
