import { type Collection, ViewforgeError } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import type { MadeItem } from './make-item.ts';
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
}

/** Tries for a replacement before giving up. */
const attempts = 16;

/** A reader for one epoch that goes on where `at` stands. */
export function openReader({ options, collection, maker, order, epoch, at, random }: Setting): Reader {
  const { seed, batchSize = 32, badItems = { policy: 'fail' } } = options;
  const counts: { -readonly [K in keyof Counts]: Counts[K] } = { ...at.counts };
  const failed = new Set(at.bad);
  const ahead: (Promise<MadeItem> | undefined)[] = [];
  let position = at.epoch === epoch ? at.position : 0;

  const window = maker.workers === 0 ? 2 : Math.max(batchSize, 4 * maker.workers);
  const isBanned = (index: number) => badItems.policy === 'quarantine' && failed.has(collection.id(index));
  const start = (index: number): Promise<MadeItem> => {
    const made = maker.make(index, epoch);
    made.catch(() => {}); // awaited later, in order
    return made;
  };
  const lookAhead = (): void => {
    while (ahead.length < window && position + ahead.length < order.length) {
      const index = order[position + ahead.length]!;
      ahead.push(isBanned(index) ? undefined : start(index));
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
    // an error without an item is not the item's fault
    if (!(error instanceof ViewforgeError) || error.item === undefined || badItems.policy === 'fail') throw error;
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
      while (made.length < count && position < order.length) {
        lookAhead();
        const index = order[position]!;
        const next = ahead.shift();
        position++;
        if (next === undefined || isBanned(index)) continue; // it may have failed since it was begun
        counts.read++;
        const item = await next.then(use, (error) => treat(error, collection.id(index), bad));
        if (item !== undefined) made.push(item);
      }
      lookAhead();
      return { made, bad };
    },
    checkpoint: (step) => ({ seed, epoch, position, step, counts: { ...counts }, bad: [...failed], state: null }),
  };
}

function checkBudget(bad: number, size: number, budget: number, cause: ViewforgeError): void {
  const allowed = Math.floor(budget * size + 1e-9); // 0.29 of 100 is a little less than 29
  if (bad > allowed) {
    const message = `expected at most ${allowed} bad items of ${size}, got ${bad}; the last: ${cause.message}`;
    throw new ViewforgeError('ITEM_BUDGET', 'run', message, { cause, ...(cause.item !== undefined && { item: cause.item }) });
  }
}
