/** Items that are begun before they are asked for: a batch, and enough for every worker. */
export function lookAhead(workers: number, batchSize: number): number {
  return workers === 0 ? 2 : Math.max(batchSize, 4 * workers);
}

/** The batches in use, one unless `held` says more, and what is begun, in whole batches, so that every batch lies in rows next to each other. */
export function ringRows(workers: number, batchSize: number, held = 1): number {
  return batchSize * (held + Math.ceil(lookAhead(workers, batchSize) / batchSize));
}

/** Memory that finished views are written into: for view p of an item a block [rows, sizes[p]], one block after the other. */
export interface RingMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  readonly rows: number;
  /** Elements of each view of an item, in the order of the plan. */
  readonly sizes: readonly number[];
}

/**
 * Memory for `rows` items; shared, so that worker threads can write to it, when asked for. Where there is not that much in one piece,
 * a ring that no view fits into: every view then has an array of its own.
 */
export function createRing(rows: number, sizes: readonly number[], isShared: boolean): RingMemory {
  const bytes = 4 * rows * sizes.reduce((sum, size) => sum + size, 0);
  try {
    return { buffer: isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes), rows, sizes };
  } catch {
    return { buffer: new ArrayBuffer(0), rows, sizes: [] };
  }
}

/** Where view `place` of the item in `row` is written. */
export function placeInRing({ buffer, rows, sizes }: RingMemory, row: number, place: number): Float32Array {
  const before = sizes.slice(0, place).reduce((sum, size) => sum + size, 0);
  const size = sizes[place]!;
  return new Float32Array(buffer, 4 * (rows * before + row * size), size);
}

/** Hands out the rows of a ring in turn; a row comes up again once everything up to it is no longer needed. */
export interface RingRows {
  /** The number of a row, counted on from turn to turn; undefined when all rows are in use. */
  take(): number | undefined;
  /** Everything handed out before this number may be overwritten; everything at all when it is left out. */
  keepFrom(number?: number): void;
  /** Leaves out rows up to the next multiple of `count`. */
  align(count: number): void;
}

/** All `count` rows free. */
export function createRows(count: number): RingRows {
  let next = 0;
  let oldest = 0;
  return {
    take: () => (next - oldest < count ? next++ : undefined),
    keepFrom: (number = next) => void (oldest = number),
    align(multiple) {
      next = multiple * Math.ceil(next / multiple);
    },
  };
}
