import { type ContrastBatch, type EncodedViews, sparseExclusion, sparseWeights } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { type Choice, chosenRows } from '../some-items.ts';

/** All views of some items against each other, and the classes of the rows. */
export interface ViewsContrast {
  /** [v * n, d] as queries and as keys: positives are the other views of an item, negatives the views of other items. */
  readonly batch: ContrastBatch;
  /** [v * n]; the class of each row, -1 where the item has none. */
  readonly labels: Int32Array;
  readonly notes: readonly string[];
}

/**
 * Every view of every item as a query among all views. A row never sees itself, nor views of other items that bear its item's
 * id. Of more than `most` items, as many are chosen at random by seed and item id.
 */
export function viewsContrast(encoded: EncodedViews, views: readonly Features[], choice: Choice, name: string): ViewsContrast {
  const { sets, positions, notes } = chosenRows(encoded, [views], choice, name);
  const rows = sets[0]!;
  const n = positions.length;
  const twins = placesOf(positions.map((position) => encoded.items[position]!.id));
  const targets: (readonly [number, number])[][] = [];
  const excluded: number[][] = [];
  for (let row = 0; row < views.length * n; row++) {
    const item = row % n;
    const others = views.map((_, view) => view * n + item).filter((column) => column !== row);
    targets.push(others.map((column) => [column, 1 / others.length]));
    const same = twins[item]!.filter((twin) => twin !== item);
    excluded.push([row, ...views.flatMap((_, view) => same.map((twin) => view * n + twin))]);
  }
  const labels = positions.map((position) => encoded.items[position]!.label ?? -1);
  return {
    batch: { queries: rows, keys: [rows], targets: sparseWeights(targets), excluded: sparseExclusion(excluded) },
    labels: Int32Array.from({ length: n * views.length }, (_, row) => labels[row % n]!),
    notes,
  };
}

/** For each id, all places that hold it. */
function placesOf(ids: readonly string[]): readonly (readonly number[])[] {
  const places = new Map<string, number[]>();
  ids.forEach((id, place) => {
    const found = places.get(id) ?? [];
    places.set(id, found);
    found.push(place);
  });
  return ids.map((id) => places.get(id)!);
}
