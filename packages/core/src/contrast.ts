import type { Features } from '@viewforge/tensor';
import type { ContrastBatch, Exclusion, Weights } from './contracts/domains.ts';

/** Every query i with the key i as its positive and all other keys as negatives: [n, d] and [n, d]. */
export function pairs(queries: Features, keys: Features): ContrastBatch {
  return { queries, keys: [keys], targets: { kind: 'identity' }, excluded: { kind: 'none' } };
}

/** Number of shared keys k, over all blocks. */
export function countKeys(batch: Pick<ContrastBatch, 'keys'>): number {
  return batch.keys.reduce((count, block) => count + block.shape[0]!, 0);
}

/** Calls `visit` with each column that row `row` has a weight for, zero weights included only where they are stored. */
export function eachWeight(weights: Weights, row: number, visit: (column: number, weight: number) => void): void {
  if (weights.kind === 'identity') {
    visit(row, 1);
  } else if (weights.kind === 'sparse') {
    for (let e = weights.offsets[row]!; e < weights.offsets[row + 1]!; e++) visit(weights.columns[e]!, weights.values[e]!);
  } else {
    const columns = weights.values.shape[1]!;
    for (let column = 0; column < columns; column++) visit(column, weights.values.get(row, column));
  }
}

/** Calls `visit` with each column that query `row` must not see, in ascending order. */
export function eachExcluded(
  batch: Pick<ContrastBatch, 'excluded' | 'keys'>,
  row: number,
  visit: (column: number) => void,
): void {
  const { excluded } = batch;
  if (excluded.kind === 'none') return;
  if (excluded.kind === 'self') {
    visit(row);
    return;
  }
  const [from, to] = [excluded.offsets[row]!, excluded.offsets[row + 1]!];
  if (excluded.kind === 'ranges') {
    for (let e = from; e < to; e++) for (let column = excluded.starts[e]!; column < excluded.ends[e]!; column++) visit(column);
    return;
  }
  if (excluded.kind === 'sparse') {
    for (let e = from; e < to; e++) visit(excluded.columns[e]!);
    return;
  }
  const k = countKeys(batch);
  for (let column = 0, e = from; column < k; column++) {
    if (e < to && excluded.columns[e] === column) e++;
    else visit(column);
  }
}

/** Sparse weights from one list of [column, weight] for each row; columns are put in ascending order. */
export function sparseWeights(rows: readonly (readonly (readonly [column: number, weight: number])[])[]): Weights {
  const { offsets, columns, order } = compress(rows.map((row) => row.map(([column]) => column)));
  const values = new Float32Array(columns.length);
  rows.forEach((row, i) => {
    order[i]!.forEach((from, position) => {
      values[offsets[i]! + position] = row[from]![1];
    });
  });
  return { kind: 'sparse', offsets, columns, values };
}

/** A sparse exclusion from one list of columns for each row; 'none' when all lists are empty. */
export function sparseExclusion(rows: readonly (readonly number[])[]): Exclusion {
  if (rows.every((row) => row.length === 0)) return { kind: 'none' };
  const { offsets, columns } = compress(rows);
  return { kind: 'sparse', offsets, columns };
}

/** An exclusion of everything but one list of columns for each row. */
export function onlyColumns(rows: readonly (readonly number[])[]): Exclusion {
  const { offsets, columns } = compress(rows);
  return { kind: 'except', offsets, columns };
}

/**
 * An exclusion of ranges of columns from one list of [start, end] for each row, the end itself not included: ranges are put in ascending
 * order and joined where they touch or overlap, empty ones are left out. 'none' when all are empty. Memory grows with the ranges, not with
 * the columns in them.
 */
export function excludedRanges(rows: readonly (readonly (readonly [start: number, end: number])[])[]): Exclusion {
  const joined = rows.map(joinRanges);
  const offsets = new Int32Array(rows.length + 1);
  joined.forEach((row, i) => {
    offsets[i + 1] = offsets[i]! + row.length;
  });
  if (offsets[rows.length] === 0) return { kind: 'none' };
  const all = joined.flat();
  const [starts, ends] = [0, 1].map((side) => Int32Array.from(all, (range) => range[side]!)) as [Int32Array, Int32Array];
  return { kind: 'ranges', offsets, starts, ends };
}

function joinRanges(ranges: readonly (readonly [start: number, end: number])[]): [number, number][] {
  const joined: [number, number][] = [];
  for (const [start, end] of ranges.filter(([from, to]) => from < to).sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

function compress(rows: readonly (readonly number[])[]): { offsets: Int32Array; columns: Int32Array; order: number[][] } {
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    offsets[i + 1] = offsets[i]! + row.length;
  });
  const columns = new Int32Array(offsets[rows.length]!);
  const order = rows.map((row, i) => {
    const ascending = row.map((_, position) => position).sort((a, b) => row[a]! - row[b]!);
    ascending.forEach((from, position) => {
      columns[offsets[i]! + position] = row[from]!;
    });
    return ascending;
  });
  return { offsets, columns, order };
}
