import { type Collection, ViewforgeError } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { collectBatch } from './collect-batch.ts';
import { openMaker } from './open-maker.ts';
import type { Threads, ViewStep, ViewsOptions } from './options.ts';
import { openReader, type RingUse } from './reader.ts';
import { createRows, ringRows } from './ring.ts';
import { checkViewsOptions, startOf } from './start.ts';

/**
 * Batches of views, hops 1 to 4: items are picked, opened, drawn and made. Each view's bytes depend on seed, epoch, item,
 * role and index alone. Batches hold `batchSize` usable items; a step without items only reports bad ones at the very end.
 * Rejects with the signal's reason when aborted, with ViewforgeError EMPTY when no item could be used at all,
 * ITEM_BUDGET when too many are bad, and with an item's own error under the policy `fail`.
 */
export function views(options: ViewsOptions): AsyncGenerator<ViewStep, void, undefined> {
  return viewsHeld(options, 1);
}

/** `views` where with `reuse` the last `held` steps hold: memory is used again when the one after them is asked for. */
export async function* viewsHeld(options: ViewsOptions, held: number): AsyncGenerator<ViewStep, void, undefined> {
  checkViewsOptions(options);
  const { source, sampler, plan, seed, epochs = 1, batchSize = 32, reuse = false } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([closing.signal, ...(options.signal ? [options.signal] : [])]);
  signal.throwIfAborted();
  let at = startOf(options);
  const random = createRandom(seed);
  const collection = await source.ready({ signal });
  const maker = openMaker(options, collection, signal, held); // last, so that nothing can throw before it is closed
  const threads: Threads = { workers: maker.workers, ...(maker.note !== undefined && { note: maker.note }) };
  const size = ringRows(maker.workers, batchSize, held);
  const ring: RingUse = { rows: createRows(size), size, held, last: undefined };
  try {
    for (let epoch = at.epoch; epoch < epochs; epoch++) {
      const order = sampler
        ? [...sampler.order(collection, random.fork('order', epoch))]
        : Array.from({ length: collection.size }, (_, i) => i); // hop 1
      checkOrder(order, collection, sampler?.name ?? 'run');
      const reader = openReader({ options, collection, maker, order, epoch, at, random, ring });
      while (reader.position() < order.length) {
        const { made, bad } = await reader.read(batchSize);
        const checkpoint = reader.checkpoint(at.step + 1);
        const { step } = at;
        at = checkpoint;
        yield { step, epoch, ...collectBatch(made, plan, reuse), bad, counts: checkpoint.counts, threads, checkpoint };
        signal.throwIfAborted(); // views that are ready do not hear it
      }
      at = { ...at, epoch: epoch + 1, position: 0 };
    }
    if (at.counts.used === 0)
      throw new ViewforgeError('EMPTY', source.name, `expected at least one usable item, got none of ${at.counts.read} read`);
  } finally {
    closing.abort(new ViewforgeError('ABORTED', 'run', 'the run was closed'));
    const closed = maker.close();
    if (!options.signal?.aborted) await closed; // an abort waits for nobody
  }
}

function checkOrder(order: readonly number[], { size }: Collection, where: string): void {
  const wrong = order.find((index) => !Number.isInteger(index) || index < 0 || index >= size);
  if (wrong !== undefined) throw new ViewforgeError('SHAPE', where, `expected indices in [0, ${size}), got ${wrong}`);
}
