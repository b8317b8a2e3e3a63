import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Collection, modulesOf, type Origin, type ViewPlan } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { elements } from '@viewforge/tensor';
import { type MadeItem, makeItem, type Making } from './make-item.ts';
import { createRing, type RingMemory, ringRows } from './ring.ts';
import type { Maker } from './workers/maker.ts';
import type { ViewsOptions } from './options.ts';
import { openPool } from './workers/pool.ts';
import type { WorkerTask } from './workers/task.ts';

/** The maker for a run, with a ring for `held` batches in use: a pool of workers when they were asked for and every part can be made again in another thread. */
export function openMaker(options: ViewsOptions, collection: Collection, signal: AbortSignal, held = 1): Maker {
  const { plan, source, seed, epochs = 1, batchSize = 32 } = options;
  const count = countWorkers(options, collection.size);
  const rows = ringRows(count, batchSize, held);
  const task = count > 0 ? taskFor(plan, source.origin, seed, epochs) : undefined;
  if (typeof task === 'object') return openPool({ task, count, rows, idOf: (index) => collection.id(index), signal });
  return onThisThread({ collection, plan, random: createRandom(seed), epochs }, rows, task, signal);
}

function onThisThread(making: Making, rows: number, note: string | undefined, signal: AbortSignal): Maker {
  let ring: RingMemory | undefined;
  const make = async (index: number, epoch: number, row: number | undefined): Promise<MadeItem> => {
    const target = ring !== undefined && row !== undefined ? { ring, row } : undefined;
    const item = await makeItem(making, index, epoch, { signal }, target);
    ring ??= createRing(
      rows,
      item.views.map(({ shape }) => elements(shape)),
      false,
    );
    return item;
  };
  return { workers: 0, note, make: (index, epoch, row) => orAborted(make(index, epoch, row), signal), close: async () => {} };
}

/** The promise, or a rejection with the signal's reason as soon as it aborts. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Views that it takes to make up for the start of worker threads, half a second or so. */
const enoughViews = 512;

function countWorkers({ plan, epochs = 1, workers = 0 }: ViewsOptions, items: number): number {
  if (workers !== 'auto') return workers;
  const views = items * epochs * plan.groups.reduce((sum, { count }) => sum + count, 0);
  return views < enoughViews ? 0 : availableParallelism();
}

/** What a worker needs to make the views of this plan, or the reason why no worker can. */
function taskFor(plan: ViewPlan, source: Origin | undefined, seed: number | string, epochs: number): WorkerTask | string {
  if (source === undefined) return 'the source has no module that a worker could import, so views are made on the main thread';
  const groups: WorkerTask['groups'][number][] = [];
  for (const { role, from = 0, count, together = false, augment } of plan.groups) {
    if (augment.origin === undefined) {
      return `"${augment.name}" of role "${role}" has no module that a worker could import, so views are made on the main thread`;
    }
    groups.push({ role, from, count, together, augment: augment.origin });
  }
  const modules = new Map<string, string>();
  for (const module of modulesOf([source, ...groups.map((group) => group.augment)])) {
    const built = builtModule(module);
    if (built === undefined) return `${module} is not JavaScript, so views are made on the main thread`;
    modules.set(module, built);
  }
  return { plan: plan.name, seed, epochs, source, groups, modules: [...modules] };
}

/** The JavaScript that a worker imports for a module: itself, or its build when one of our packages runs from TypeScript sources. */
function builtModule(module: string): string | undefined {
  if (/\.[cm]?js$/.test(module)) return module;
  const built = module.replace(/\/src\/([^/]+)\.ts$/, '/dist/$1.js');
  return built !== module && existsSync(fileURLToPath(built)) && isOurs(module) ? built : undefined;
}

/** A user's build may be older than the sources that run here; ours are built together. */
function isOurs(module: string): boolean {
  const { name } = JSON.parse(readFileSync(new URL('../package.json', module), 'utf8')) as { name?: string };
  return name?.startsWith('@viewforge/') === true;
}
