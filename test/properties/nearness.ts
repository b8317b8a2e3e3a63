import { expect } from 'vitest';

/** Sums in another order: to 1e-10 of their size, or another share of it; NaN is NaN. */
export function expectNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  size: number,
  tolerance = 1e-10,
  what = 'element',
): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const message = `${what} ${i}: ${actual[i]}, not ${expected[i]}`;
    if (Number.isNaN(expected[i]!)) expect(actual[i], message).toBeNaN();
    else expect(Math.abs(actual[i]! - expected[i]!), message).toBeLessThanOrEqual(tolerance * size);
  }
}

/** Row by row of d numbers: as good as no part of the gradient is along the row. */
export function expectAcross(rows: ArrayLike<number>, gradient: ArrayLike<number>, d: number, least = 1): void {
  for (let from = 0; from < rows.length; from += d) {
    let [along, size] = [0, 0];
    for (let i = from; i < from + d; i++) {
      along += rows[i]! * gradient[i]!;
      size += Math.abs(rows[i]! * gradient[i]!);
    }
    expect(Math.abs(along), `row ${from / d}`).toBeLessThanOrEqual(1e-9 * Math.max(least, size));
  }
}

/** The largest of all finite numbers by size; 0 of none. */
export function largest(...lists: readonly ArrayLike<number>[]): number {
  let most = 0;
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) if (Number.isFinite(list[i]!)) most = Math.max(most, Math.abs(list[i]!));
  }
  return most;
}
