/** Rows of numbers as plain lists, [n][d]: what any library can turn its tensors into. */
export type PlainRows = readonly (readonly number[])[];

/** Rows of standard normal numbers from a seed, by a generator that needs nothing else. */
export function plainRows(n: number, d: number, seed = 0): number[][] {
  let state = (seed * 2654435761 + 1) >>> 0;
  const unit = (): number => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
  return Array.from({ length: n }, () => Array.from({ length: d }, normal));
}

/** Rows in another order. */
export function permuted<T>(rows: readonly T[], order: readonly number[]): T[] {
  return order.map((row) => rows[row]!);
}

/** Every number times a factor. */
export function scaled(rows: PlainRows, factor: number): number[][] {
  return rows.map((row) => row.map((each) => each * factor));
}

/** The sum of products of two rows. */
export function dotOf(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, each, e) => sum + each * b[e]!, 0);
}

/** Numeric gradient of f at rows, by central differences of half this width: [n][d]. */
export function plainGradient(f: (rows: PlainRows) => number, rows: PlainRows, step = 1e-5): number[][] {
  const moved = (row: number, column: number, by: number): number =>
    f(rows.map((each, i) => (i === row ? each.map((value, e) => (e === column ? value + by : value)) : each)));
  return rows.map((row, i) => row.map((_, e) => (moved(i, e, step) - moved(i, e, -step)) / (2 * step)));
}
