import type { Accumulator } from './accumulator.ts';

/** What a number was at one step of a training; steps are whole numbers >= 0. */
export interface SeriesEntry {
  readonly step: number;
  readonly value: number;
}

/** Steps `step` up to `step + stride`, those that were told, as one point. */
export interface SeriesPoint {
  readonly step: number;
  /** Mean over the steps told. */
  readonly value: number;
  /** How many steps were told. */
  readonly count: number;
}

/** Sums and counts by block of `stride` steps; block b starts at step b * stride. */
export interface SeriesSums {
  readonly stride: number;
  readonly blocks: ReadonlyMap<number, { readonly sum: number; readonly count: number }>;
}

/**
 * An accumulator of one number over the steps of a training that never holds more than `most` points: when there would be more,
 * neighboring points are averaged in pairs and each covers twice the steps. Blocks start at multiples of their length, so the
 * result is the same however the steps are divided, and in whichever order they come.
 */
export function createSeries(most = 2000): Accumulator<SeriesEntry, SeriesSums, readonly SeriesPoint[]> {
  let stride = 1;
  let blocks = new Map<number, { sum: number; count: number }>();
  const put = (block: number, sum: number, count: number): void => {
    const found = blocks.get(block);
    blocks.set(block, { sum: (found?.sum ?? 0) + sum, count: (found?.count ?? 0) + count });
  };
  const widen = (): void => {
    const narrow = blocks;
    blocks = new Map();
    stride *= 2;
    for (const [block, { sum, count }] of narrow) put(Math.floor(block / 2), sum, count);
  };
  const take = (step: number, sum: number, count: number): void => {
    put(Math.floor(step / stride), sum, count);
    while (blocks.size > most) widen();
  };
  return {
    add: ({ step, value }) => take(step, value, 1),
    merge(other) {
      const more = other.state();
      while (stride < more.stride) widen();
      for (const [block, { sum, count }] of more.blocks) take(block * more.stride, sum, count);
    },
    state: () => ({ stride, blocks }),
    result: () =>
      [...blocks]
        .sort(([a], [b]) => a - b)
        .map(([block, { sum, count }]) => ({ step: block * stride, value: sum / count, count })),
  };
}
