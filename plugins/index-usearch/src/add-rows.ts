import { setImmediate } from 'node:timers/promises';
import type { Running } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import type { Index } from 'usearch';

/** Rows that are added before others get their turn. */
const rowsAtOnce = 256;

/** In place: the rows of a block are added to an index by their numbers, `first` and on; those that hold NaN or an infinity are left out. */
export async function addRows(index: Index, block: Features, first: number, { signal }: Running): Promise<void> {
  const [n, width] = block.shape as [number, number];
  const data = Float32Array.from(values(block));
  for (let from = 0; from < n; from += rowsAtOnce) {
    const rows: number[] = [];
    for (let row = from; row < Math.min(n, from + rowsAtOnce); row++) if (isUsable(data, row, width)) rows.push(row);
    const some = new Float32Array(rows.length * width);
    for (const [i, row] of rows.entries()) some.set(data.subarray(row * width, (row + 1) * width), i * width);
    if (rows.length > 0)
      index.add(
        BigUint64Array.from(rows, (row) => BigInt(first + row)),
        some,
        1,
      );
    await setImmediate();
    signal.throwIfAborted();
  }
}

/** Whether a row of float32 numbers can be compared. */
export function isUsable(data: Float32Array, row: number, width: number): boolean {
  let sum = 0;
  for (let i = row * width; i < (row + 1) * width; i++) sum += data[i]! * data[i]!;
  return Number.isFinite(sum);
}
