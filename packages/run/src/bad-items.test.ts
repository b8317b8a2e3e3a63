import { type Collection, definePlan, defineSampler, type Source, ViewforgeError } from '@viewforge/core';
import { pixels } from '@viewforge/tensor';
import { exampleSource } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { fragile } from '../fixtures/numbers-plugin.mjs';
import { type BadItemPolicy, type RunOptions, type ViewStep, views } from './index.ts';

// a view [1, 1, 2] that shows which item and which draw it came from
const twoProbes = definePlan({
  name: 'two-probes',
  summary: 'Two probes.',
  groups: () => [{ role: 'view', count: 2, augment: fragile() }],
});

async function all<T>(steps: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const step of steps) list.push(step);
  return list;
}

/** Items whose ids are listed cannot be decoded. */
function spoiled(bad: readonly string[], count = 6, error?: ViewforgeError): Source {
  const good = exampleSource(Array.from({ length: count }, (_, i) => exampleContent(i)));
  return {
    ...good,
    async ready(running): Promise<Collection> {
      const collection = await good.ready(running);
      return {
        ...collection,
        async open(index, signal) {
          const item = await collection.open(index, signal);
          if (!bad.includes(item.id)) return item;
          return {
            ...item,
            decode: () => Promise.reject(error ?? new ViewforgeError('IMAGE_DECODE', item.id, 'expected an image, got noise')),
          };
        },
      };
    },
  };
}

function exampleContent(i: number) {
  return pixels(new Uint8Array(3).fill(i), 1, 1, 3);
}

describe('a bad item among many', () => {
  const bad = ['example-0001', 'example-0004'];
  const steps = (badItems: BadItemPolicy, extra: Partial<RunOptions> = {}): Promise<ViewStep[]> =>
    all(views({ source: spoiled(bad), plan: twoProbes(), seed: 1, batchSize: 2, badItems, ...extra }));

  test('stops the run with its own error under "fail"', async () => {
    await expect(steps({ policy: 'fail' })).rejects.toMatchObject({ code: 'IMAGE_DECODE', item: 'example-0001' });
  });
  test('is left out under "skip", and batches stay full', async () => {
    const result = await steps({ policy: 'skip' });
    expect(result.map((step) => step.items.map((item) => item.id))).toEqual([
      ['example-0000', 'example-0002'],
      ['example-0003', 'example-0005'],
    ]);
    expect(result.flatMap((step) => step.bad.map((each) => [each.id, each.outcome]))).toEqual([
      ['example-0001', 'skipped'],
      ['example-0004', 'skipped'],
    ]);
    expect(result.at(-1)!.counts).toEqual({ read: 6, used: 4, skipped: 2, replaced: 0, quarantined: 0, views: 8 });
  });
  test('has its place taken by another item under "replace", the same one each time', async () => {
    const once = await steps({ policy: 'replace' });
    const again = await steps({ policy: 'replace' }, { batchSize: 4 });
    const ids = (result: ViewStep[]) => result.flatMap((step) => step.items.map((item) => item.id));
    expect(ids(once)).toHaveLength(6);
    expect(ids(again)).toEqual(ids(once));
    expect(ids(once).some((id) => bad.includes(id))).toBe(false);
    const { read, used, skipped, replaced, quarantined } = once.at(-1)!.counts;
    expect(used).toBe(6);
    expect(read).toBe(used + skipped + replaced + quarantined);
    expect(replaced).toBeGreaterThanOrEqual(2);
  });
  test('is read once and never again under "quarantine"', async () => {
    const result = await steps({ policy: 'quarantine' }, { epochs: 3 });
    expect(result.flatMap((step) => step.bad.map((each) => [each.epoch, each.id]))).toEqual([
      [0, 'example-0001'],
      [0, 'example-0004'],
    ]);
    expect(result.at(-1)!.counts).toEqual({ read: 14, used: 12, skipped: 0, replaced: 0, quarantined: 2, views: 24 });
    expect(result.at(-1)!.checkpoint.bad).toEqual(bad);
  });
  test('ends the run when the budget is spent', async () => {
    await expect(steps({ policy: 'skip', budget: 0.2 })).rejects.toMatchObject({ code: 'ITEM_BUDGET', item: 'example-0004' });
    await expect(steps({ policy: 'skip', budget: 0.34 })).resolves.toHaveLength(2);
  });
  test.each([1, 0.34])(
    'counts once against a budget of %d, in how many epochs and as how many replacements it is read',
    async (budget) => {
      for (const policy of ['skip', 'replace'] as const) {
        const result = await steps({ policy, budget }, { epochs: 5 });
        expect(result.at(-1)!.counts).toMatchObject(policy === 'skip' ? { used: 20, skipped: 10 } : { used: 30 });
      }
    },
  );
  test('may be exactly as many as the budget says, however its share is rounded', async () => {
    const some = Array.from({ length: 29 }, (_, i) => `example-00${String(i).padStart(2, '0')}`);
    const badItems = { policy: 'skip', budget: 0.29 } as const; // 0.29 * 100 = 28.999999999999996
    await expect(steps(badItems, { source: spoiled(some, 100) })).resolves.toHaveLength(36);
  });
  test('that comes twice in an epoch is quarantined once, also after an interruption', async () => {
    const twice = defineSampler({
      name: 'twice',
      summary: 'All items twice.',
      order: () => [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5],
    });
    const extra = { sampler: twice(), epochs: 2 };
    const whole = await steps({ policy: 'quarantine' }, extra);
    expect(whole.at(-1)!.counts).toMatchObject({ read: 18, used: 16, quarantined: 2 });
    for (const { checkpoint } of whole.slice(0, -1)) {
      const rest = await steps({ policy: 'quarantine' }, { ...extra, resume: checkpoint });
      expect(rest.at(-1)!.counts).toEqual(whole.at(-1)!.counts);
    }
  });
  test('that ends the epoch is still reported', async () => {
    const result = await all(
      views({ source: spoiled(['example-0005']), plan: twoProbes(), seed: 1, batchSize: 5, badItems: { policy: 'skip' } }),
    );
    expect(result.map((step) => [step.items.length, step.bad.length])).toEqual([
      [5, 0],
      [0, 1],
    ]);
  });
});

test.each(['skip', 'replace', 'quarantine'] as const)(
  'a full disk is not the fault of the item that was read, so "%s" does not pass over it',
  async (policy) => {
    const full = new ViewforgeError('FILE_WRITE', 'cache', 'expected a folder that can be written', { item: 'example-0001' });
    const source = spoiled(['example-0001'], 6, full);
    const steps = all(views({ source, plan: twoProbes(), seed: 1, batchSize: 2, badItems: { policy } }));
    await expect(steps).rejects.toBe(full);
  },
);

test('a source whose every item is bad is an error even under "skip"', async () => {
  const source = spoiled(['example-0000', 'example-0001'], 2);
  await expect(all(views({ source, plan: twoProbes(), seed: 1, badItems: { policy: 'skip' } }))).rejects.toMatchObject({
    code: 'EMPTY',
  });
});
