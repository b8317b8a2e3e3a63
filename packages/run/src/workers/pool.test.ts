import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { definePlan, defineSampler } from '@viewforge/core';
import { values } from '@viewforge/tensor';
import { afterEach, expect, test } from 'vitest';
import { fragile, numbers } from '../../fixtures/numbers-plugin.mjs';
import { type ViewStep, type ViewsOptions, views } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'viewforge-pool-'));
const log = join(folder, 'deaths');
afterEach(() => rmSync(log, { force: true }));

const options = (extra: Partial<ViewsOptions> = {}, fragility = {}): ViewsOptions => ({
  source: numbers({ count: 12 }),
  plan: definePlan({ name: 'one', summary: 'One.', groups: () => [{ role: 'view', count: 1, augment: fragile(fragility) }] })(),
  seed: 2,
  batchSize: 5,
  ...extra,
});

async function all(steps: AsyncIterable<ViewStep>): Promise<ViewStep[]> {
  const list: ViewStep[] = [];
  for await (const step of steps) list.push(step);
  return list;
}

const bytes = (steps: readonly ViewStep[]) => steps.flatMap((step) => [...values(step.views['view']![0]!.values)]);

test.each([1, 2, 4])('%i workers make the views that the main thread makes', async (workers) => {
  const there = await all(views(options({ workers })));
  expect(there[0]!.threads).toEqual({ workers });
  expect(bytes(there)).toEqual(bytes(await all(views(options()))));
  expect(there.map((step) => step.counts)).toEqual((await all(views(options()))).map((step) => step.counts));
});

test("'auto' takes workers only where there are enough views to make up for starting them", async () => {
  const [few] = await all(views(options({ workers: 'auto' })));
  expect(few!.threads).toEqual({ workers: 0 });
  for await (const many of views(options({ workers: 'auto', source: numbers({ count: 256 }), epochs: 2 }))) {
    expect(many.threads.workers).toBeGreaterThan(0);
    break;
  }
});

test('a worker that dies is replaced, and nothing is lost', async () => {
  const steps = await all(views(options({ workers: 2 }, { deadly: 7, times: 1, log })));
  expect(readFileSync(log, 'utf8')).toBe('x');
  expect(bytes(steps)).toEqual(bytes(await all(views(options()))));
});

test('an item on which two workers die is reported with its id, and the others are used', async () => {
  const fragility = { deadly: 7, times: 1000, log };
  await expect(all(views(options({ workers: 2 }, fragility)))).rejects.toMatchObject({ code: 'WORKER', item: 'number-7' });
  const steps = await all(views(options({ workers: 2, badItems: { policy: 'skip' } }, fragility)));
  expect(steps.flatMap((step) => step.bad.map(({ id, code }) => [id, code]))).toEqual([['number-7', 'WORKER']]);
  expect(steps.at(-1)!.counts).toMatchObject({ read: 12, used: 11, skipped: 1 });
});

test('workers that die one after the other end the run under every policy, and leave nobody waiting', async () => {
  const sampler = defineSampler({ name: 'sevens', summary: 'The same item.', order: () => [7, 7, 7, 7, 7, 7] })();
  const steps = all(views(options({ workers: 1, sampler, badItems: { policy: 'skip' } }, { deadly: 7, times: 1000, log })));
  await expect(steps).rejects.toMatchObject({ code: 'WORKER', message: expect.stringMatching(/3 died in a row/) });
});

test('an abort rejects with its reason while workers are busy', async () => {
  const controller = new AbortController();
  const reason = new Error('stop');
  const steps = views(options({ workers: 2, signal: controller.signal, batchSize: 1 }));
  await steps.next();
  controller.abort(reason);
  await expect(all(steps)).rejects.toBe(reason);
});

test('an abort waits for no worker, not even for one that never comes back', async () => {
  const controller = new AbortController();
  const reason = new Error('stop');
  const steps = views(options({ workers: 1, signal: controller.signal, batchSize: 1 }, { stuck: 3 }));
  for (let step = 0; step < 3; step++) await steps.next();
  const next = steps.next();
  controller.abort(reason);
  await expect(next).rejects.toBe(reason);
});

/** Worker threads that keep the process from ending. */
const busyThreads = () => process.getActiveResourcesInfo().filter((resource) => resource === 'MessagePort').length;

test('an abort between two steps is heard: views that are ready are not handed out', async () => {
  const controller = new AbortController();
  const reason = new Error('stop');
  const steps = views(options({ workers: 2, signal: controller.signal, batchSize: 1 }));
  await steps.next();
  await new Promise((resolve) => setTimeout(resolve, 200)); // more items are ready
  controller.abort(reason);
  await expect(steps.next()).rejects.toBe(reason);
});

test('an abort ends the workers even when no further step is asked for', async () => {
  await expect.poll(busyThreads, { timeout: 10_000 }).toBe(0); // those of the tests before
  const controller = new AbortController();
  const steps = views(options({ workers: 1, signal: controller.signal, batchSize: 1 }, { stuck: 3 }));
  await steps.next();
  expect(busyThreads()).toBe(1);
  controller.abort(new Error('stop'));
  await expect.poll(busyThreads, { timeout: 10_000 }).toBe(0);
});

test('workers with nothing to do do not keep the process from ending, and work on when asked', async () => {
  const steps = views(options({ workers: 2, batchSize: 1 }));
  await steps.next();
  await expect.poll(busyThreads, { timeout: 10_000 }).toBe(0);
  expect(await all(steps)).toHaveLength(11);
});

test('a run that is left early ends its workers', async () => {
  for await (const step of views(options({ workers: 2, batchSize: 1 }))) {
    expect(step.items).toHaveLength(1);
    break;
  }
});

test('a run that is closed while workers answer comes to its end, and so does the process', () => {
  const script = fileURLToPath(new URL('../../fixtures/open-and-close.mjs', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect([status, stdout.trim()]).toEqual([0, '12']);
});
