import { ViewforgeError } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, tensor, unitRows, values } from '@viewforge/tensor';

/**
 * K rows of d numbers in a ring, first in, first out: plain data that stays as it is. Adding rows gives another queue that
 * shares all chunks but those written to, so a step copies the rows of its batch and at most two chunks, never the whole.
 */
export interface RowQueue {
  /** d; 0 before the first batch. */
  readonly width: number;
  /** Where the next row goes, in [0, K). */
  readonly pointer: number;
  /** How many rows hold something that was added: rows 0 .. filled - 1. */
  readonly filled: number;
  /** K rows in all, 1024 to a chunk, the last one shorter; none before the first batch. */
  readonly chunks: readonly QueueChunk[];
}

/** Some rows of a queue, and what is known of each. */
export interface QueueChunk {
  /** Row-major, of length 1; of the element type of the first batch. */
  readonly rows: Float32Array | Float64Array;
  /** Id of each row's item; null where the row is random or empty. */
  readonly ids: readonly (string | null)[];
  /** Class of each row's item, -1 where it has none. */
  readonly labels: Int32Array;
  /** Step at which each row was added; -1 where the row is random or empty. */
  readonly steps: Int32Array;
}

/** What a new queue is made of. */
export interface QueueShape {
  /** K */
  readonly capacity: number;
  /** Whether rows that were never written to hold random directions, or nothing. */
  readonly startRandom: boolean;
  readonly seed: number;
}

/** Rows of a batch on their way into a queue. */
export interface QueueEntries {
  /** [B, d], of any length. */
  readonly rows: Features;
  readonly items: readonly { readonly id: string; readonly label?: number }[];
  readonly step: number;
}

const rowsOfChunk = 1024;

/** The queue before the first batch, whose width is not known yet. */
export function emptyQueue(): RowQueue {
  return { width: 0, pointer: 0, filled: 0, chunks: [] };
}

/**
 * The queue itself, or where it has no width yet a new one for rows like `like` [B, d]. Throws ViewforgeError (SHAPE) where the
 * queue is of another width or capacity.
 */
export function openQueue(queue: RowQueue, shape: QueueShape, like: Features, where: string): RowQueue {
  const width = like.shape[1]!;
  if (queue.width === 0) return { ...queue, width, chunks: newChunks(shape, width, values(like) instanceof Float64Array) };
  const rows = queue.chunks.reduce((count, { ids }) => count + ids.length, 0);
  if (queue.width === width && rows === shape.capacity) return queue;
  const expected = `a queue of [${shape.capacity}, ${width}]`;
  throw new ViewforgeError('SHAPE', where, `expected ${expected}, got one of [${rows}, ${queue.width}]; start anew`);
}

function newChunks({ capacity, startRandom, seed }: QueueShape, width: number, inFloat64: boolean): QueueChunk[] {
  const random = createRandom('queue').fork(seed);
  return Array.from({ length: Math.ceil(capacity / rowsOfChunk) }, (_, index) => {
    const count = Math.min(rowsOfChunk, capacity - index * rowsOfChunk);
    const rows = inFloat64 ? new Float64Array(count * width) : new Float32Array(count * width);
    if (startRandom) for (let i = 0; i < rows.length; i++) rows[i] = random.normal(0, 1);
    return {
      rows: values(unitRows(tensor(rows, [count, width])).rows),
      ids: Array<null>(count).fill(null),
      labels: new Int32Array(count).fill(-1),
      steps: new Int32Array(count).fill(-1),
    };
  });
}

/**
 * The queue with the rows of a batch brought to length 1 and written from `pointer` on, in the order of the batch; a row of
 * zeros stays one. 'wrap' goes on at 0 after the end, and keeps the last K of more rows than K; 'cut' drops what would go
 * beyond the end and begins anew at 0, as lightly's memory bank does. Throws ViewforgeError (NOT_FINITE) for a row that holds
 * NaN or an infinity.
 */
