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

/** One view's elements in row-major order. */
export interface MadeView {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** An item with all its views made: what hops 2 to 4 give, free of anything a thread could not hand over. */
export interface MadeItem {
  readonly id: string;
  readonly label: number | undefined;
  readonly drawn: readonly DrawnView[];
  /** In the order of `drawn`. */
  readonly views: readonly MadeView[];
}

/** The same function makes items on every thread: open, draw, decode, apply. Every failure is a ViewforgeError with the item's id. */
export async function makeItem(
  collection: Collection,
  index: number,
  plan: ViewPlan,
  random: Random,
  progress: EpochProgress,
  running: Running,
): Promise<MadeItem> {
  const id = collection.id(index);
  try {
    const item = await collection.open(index, running); // hop 2
    const drawn = drawViews(item, plan, random, progress); // hop 3
    const content = await item.decode(running);
    const views = drawn.map((view) => withArena(() => ownCopy(makeView(id, content, plan, view) as Tensor))); // hop 4
    return { id, label: item.label, drawn, views };
  } catch (cause) {
    running.signal.throwIfAborted();
    if (cause instanceof ViewforgeError && cause.item !== undefined) throw cause;
    throw withItem(cause, id);
  }
}

/** Out of the kernels' memory, which is used again for the next view. */
function ownCopy(view: Tensor): MadeView {
  return { shape: [...view.shape], data: new Float32Array(values(view)) };
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
