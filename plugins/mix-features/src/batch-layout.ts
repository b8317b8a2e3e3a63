import { type ContrastBatch, countKeys, type Exclusion, eachExcluded, eachWeight, ViewforgeError } from '@viewforge/core';

/** Where the blocks of keys of a batch lie among its columns. */
export interface BatchLayout {
  /** Queries, shared keys and features. */
  readonly n: number;
  readonly k: number;
  readonly d: number;
  /** The first column of each block. */
  readonly starts: readonly number[];
  /** By block: whether a key of it is a positive of some query. */
  readonly holdsPositives: readonly boolean[];
}

/** Throws ViewforgeError (SHAPE) where queries, keys or targets do not fit each other. */
export function layoutOf(batch: ContrastBatch, where: string): BatchLayout {
  const { queries, keys, targets } = batch;
  const [n, d] = queries.shape as [number, number];
  const wrong = keys.find(({ shape }) => shape.length !== 2 || shape[1] !== d);
  if (queries.shape.length !== 2 || wrong !== undefined) {
    const got = `queries of [${queries.shape}] and keys of [${(wrong ?? queries).shape}]`;
    throw new ViewforgeError('SHAPE', where, `expected queries of [n, d] and keys of [k, d], got ${got}`);
  }
  const k = countKeys(batch);
  if (targets.kind === 'identity' && n > k) {
    throw new ViewforgeError('SHAPE', where, `expected a key for each of ${n} queries, got ${k} keys and targets "identity"`);
  }
  const starts: number[] = [];
  for (let b = 0, at = 0; b < keys.length; at += keys[b++]!.shape[0]!) starts.push(at);
  const holdsPositives = keys.map(() => false);
  for (let row = 0; row < n; row++) {
    for (const column of positivesOf(batch, row)) holdsPositives[placeOf(starts, column)[0]] = true;
  }
  return { n, k, d, starts, holdsPositives };
}

/** Columns of query `row` with a target above 0. */
export function positivesOf({ targets }: ContrastBatch, row: number): number[] {
  const found: number[] = [];
  eachWeight(targets, row, (column, weight) => {
    if (weight > 0) found.push(column);
  });
  return found;
}

/** [n]; the column of each query's only positive, -1 where it has none. Throws ViewforgeError (DOMAIN) for a query with several. */
export function onlyPositives(batch: ContrastBatch, where: string): Int32Array {
  return Int32Array.from({ length: batch.queries.shape[0]! }, (_, row) => {
    const columns = positivesOf(batch, row);
    if (columns.length <= 1) return columns[0] ?? -1;
    const message = `expected at most one positive key for a query, got ${columns.length} of query ${row}; pair by item, and mix targets after this`;
    throw new ViewforgeError('DOMAIN', where, message);
  });
}

/** Where a column is: its block, and its row there. */
export function placeOf(starts: readonly number[], column: number): readonly [block: number, row: number] {
  let block = starts.length - 1;
  while (starts[block]! > column) block--;
  return [block, column - starts[block]!];
}

/** How many columns from .. to - 1 query `row` may see. */
export function countVisible({ excluded }: Pick<ContrastBatch, 'excluded'>, row: number, from: number, to: number): number {
  if (excluded.kind === 'none') return to - from;
  if (excluded.kind === 'self') return to - from - Number(row >= from && row < to);
  let count = 0;
  for (let e = excluded.offsets[row]!; e < excluded.offsets[row + 1]!; e++) {
    if (excluded.kind === 'ranges') count += Math.max(0, Math.min(to, excluded.ends[e]!) - Math.max(from, excluded.starts[e]!));
    else count += Number(excluded.columns[e]! >= from && excluded.columns[e]! < to);
  }
  return excluded.kind === 'except' ? count : to - from - count;
}

/** What query `row` must not see, as ranges of columns [start, end); not for the exclusion 'except'. */
export function hiddenRanges(excluded: Exclusion, row: number): (readonly [start: number, end: number])[] {
  if (excluded.kind === 'none') return [];
  if (excluded.kind === 'self') return [[row, row + 1]];
  const found: (readonly [number, number])[] = [];
  for (let e = excluded.offsets[row]!; e < excluded.offsets[row + 1]!; e++) {
    if (excluded.kind === 'ranges') found.push([excluded.starts[e]!, excluded.ends[e]!]);
    else found.push([excluded.columns[e]!, excluded.columns[e]! + 1]);
  }
  return found;
}

/** [k]; 1 for columns that some query may see. */
export function seenBySome(batch: ContrastBatch): Uint8Array {
  const { excluded, queries } = batch;
  const k = countKeys(batch);
  if (excluded.kind === 'none') return new Uint8Array(k).fill(1);
  if (excluded.kind === 'except') {
    const seen = new Uint8Array(k);
    for (const column of excluded.columns) seen[column] = 1;
    return seen;
  }
  const n = queries.shape[0]!;
  const hidden = new Int32Array(k);
  for (let row = 0; row < n; row++) {
    eachExcluded(batch, row, (column) => {
      hidden[column] = hidden[column]! + 1;
    });
  }
  return Uint8Array.from(hidden, (count) => Number(count < n));
}
