import {
  type Collection,
  type DrawnView,
  drawViews,
  type EpochProgress,
  makeView,
  type Running,
  ViewforgeError,
  type ViewPlan,
} from '@viewforge/core';
import { withArena } from '@viewforge/kernels';
import type { Random } from '@viewforge/random';
import { type Tensor, values } from '@viewforge/tensor';
import { placeInRing, type RingMemory } from './ring.ts';

/** One view's elements in row-major order. */
export interface MadeView {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** An item with all its views made: what hops 2 to 4 give. */
export interface MadeItem {
  readonly id: string;
  readonly label: number | undefined;
  /** Names what was decoded, where the source knows. */
  readonly content: string | undefined;
  readonly drawn: readonly DrawnView[];
  /** In the order of `drawn`. */
  readonly views: readonly MadeView[];
  /** The row of the ring that holds all views, if they lie there. */
  readonly row: number | undefined;
}

/** Everything that decides what is made of an item. */
export interface Making {
  readonly collection: Collection;
  readonly plan: ViewPlan;
  readonly random: Random;
  readonly epochs: number;
}

/** A row of a ring for the views of one item. */
export interface Target {
  readonly ring: RingMemory;
  readonly row: number;
}

/**
 * The same function makes items on every thread: open, draw, decode, apply. Views go to the target where it has room for views of
 * these sizes, and to arrays of their own otherwise. Every failure is a ViewforgeError with the item's id.
 */
export async function makeItem(
  { collection, plan, random, epochs }: Making,
  index: number,
  epoch: number,
  running: Running,
  target?: Target,
): Promise<MadeItem> {
  const id = collection.id(index);
  const progress: EpochProgress = { epoch, fraction: epoch / epochs };
  try {
    const item = await collection.open(index, running); // hop 2
    const drawn = drawViews(item, plan, random, progress); // hop 3
    const content = await item.decode(running);
    const made = (place: number) => makeView(id, content, plan, drawn[place]!) as Tensor;
    const views = drawn.map((_, place) => withArena(() => outOfArena(made(place), place, target))); // hop 4
    const isPlaced = target !== undefined && views.every(({ data }) => data.buffer === target.ring.buffer);
    return { id, label: item.label, content: item.content, drawn, views, row: isPlaced ? target.row : undefined };
  } catch (cause) {
    running.signal.throwIfAborted();
    if (cause instanceof ViewforgeError && cause.item !== undefined) throw cause;
    throw withItem(cause, id);
  }
}

/** Out of the kernels' memory, which is used again for the next view. */
function outOfArena(view: Tensor, place: number, target: Target | undefined): MadeView {
  const from = values(view);
  const shape = [...view.shape];
  if (target === undefined || target.ring.sizes[place] !== from.length) return { shape, data: new Float32Array(from) };
  const data = placeInRing(target.ring, target.row, place);
  data.set(from);
  return { shape, data };
}

function withItem(cause: unknown, item: string): ViewforgeError {
  if (cause instanceof ViewforgeError) {
    const message = cause.message.startsWith(`${cause.where}: `) ? cause.message.slice(cause.where.length + 2) : cause.message;
    return new ViewforgeError(cause.code, cause.where, message, {
      cause,
      item,
      ...(cause.part !== undefined && { part: cause.part }),
    });
  }
  return new ViewforgeError('ITEM', item, cause instanceof Error ? cause.message : String(cause), { cause, item });
}
