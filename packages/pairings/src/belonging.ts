import {
  type EncodedView,
  type EncodedViews,
  type Exclusion,
  eachWeight,
  sparseExclusion,
  sparseWeights,
  type Weights,
} from '@viewforge/core';

/** Who belongs to whom among rows of views. */
export interface Belonging {
  /** [n, k]; rows sum to 1, or to 0 where no key holds anything of the query's items. */
  readonly targets: Weights;
  readonly excluded: Exclusion;
}

/**
 * Targets and exclusions between two stacks of views: row `p * items + i` is item i in the p-th view named by its index.
 *
 * A query belongs to a key of another view by what both hold of the same items: the sum over items of the product of their
 * shares (`blend`), divided by the sum of the row. So it is 1 for the other view of a plain item, and the blend of the query
 * where only the query is mixed. Excluded are all other keys that hold an item with the same id as one of the query's: the
 * query itself, rows of its own view that share an item with it, and duplicates of an item elsewhere in the batch, which
 * would be false negatives.
 */
export function belonging(
  { items }: EncodedViews,
  views: readonly EncodedView[],
  queries: readonly number[],
  keys: readonly number[],
): Belonging {
  const stacked = (of: readonly number[]): Row[] =>
    of.flatMap((view) => items.map((_, i) => ({ view, parts: partsOf(views[view]!, i) })));
  const columns = stacked(keys);
  const holders = holdersOf(columns, items);
  const rows = stacked(queries);
  const targets = rows.map(({ view, parts }) => {
    const shares = new Map<number, number>();
    for (const [item, own] of parts) {
      for (const [column, share] of holders.ofItem.get(item) ?? []) {
        if (columns[column]!.view !== view) shares.set(column, (shares.get(column) ?? 0) + own * share);
      }
    }
    const total = [...shares.values()].reduce((sum, share) => sum + share, 0);
    return [...shares].map(([column, share]) => [column, share / total] as const);
  });
  const excluded = rows.map(({ parts }, row) => {
    const positives = new Set(targets[row]!.map(([column]) => column));
    const related = new Set(parts.flatMap(([item]) => [...(holders.ofId.get(items[item]!.id) ?? [])]));
    return [...related].filter((column) => !positives.has(column));
  });
  return { targets: sparseWeights(targets), excluded: sparseExclusion(excluded) };
}

/** Whether every view holds its own item alone and no id occurs twice, so that nothing needs to be looked up. */
export function isPlain({ items }: EncodedViews, views: readonly EncodedView[]): boolean {
  return views.every(({ blend }) => blend.kind === 'identity') && new Set(items.map(({ id }) => id)).size === items.length;
}

interface Row {
  /** Index of its view. */
  readonly view: number;
  readonly parts: readonly (readonly [item: number, share: number])[];
}

/** Which columns hold something of an item, and with which share; and by the item's id. */
interface Holders {
  readonly ofItem: ReadonlyMap<number, readonly (readonly [column: number, share: number])[]>;
  readonly ofId: ReadonlyMap<string, ReadonlySet<number>>;
}

function holdersOf(columns: readonly Row[], items: EncodedViews['items']): Holders {
  const ofItem = new Map<number, [column: number, share: number][]>();
  const ofId = new Map<string, Set<number>>();
  columns.forEach(({ parts }, column) => {
    for (const [item, share] of parts) {
      gather(ofItem, item, () => []).push([column, share]);
      gather(ofId, items[item]!.id, () => new Set()).add(column);
    }
  });
  return { ofItem, ofId };
}

function partsOf({ blend }: EncodedView, row: number): [item: number, share: number][] {
  const parts: [number, number][] = [];
  eachWeight(blend, row, (item, share) => {
    if (share > 0) parts.push([item, share]);
  });
  return parts;
}

function gather<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
