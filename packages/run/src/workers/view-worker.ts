import { parentPort, workerData } from 'node:worker_threads';
import {
  type Augmenter,
  type Collection,
  type Plugin,
  remake,
  type Source,
  ViewforgeError,
  type ViewPlan,
} from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { makeItem, type Making } from '../make-item.ts';
import type { RingMemory } from '../ring.ts';
import { type Answer, errorData, type Job, type Told, type WorkerTask } from './task.ts';

// Entry of a worker thread: makes the parts again from their origins, then answers one message an item.
const task = workerData as WorkerTask;
const running = { signal: new AbortController().signal };
const ready = prepare();
ready.catch(() => {}); // reported with the first job
let ring: RingMemory | undefined;

parentPort!.on('message', (told: Told) => {
  if ('ring' in told) ring = told.ring;
  else void answer(told);
});

async function prepare(): Promise<Making> {
  const plugins = new Map<string, Plugin>();
  for (const [module, built] of task.modules) plugins.set(module, ((await import(built)) as { plugin: Plugin }).plugin);
  const source = remake('source', task.source, plugins) as Source;
  const groups = task.groups.map((group) => ({
    ...group,
    augment: remake('augmenter', group.augment, plugins) as Augmenter<'pixels'>,
  }));
  const plan: ViewPlan = { kind: 'plan', name: task.plan, version: 1, accepts: 'pixels', groups };
  return { collection: await source.ready(running), plan, random: createRandom(task.seed), epochs: task.epochs };
}

async function answer(job: Job): Promise<void> {
  try {
    const making = await ready;
    checkSame(making.collection, job);
    const target = ring !== undefined && job.row !== undefined ? { ring, row: job.row } : undefined;
    const { views, ...made } = await makeItem(making, job.index, job.epoch, running, target);
    const own = views.map(({ data }) => (data.buffer === ring?.buffer ? undefined : data));
    const shapes = views.map(({ shape }) => shape);
    const moved = own.flatMap((data) => (data === undefined ? [] : [data.buffer as ArrayBuffer]));
    parentPort!.postMessage({ job: job.job, made, shapes, own } satisfies Answer, moved);
  } catch (error) {
    parentPort!.postMessage({ job: job.job, error: errorData(error) } satisfies Answer);
  }
}

function checkSame(collection: Collection, { index, id }: Job): void {
  if (index < collection.size && collection.id(index) === id) return;
  throw new ViewforgeError(
    'FILE_MISSING',
    id,
    `expected item ${index} of the source to be "${id}" in every thread; the source changed while it was read`,
    { item: id },
  );
}
