import type { Running } from '@viewforge/core';
import { ViewforgeError } from '@viewforge/core';
import { elements, type Tensor, tensor } from '@viewforge/tensor';
import type { Feeding } from './feeding.ts';
import { fillFeeds, maskOf } from './fill-feeds.ts';
import type { GivenRows } from './given-rows.ts';
import { type PooledRows, poolRows } from './pool-rows.ts';
import type { Session } from './session.ts';

/** A session with how it is fed, and buffers that come back from it. */
export interface Feeder {
  readonly session: Session;
  readonly feeding: Feeding;
  /** Items in one run. */
  readonly step: number;
  /** Name of the model in errors. */
  readonly where: string;
  /** Buffers that are not in use, each for `step` images of one size. */
  readonly spare: Float32Array[];
  /** Sets of values that the session holds and every run is fed. */
  readonly held?: readonly string[];
}

/** Shape of an item of every output by its name, as far as it is known before the first run. */
export type ItemShapes = Readonly<Record<string, readonly (number | string | null)[]>>;

/**
 * `features` [n, d] and the further outputs [n, ...] of images or texts, `step` items at a time. While the model works on one part the
 * next is being filled in. Of no items the outputs have the stated shapes, 0 where a dimension is free.
 * Throws ViewforgeError (MODEL_OUTPUT) when an output has not the stated shape, or another shape in one part than in another.
 * Rejects with the signal's reason when it aborts.
 */
export async function encodeBatches(
  feeder: Feeder,
  given: GivenRows,
  stated: ItemShapes,
  running: Running,
): Promise<Readonly<Record<string, Tensor>>> {
  const results = new Map<string, { item: readonly number[]; data: Float32Array }>();
  const store = (outputs: Readonly<Record<string, PooledRows>>, first: number) => {
    for (const [name, { rows, item }] of Object.entries(outputs)) {
      const result = results.get(name) ?? { item, data: new Float32Array(given.n * elements(item)) };
      results.set(name, result);
      checkItem(name, item, [stated[name] ?? item, result.item], feeder.where);
      result.data.set(rows, first * elements(item));
    }
  };
  let before: Promise<void> = Promise.resolve();
  for (let first = 0; first < given.n; first += feeder.step) {
    const stored = encodePart(feeder, given, first, running).then((outputs) => store(outputs, first));
    stored.catch(() => {}); // it is awaited below, after the run before it, which may fail first
    await before;
    before = stored;
  }
  await before;
  const entries = Object.entries(stated).map(([name, dimensions]) => {
    const free = dimensions.map((size) => (typeof size === 'number' ? size : 0));
    const { item, data } = results.get(name) ?? { item: free, data: new Float32Array(0) };
    return [name, tensor(data, [given.n, ...item])] as const;
  });
  return Object.fromEntries(entries);
}

/** All outputs of up to `step` items from `first` on; `features` as [count, d]. */
export async function encodePart(
  { session, feeding, step, where, spare, held }: Feeder,
  given: GivenRows,
  first: number,
  running: Running,
): Promise<Readonly<Record<string, PooledRows>>> {
  const count = Math.min(step, given.n - first);
  const part = { first, count, fed: feeding.batch ?? count };
  const feeds = fillFeeds(feeding, given, part, (length) => takeBuffer(spare, (length / part.fed) * step));
  const taken = Object.entries({ features: feeding.features, ...feeding.further });
  const names = [...new Set(taken.map(([, { output }]) => output))];
  const answer = await session.run(feeds, names, running, held);
  const image = feeding.image && feeding.inputs.find(({ role }) => role === 'image');
  if (image) spare.push(new Float32Array(answer.feeds[image.name]!.data.buffer as ArrayBuffer));
  const mask = maskOf(given, part);
  const entries = taken.map(([name, each]) => {
    const pooled = poolRows(answer.outputs[each.output]!, part.fed, each, mask, where);
    const size = elements(pooled.item);
    return [name, { rows: pooled.rows.subarray(0, count * size), item: name === 'features' ? [size] : pooled.item }] as const;
  });
  return Object.fromEntries(entries);
}

/** A spare buffer of that length, or a new one; spares of another length belonged to another size of image and are dropped. */
function takeBuffer(spare: Float32Array[], length: number): Float32Array {
  for (let buffer = spare.pop(); buffer !== undefined; buffer = spare.pop()) if (buffer.length === length) return buffer;
  return new Float32Array(length);
}

function checkItem(name: string, item: readonly number[], others: readonly ItemShapes[string][], where: string): void {
  for (const other of others) {
    if (other.length === item.length && other.every((size, axis) => typeof size !== 'number' || size === item[axis])) continue;
    const [expected, got] =
      name === 'features' ? [`features of width ${other}`, `${item}`] : [`"${name}" of [n, ${other}]`, `[n, ${item}]`];
    throw new ViewforgeError(
      'MODEL_OUTPUT',
      where,
      `expected ${expected}, got ${got}; give every batch items of one size, and set "size" to it where the model leaves it free`,
    );
  }
}
