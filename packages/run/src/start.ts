import { ViewforgeError } from '@viewforge/core';
import type { Checkpoint, Counts, ViewsOptions } from './options.ts';

const none: Counts = { read: 0, used: 0, skipped: 0, replaced: 0, quarantined: 0, views: 0 };

/** Where a run begins: at its checkpoint, or at the first item. Throws CHECKPOINT when the checkpoint is of another run. */
export function startOf({ resume, seed }: ViewsOptions): Checkpoint {
  if (resume === undefined) return { seed, epoch: 0, position: 0, step: 0, counts: none, bad: [], state: null };
  if (resume.seed !== seed)
    throw new ViewforgeError('CHECKPOINT', 'run', `expected a checkpoint of seed ${seed}, got one of seed ${resume.seed}`);
  return resume;
}

/** Throws ViewforgeError (OPTION) for counts that are not whole or out of bounds. */
export function checkViewsOptions({ epochs = 1, batchSize = 32, workers = 0, badItems }: ViewsOptions): void {
  checkCount('epochs', epochs, 1);
  checkCount('batchSize', batchSize, 1);
  if (workers !== 'auto') checkCount('workers', workers, 0);
  const budget = badItems?.budget ?? 1;
  if (!(budget >= 0 && budget <= 1))
    throw new ViewforgeError('OPTION', 'run', `badItems.budget: expected a share in [0, 1], got ${budget}`);
}

function checkCount(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw new ViewforgeError('OPTION', 'run', `${name}: expected a whole number >= ${least}, got ${value}`);
}