export function addToQueue(queue: RowQueue, entries: QueueEntries, atEnd: 'wrap' | 'cut', where: string): RowQueue {
  const { rows, norms } = unitRows(entries.rows);
  const broken = norms.findIndex((norm) => !Number.isFinite(norm));
  if (broken >= 0) {
    const id = entries.items[broken]!.id;
    throw new ViewforgeError('NOT_FINITE', where, `expected finite features for the queue, got others for item "${id}"`);
  }
  const capacity = queue.chunks.reduce((count, { ids }) => count + ids.length, 0);
  const count = norms.length;
  if (capacity === 0) return queue;
  const { pointer } = queue;
  const end = pointer + count;
  const first = atEnd === 'wrap' ? Math.max(0, count - capacity) : 0;
  const last = atEnd === 'wrap' ? count : Math.min(count, capacity - pointer);
  const chunks = written(queue, entries, { from: values(rows), first, last, capacity });
  const filled = Math.max(queue.filled, Math.min(capacity, end));
  return { ...queue, chunks, filled, pointer: atEnd === 'wrap' || end < capacity ? end % capacity : 0 };
}

interface Writing {
  readonly from: Float32Array | Float64Array;
  readonly first: number;
  readonly last: number;
  readonly capacity: number;
}

/** Chunks with rows first .. last - 1 of a batch written to; those not written to are the same ones. */
function written({ chunks, pointer, width }: RowQueue, entries: QueueEntries, writing: Writing): QueueChunk[] {
  const { from, first, last, capacity } = writing;
  const result = [...chunks];
  for (let row = first; row < last; row++) {
    const place = (pointer + row) % capacity;
    const [index, at] = [Math.floor(place / rowsOfChunk), place % rowsOfChunk];
    if (result[index] === chunks[index]) result[index] = copyOf(chunks[index]!);
    const { rows, ids, labels, steps } = result[index]!;
    rows.set(from.subarray(row * width, (row + 1) * width), at * width);
    (ids as (string | null)[])[at] = entries.items[row]!.id;
    labels[at] = Math.max(-1, entries.items[row]!.label ?? -1);
    steps[at] = entries.step;
  }
  return result;
}

function copyOf({ rows, ids, labels, steps }: QueueChunk): QueueChunk {
  return { rows: rows.slice(), ids: ids.slice(), labels: labels.slice(), steps: steps.slice() };
}

/** Rows 0 .. count - 1 as blocks of keys, one for each chunk: windows on the queue's memory, nothing is copied. */
export function blocksOf({ chunks, width }: RowQueue, count: number): Features[] {
  return chunks.flatMap(({ rows }, index) => {
    const own = Math.min(rowsOfChunk, count - index * rowsOfChunk, rows.length / width);
    return own > 0 ? [tensor(rows.subarray(0, own * width), [own, width])] : [];
  });
}

/** Calls `visit` with every row that was added: its place in [0, K), the id of its item, and its class where it has one. */
export function eachAdded({ chunks }: RowQueue, visit: (place: number, id: string, label: number | undefined) => void): void {
  chunks.forEach(({ ids, labels }, index) => {
    for (let i = 0; i < ids.length; i++) {
      const [id, label] = [ids[i], labels[i]!];
      if (typeof id === 'string') visit(index * rowsOfChunk + i, id, label < 0 ? undefined : label);
    }
  });
}

/** How long ago rows were added, in steps; NaN where none was. */
export interface QueueAges {
  readonly mean: number;
  readonly max: number;
}

/** Ages of the rows of a queue as step `step` meets them: 1 for what the step before it added; random rows do not count. */
export function queueAges({ chunks }: RowQueue, step: number): QueueAges {
  let [sum, count, max] = [0, 0, Number.NaN];
  for (const { steps } of chunks) {
    for (const added of steps) {
      if (added < 0) continue;
      sum += step - added;
      count++;
      if (!(max >= step - added)) max = step - added;
    }
  }
  return { mean: sum / count, max };
}
