import { ViewforgeError } from '@viewforge/core';
import type { Random } from '@viewforge/random';
import { type Features, values, zeros } from '@viewforge/tensor';
import { shiftRows } from './attribute-shift.ts';

/** What a caller thinks of moved rows [n, d]: one number for each, [n]; more is worse. */
export type RowLoss = (rows: Features) => ArrayLike<number>;

/** The worst of several moves of each row. */
export interface HardestShift {
  /** [n, d] */
  readonly rows: Features;
  /** [n]; how far each row was moved. */
  readonly amounts: Float64Array;
}

/** `count` amounts for each of n rows in [-reach, reach), as a list for each try: what `hardestShift` chooses among. */
export function drawAmounts(
  random: Random,
  n: number,
  { count = 5, reach = 1 }: { readonly count?: number; readonly reach?: number } = {},
): number[][] {
  return Array.from({ length: count }, () => Array.from({ length: n }, () => random.uniform(-reach, reach)));
}

/**
 * Rows [n, d] moved along a direction [d] by that of several amounts at which `loss` is largest for the row, which takes one call a try and no
 * gradient; the first of equals, and losses that are no numbers count least. Without tries the rows stay. Throws
 * ViewforgeError (SHAPE) for a direction, amounts or losses of another length.
 */
export function hardestShift(
  rows: Features,
  direction: ArrayLike<number>,
  tries: readonly ArrayLike<number>[],
  loss: RowLoss,
): HardestShift {
  const [n, d] = rows.shape as [number, number];
  const result = zeros([n, d], rows);
  result.data.set(values(rows));
  const amounts = new Float64Array(n);
  const worst: (number | undefined)[] = Array.from({ length: n });
  for (const amountsOfTry of tries) {
    const moved = shiftRows(rows, direction, amountsOfTry);
    const found = loss(moved);
    if (found.length !== n) throw new ViewforgeError('SHAPE', 'hardest-shift', `expected ${n} losses, got ${found.length}`);
    for (let i = 0; i < n; i++) {
      const value = Number.isNaN(found[i]!) ? Number.NEGATIVE_INFINITY : found[i]!;
      if (worst[i] !== undefined && !(value > worst[i]!)) continue;
      worst[i] = value;
      amounts[i] = amountsOfTry[i]!;
      result.data.set(values(moved).subarray(i * d, i * d + d), i * d);
    }
  }
  return { rows: result, amounts };
}
