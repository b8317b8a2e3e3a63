import { type Collection, ViewforgeError } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import type { MadeItem } from './make-item.ts';
import { lookAhead as itemsAhead, type RingRows } from './ring.ts';
import type { Maker } from './workers/maker.ts';
import type { BadItem, Checkpoint, Counts, ViewsOptions } from './options.ts';

/** Reads the items of one epoch in order, ahead of who asks, and treats bad ones by the policy. */
export interface Reader {
  /** How many entries of the order are behind. */
  position(): number;
  /** Up to `count` usable items; fewer only at the end of the order. */
  read(count: number): Promise<{ readonly made: readonly MadeItem[]; readonly bad: readonly BadItem[] }>;
  /** Where the run stands now. */
  checkpoint(step: number): Checkpoint;
}

interface Setting {
  readonly options: ViewsOptions;
  readonly collection: Collection;
  readonly maker: Maker;
  readonly order: readonly number[];
  readonly epoch: number;
  readonly at: Checkpoint;
  readonly random: Random;
  readonly ring: RingUse;
}

/** The rows of the maker's ring, which go on from epoch to epoch. */
export interface RingUse {
  readonly rows: RingRows;
  /** Number of rows. */
  readonly size: number;
  /** Batches that are in use at a time: 1, or 2 where the one before the last must stay. */
  readonly held: number;
  /** First row of the last batch, where it lies in the ring. */
  last: number | undefined;
}

/** An item that was begun, and the number of the row that its views go to. */
interface Begun {
  readonly made: Promise<MadeItem>;
  readonly row: number | undefined;
}

/** Tries for a replacement before giving up. */
const attempts = 16;

/** A reader for one epoch that goes on where `at` stands. */
export function openReader({ options, collection, maker, order, epoch, at, random, ring }: Setting): Reader {
  const { seed, batchSize = 32, badItems = { policy: 'fail' } } = options;
  const counts: { -readonly [K in keyof Counts]: Counts[K] } = { ...at.counts };
  const failed = new Set(at.bad);
  const ahead: (Begun | undefined)[] = [];
  let position = at.epoch === epoch ? at.position : 0;

  const window = itemsAhead(maker.workers, batchSize);
  const { rows, size } = ring;
  rows.align(batchSize); // so that batches lie side by side again after a short one
  const isBanned = (index: number) => badItems.policy === 'quarantine' && failed.has(collection.id(index));
  const start = (index: number, row?: number): Promise<MadeItem> => {
    const made = maker.make(index, epoch, row === undefined ? undefined : row % size);
    made.catch(() => {}); // awaited later, in order
    return made;
  };
  const lookAhead = (): void => {
    while (ahead.length < window && position + ahead.length < order.length) {
      const index = order[position + ahead.length]!;
      const row = isBanned(index) ? undefined : rows.take();
      ahead.push(isBanned(index) ? undefined : { made: start(index, row), row });
    }
  };
  const use = (item: MadeItem): MadeItem => {
    counts.used++;
    counts.views += item.views.length;
    return item;
  };
  /** What becomes of an item that failed; `tries` counts replacements of one place in the order. */
  const treat = async (error: unknown, id: string, bad: BadItem[], tries = 0): Promise<MadeItem | undefined> => {
    options.signal?.throwIfAborted();
    if (!isOfItem(error) || badItems.policy === 'fail') throw error;
    const outcome = ({ skip: 'skipped', replace: 'replaced', quarantine: 'quarantined' } as const)[badItems.policy];
    counts[outcome]++;
    bad.push({ id, epoch, code: error.code, message: error.message, outcome });
    checkBudget(failed.add(id).size, collection.size, badItems.budget ?? 1, error);
    if (outcome !== 'replaced' || tries >= attempts) return undefined;
    const other = random.fork('replace', epoch, id, tries).integer(0, collection.size);
    counts.read++;
    return start(other).then(use, (cause) => treat(cause, collection.id(other), bad, tries + 1));
  };
  return {
    position: () => position,
    async read(count) {
      const made: MadeItem[] = [];
      const bad: BadItem[] = [];
      const kept = ring.held > 1 ? ring.last : undefined;
      rows.keepFrom(kept ?? ahead.find((begun) => begun?.row !== undefined)?.row); // the batch before is no longer needed
      ring.last = undefined;
      while (made.length < count && position < order.length) {
        lookAhead();
        const index = order[position]!;
        const next = ahead.shift();
        position++;
        if (next === undefined) continue;
        if (isBanned(index)) {
          await next.made.catch(() => {}); // it failed since this one was begun, which may still write to its row
          continue;
        }
        counts.read++;
        const item = await next.made.then(use, (error) => treat(error, collection.id(index), bad));
        if (item === undefined) continue;
        if (made.length === 0 && next.row !== undefined) rows.keepFrom(kept ?? next.row);
        ring.last ??= next.row;
        made.push(item);
      }
      lookAhead();
      return { made, bad };
    },
    checkpoint: (step) => ({ seed, epoch, position, step, counts: { ...counts }, bad: [...failed], state: null }),
  };
}

/** Whether the item is at fault: not for an error without an item, nor when it could be read but a cache could not keep it. */
function isOfItem(error: unknown): error is ViewforgeError {
  return error instanceof ViewforgeError && error.item !== undefined && error.code !== 'FILE_WRITE';
}

function checkBudget(bad: number, size: number, budget: number, cause: ViewforgeError): void {
  const allowed = Math.floor(budget * size + 1e-9); // 0.29 of 100 is a little less than 29
  if (bad > allowed) {
    const message = `expected at most ${allowed} bad items of ${size}, got ${bad}; the last: ${cause.message}`;
    throw new ViewforgeError('ITEM_BUDGET', 'run', message, { cause, ...(cause.item !== undefined && { item: cause.item }) });
  }
}
