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
import { makeItem } from '../make-item.ts';
import { errorData, type Job, type WorkerTask } from './task.ts';

// Entry of a worker thread: makes the parts again from their origins, then answers one message an item.
const task = workerData as WorkerTask;
const running = { signal: new AbortController().signal };
const random = createRandom(task.seed);
const ready = prepare();
ready.catch(() => {}); // reported with the first job

parentPort!.on('message', (job: Job) => void answer(job));

async function prepare(): Promise<{ collection: Collection; plan: ViewPlan }> {
  const plugins = new Map<string, Plugin>();
  for (const [module, built] of task.modules) plugins.set(module, ((await import(built)) as { plugin: Plugin }).plugin);
  const source = remake('source', task.source, plugins) as Source;
  const groups = task.groups.map((group) => ({
    ...group,
    augment: remake('augmenter', group.augment, plugins) as Augmenter<'pixels'>,
  }));
  const plan: ViewPlan = { kind: 'plan', name: task.plan, version: 1, accepts: 'pixels', groups };
  return { collection: await source.ready(running), plan };
}

async function answer({ job, index, epoch, id }: Job): Promise<void> {
  try {
    const { collection, plan } = await ready;
    if (index >= collection.size || collection.id(index) !== id) {
      throw new ViewforgeError(
        'FILE_MISSING',
        id,
        `expected item ${index} of the source to be "${id}" in every thread; the source changed while it was read`,
        { item: id },
      );
    }
    const made = await makeItem(collection, index, plan, random, { epoch, fraction: epoch / task.epochs }, running);
    parentPort!.postMessage(
      { job, made },
      made.views.map((view) => view.data.buffer),
    );
  } catch (error) {
    parentPort!.postMessage({ job, error: errorData(error) });
  }
}
