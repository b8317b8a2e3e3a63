import { definePlan, defineSampler, defineSource, ViewforgeError } from '@viewforge/core';
import { pixels, values } from '@viewforge/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fragile, numbers } from '../fixtures/numbers-plugin.mjs';
import { type ViewStep, type ViewsOptions, views } from './index.ts';
import { createRing, createRows, placeInRing, ringRows } from './ring.ts';

describe('rows', () => {
  test('come in turn, and again once they are free', () => {
    const rows = createRows(3);
    expect([rows.take(), rows.take(), rows.take(), rows.take()]).toEqual([0, 1, 2, undefined]);
    rows.keepFrom(2);
    expect([rows.take(), rows.take(), rows.take()]).toEqual([3, 4, undefined]);
    rows.keepFrom();
    expect(rows.take()).toBe(5);
  });

  test('are whole batches, with room for one in use and all that are begun', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 300 }), (workers, batch) => {
        const rows = ringRows(workers, batch);
        expect(rows % batch).toBe(0);
        expect(rows).toBeGreaterThanOrEqual(batch + (workers === 0 ? 2 : Math.max(batch, 4 * workers)));
      }),
    );
  });

  test('where there is not that much memory, there is a ring that takes nothing', () => {
    expect(createRing(2 ** 20, [2 ** 40], true)).toMatchObject({ sizes: [], buffer: { byteLength: 0 } });
  });

  test('no two places overlap, and a view of a batch lies side by side', () => {
    const ring = createRing(3, [2, 4], false);
    const starts = [0, 1].map((place) =>
      [0, 1, 2].map((row) => placeInRing(ring, row, place)).map((each) => each.byteOffset / 4),
    );
    expect(starts).toEqual([
      [0, 2, 4],
      [6, 10, 14],
    ]);
    expect(ring.buffer.byteLength).toBe(18 * 4);
  });
});

// views [1, 1, 2] that show which item and which draw they came from
const two = definePlan({
  name: 'two',
  summary: 'Two.',
  groups: () => [{ role: 'view', count: 2, augment: fragile() }],
});
const options = (extra: Partial<ViewsOptions> = {}): ViewsOptions => ({
  source: numbers({ count: 23 }),
  plan: two(),
  seed: 4,
  batchSize: 4,
  epochs: 2,
  ...extra,
});

/** Every number of every view, taken down step by step, before the next step is asked for. */
async function noted(given: ViewsOptions): Promise<{ numbers: number[]; buffers: ArrayBufferLike[] }> {
  const noted = { numbers: [] as number[], buffers: [] as ArrayBufferLike[] };
  for await (const step of views(given)) {
    for (const { values: batch } of step.views['view'] ?? []) {
      noted.numbers.push(...values(batch));
      noted.buffers.push(values(batch).buffer);
    }
  }
  return noted;
}

describe('memory that is used again', () => {
  test.each([0, 1, 2])('gives the same views as arrays of their own, with %i workers and any batch size', async (workers) => {
    for (const batchSize of [1, 3, 4, 23, 40]) {
      const own = await noted(options({ batchSize }));
      const reused = await noted(options({ batchSize, workers, reuse: true }));
      expect(reused.numbers).toEqual(own.numbers);
    }
  });

  test.each([0, 2])('is one block for all steps after the first, with %i workers', async (workers) => {
    const { buffers } = await noted(options({ workers, reuse: true, source: numbers({ count: 40 }) }));
    // two views a step, 20 steps; only the items begun before the sizes were known have arrays of their own
    expect(new Set(buffers.slice(8)).size).toBe(1);
    const { buffers: own } = await noted(options({ workers, source: numbers({ count: 40 }) }));
    expect(new Set(own).size).toBe(own.length);
  });

  test('a step keeps its views while the next one is being made', async () => {
    const steps = views(options({ workers: 2, reuse: true }));
    for (let i = 0; i < 3; i++) await steps.next();
    const { value } = (await steps.next()) as { value: ViewStep };
    const before = [...values(value.views['view']![1]!.values)];
    await new Promise((resolve) => setTimeout(resolve, 200)); // the workers have gone as far ahead as they may
    expect([...values(value.views['view']![1]!.values)]).toEqual(before);
    await steps.return();
  });

  test('bad items leave holes that are closed: skipped, replaced, quarantined', async () => {
    const sampler = defineSampler({
      name: 'twice',
      summary: 'Everything twice.',
      order: ({ size }) => Array.from({ length: 2 * size }, (_, i) => (i * 7) % size),
    })();
    for (const policy of ['skip', 'replace', 'quarantine'] as const) {
      const given = { source: holed(), sampler, badItems: { policy } };
      const own = await noted(options(given));
      const reused = await noted(options({ ...given, reuse: true }));
      expect(reused.numbers).toEqual(own.numbers);
      expect(own.numbers.length).toBeGreaterThan(0);
    }
  });

  test('views of differing sizes are refused as ever, and fill no memory of others', async () => {
    const plan = definePlan({
      name: 'odd',
      summary: 'One is longer.',
      groups: () => [{ role: 'view', count: 1, augment: fragile({ long: 9 }) }],
    })();
    for (const workers of [0, 2]) {
      const steps = noted(options({ plan, workers, reuse: true }));
      await expect(steps).rejects.toMatchObject({ code: 'SHAPE', item: 'number-9' });
    }
  });
});

/** Thirty items of which every fifth cannot be opened. */
function holed() {
  return defineSource({
    name: 'holed',
    summary: 'Items with holes between.',
    ready: async () => ({
      size: 30,
      id: (index: number) => `item-${index}`,
      open: async (index: number) => {
        const id = `item-${index}`;
        if (index % 5 === 2) throw new ViewforgeError('FILE_READ', id, 'expected a file, got a hole', { item: id });
        return { id, shape: [3, 2, 2], decode: async () => pixels(new Uint8Array(12).fill(index), 2, 2, 3) };
      },
    }),
  })();
}
