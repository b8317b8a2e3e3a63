import type { QueueChunk, RowQueue } from './row-queue.ts';

/** A queue as JSON can hold it, with lists for its typed arrays. */
export interface QueueJson {
  readonly width: number;
  readonly pointer: number;
  readonly filled: number;
  /** Element type of the rows. */
  readonly type: 'float32' | 'float64';
  readonly chunks: readonly {
    readonly rows: readonly number[];
    readonly ids: readonly (string | null)[];
    readonly labels: readonly number[];
    readonly steps: readonly number[];
  }[];
}

/** A queue for JSON; `queueFromJson` gives the same queue back, bit by bit. `structuredClone` needs neither. */
export function queueToJson({ chunks, ...rest }: RowQueue): QueueJson {
  const lists = ({ rows, ids, labels, steps }: QueueChunk) => ({
    rows: [...rows],
    ids: [...ids],
    labels: [...labels],
    steps: [...steps],
  });
  return { ...rest, type: chunks[0]?.rows instanceof Float64Array ? 'float64' : 'float32', chunks: chunks.map(lists) };
}

/** The queue that `queueToJson` was given. */
export function queueFromJson({ type, chunks, ...rest }: QueueJson): RowQueue {
  const arrays = ({ rows, ids, labels, steps }: QueueJson['chunks'][number]): QueueChunk => ({
    rows: type === 'float64' ? Float64Array.from(rows) : Float32Array.from(rows),
    ids: [...ids],
    labels: Int32Array.from(labels),
    steps: Int32Array.from(steps),
  });
  return { ...rest, chunks: chunks.map(arrays) };
}
