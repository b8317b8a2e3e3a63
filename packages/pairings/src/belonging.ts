import type { EncodedView, EncodedViews, Exclusion, Weights } from '@viewforge/core';
import { type Groups, groupsOf } from './groups.ts';
import { type Holders, holdersOf, type Parts, partsOf, type StackedView } from './holders.ts';
import { createSparseRows, type SparseRows } from './sparse-rows.ts';

/** Who belongs to whom among rows of views. */
export interface Belonging {
  /** [n, k]; rows sum to 1, or to 0 where no key holds anything of the query's items. */
  readonly targets: Weights;
  readonly excluded: Exclusion;
}

/** What rows are compared, and who counts as alike. */
export interface Relation {
  readonly queries: readonly StackedView[];
  /** The same array as `queries` where rows are compared with themselves. */
  readonly keys: readonly StackedView[];
  /** Keys that hold something of the same item are positives; or of the same class, an item without one being its own. */
  readonly positives: 'items' | 'labels';
  /** Whether keys of the query's own view can be positives (never the query itself), or those of other views alone. */
  readonly within: 'views' | 'other-views';
  readonly exclude: 'ids' | 'labels' | 'nothing';
}

/**
 * Targets and exclusions between two stacks of views; memory grows with the rows and the entries, never with rows times keys.
 *
 * A query belongs to a key by what both hold of the same items: the sum over items (or classes) of the product of their
 * shares (`blend`), divided by the sum of the row. So it is 1 for the other view of a plain item, and the blend of the query
 * where only the query is mixed. Excluded are the query itself and, by `exclude`, all other keys that hold something with the
 * id or the class of one of the query's items: rows of its own view that share an item with it, and duplicates of an item
 * elsewhere in the batch, which would be false negatives. `excluded` is 'self' where each row of one stack excludes itself alone.
 */
export function belonging({ items }: EncodedViews, relation: Relation): Belonging {
  const n = items.length;
  const [queries, keys] = [partsOf(relation.queries, n), partsOf(relation.keys, n)];
  const alike = relation.positives === 'items' ? groupsOf(items, 'items') : classesOf(items);
  const holders = holdersOf(keys, alike);
  const shunned = relation.exclude === 'nothing' ? undefined : groupsOf(items, relation.exclude);
  const shunnedHolders = shunned && holdersOf(keys, shunned);
  const scratch = createScratch(keys.rows);
  const targets = createSparseRows(queries.rows, queries.rows * Math.max(1, relation.keys.length));
  const excluded = createSparseRows(queries.rows);
  let onlySelf = relation.queries === relation.keys;
  for (let row = 0; row < queries.rows; row++) {
    const self = columnOf(relation, row, n);
    const isApart = apartFrom(relation, row, n, self);
    eachAlike(queries, row, alike, holders, (column, share) => {
      if (!isApart(column)) scratch.gain(column, share);
    });
    scratch.writeShares(targets);
    if (self >= 0) scratch.mark(self);
    if (shunned) eachAlike(queries, row, shunned, shunnedHolders!, scratch.mark);
    onlySelf &&= scratch.markedAlone(self);
    scratch.writeMarked(excluded);
  }
  return { targets: targets.weights(), excluded: onlySelf ? { kind: 'self' } : excluded.exclusion() };
}

/** Whether every view holds its own item alone and, unless duplicates are no matter, no id occurs twice: nothing to look up. */
export function isPlain({ items }: EncodedViews, views: readonly EncodedView[], exclude: Relation['exclude']): boolean {
  if (exclude === 'labels' || views.some(({ blend }) => blend.kind !== 'identity')) return false;
  return exclude === 'nothing' || new Set(items.map(({ id }) => id)).size === items.length;
}

function eachAlike(
  { offsets, items, shares }: Parts,
  row: number,
  groups: Groups,
  held: Holders,
  visit: (column: number, share: number) => void,
): void {
  for (let p = offsets[row]!; p < offsets[row + 1]!; p++) {
    const group = groups.of[items[p]!]!;
    for (let e = held.offsets[group]!; e < held.offsets[group + 1]!; e++) visit(held.columns[e]!, shares[p]! * held.shares[e]!);
  }
}

/** Classes, an item without one being a class of its own even where its id occurs twice. */
function classesOf(items: EncodedViews['items']): Groups {
  return groupsOf(
    items.map(({ id, label }, position) => ({ id: `${position} ${id}`, ...(label !== undefined && { label }) })),
    'labels',
  );
}

/** The column that a query is itself; -1 where its view is not among the keys. */
function columnOf({ queries, keys }: Relation, row: number, n: number): number {
  const { place } = queries[Math.floor(row / n)]!;
  const at = keys.findIndex((each) => each.place === place);
  return at < 0 ? -1 : at * n + (row % n);
}

function apartFrom({ queries, keys, within }: Relation, row: number, n: number, self: number): (column: number) => boolean {
  if (within === 'views') return (column) => column === self;
  const { place } = queries[Math.floor(row / n)]!;
  return (column) => keys[Math.floor(column / n)]!.place === place;
}

/** Shares and marks by column, cleared as they are written. */
interface Scratch {
  gain(column: number, share: number): void;
  /** Does nothing for columns that gained a share. */
  mark(column: number): void;
  markedAlone(column: number): boolean;
  /** Writes the row of shares, divided by their sum; forgets the sum but still knows who gained. */
  writeShares(to: SparseRows): void;
  /** Writes the row of marks and forgets everything. */
  writeMarked(to: SparseRows): void;
}

function createScratch(width: number): Scratch {
  const shares = new Float64Array(width);
  const marks = new Uint8Array(width);
  const [gained, marked] = [new Int32Array(width), new Int32Array(width)];
  let [gains, markings] = [0, 0];
  return {
    gain(column, share) {
      if (shares[column] === 0) gained[gains++] = column;
      shares[column] = shares[column]! + share;
    },
    mark(column) {
      if (shares[column] !== 0 || marks[column] === 1) return;
      marks[column] = 1;
      marked[markings++] = column;
    },
    markedAlone: (column) => markings === 1 && marked[0] === column,
    writeShares(to) {
      const columns = ascending(gained, gains);
      let total = 0;
      for (let e = 0; e < gains; e++) total += shares[gained[e]!]!;
      for (const column of columns) to.add(column, shares[column]! / total);
      to.endRow();
    },
    writeMarked(to) {
      for (const column of ascending(marked, markings)) {
        to.add(column, 1);
        marks[column] = 0;
      }
      for (let e = 0; e < gains; e++) shares[gained[e]!] = 0;
      [gains, markings] = [0, 0];
      to.endRow();
    },
  };
}

/** In place: the first `count` numbers in ascending order. */
function ascending(columns: Int32Array, count: number): Int32Array {
  const found = columns.subarray(0, count);
  for (let e = 1; e < count; e++) if (found[e]! < found[e - 1]!) return found.sort();
  return found;
}
