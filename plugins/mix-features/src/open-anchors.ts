import { type BatchGradients, type ContrastBatch, eachExcluded } from '@viewforge/core';
import { type Features, tensor, type UnitRows, unitRows, values } from '@viewforge/tensor';
import { layoutOf, placeOf, positivesOf } from './batch-layout.ts';
import type { MixedPairs } from './metrix-embedding.ts';
import { pullUnitRows } from './row-blends.ts';

/** The other row of a pair: where it is, where its gradient goes (nowhere for constants), and its label. */
export interface Other {
  readonly rows: Float64Array;
  readonly at: number;
  readonly sums: Float64Array | undefined;
  readonly label: number;
}

/** Anchors and the rows that they are compared with, in float64. */
export interface Anchors {
  readonly n: number;
  readonly d: number;
  /** [n, d] of length 1, row-major. */
  readonly rows: Float64Array;
  /** [n, d]; gradients with respect to `rows`, to be added to. */
  readonly sums: Float64Array;
  /** By anchor: columns with a target above 0. */
  readonly positives: readonly (readonly number[])[];
  /** The keys that an anchor may see, and its extras. */
  cleanOf(row: number): Other[];
  mixedOf(row: number): Other[];
  /** What the sums say of the rows as given, in the element type of each. */
  gradients(): BatchGradients;
}

/** Makes queries, keys and extras ready at length 1, and mixed rows as they are. */
export function openAnchors(batch: ContrastBatch, mixed: MixedPairs | undefined): Anchors {
  const { n, d, k, starts } = layoutOf(batch, 'metrix');
  const queries = storeOf(batch.queries, d);
  const blocks = batch.keys.map((block, b) => storeOf(block, d, batch.frozen?.[b]));
  const extras = batch.extras && storeOf(batch.extras.values, d);
  const blends = mixed && { data: Float64Array.from(values(mixed.values)), sums: new Float64Array(values(mixed.values).length) };
  const positives = Array.from({ length: n }, (_, row) => positivesOf(batch, row));
  return {
    ...{ n, d, rows: queries.data, sums: queries.sums!, positives },
    cleanOf(row) {
      const found: Other[] = [];
      const isHidden = hiddenFrom(batch, row, k);
      const own = new Set(positives[row]);
      for (let column = 0; column < k; column++) {
        if (isHidden[column] === 1) continue;
        const [block, at] = placeOf(starts, column);
        found.push({ rows: blocks[block]!.data, at: at * d, sums: blocks[block]!.sums, label: Number(own.has(column)) });
      }
      if (extras && batch.extras)
        eachOf(batch.extras, row, (i) => found.push({ rows: extras.data, at: i * d, sums: extras.sums, label: 0 }));
      return found;
    },
    mixedOf(row) {
      const found: Other[] = [];
      if (mixed && blends)
        eachOf(mixed, row, (i) => found.push({ rows: blends.data, at: i * d, sums: blends.sums, label: mixed.labels[i]! }));
      return found;
    },
    gradients: () => ({
      queries: pulled(queries, batch.queries)!,
      keys: blocks.map((block, b) => pulled(block, batch.keys[b]!)),
      ...(extras && batch.extras && { extras: pulled(extras, batch.extras.values)! }),
      ...(mixed && blends && { positives: like(blends.sums, mixed.values) }),
    }),
  };
}

interface Store {
  readonly unit: UnitRows;
  readonly data: Float64Array;
  readonly sums: Float64Array | undefined;
}

function storeOf(given: Features, d: number, isFrozen = false): Store {
  const data = Float64Array.from(values(given));
  const unit = unitRows(tensor(data, [data.length / Math.max(1, d), d]));
  return { unit, data: values(unit.rows) as Float64Array, sums: isFrozen ? undefined : new Float64Array(data.length) };
}

function hiddenFrom(batch: ContrastBatch, row: number, k: number): Uint8Array {
  const isHidden = new Uint8Array(k);
  eachExcluded(batch, row, (column) => {
    isHidden[column] = 1;
  });
  return isHidden;
}

/** Calls `visit` with the number, among all n * s, of each row that counts for query `row`. */
function eachOf(
  { values: rows, counts }: { readonly values: Features; readonly counts: Int32Array },
  row: number,
  visit: (i: number) => void,
): void {
  const s = rows.shape[1]!;
  for (let i = row * s; i < row * s + counts[row]!; i++) visit(i);
}

function pulled({ unit, sums }: Store, given: Features): Features | undefined {
  return sums && like(values(pullUnitRows(unit, tensor(sums, [...unit.rows.shape]))), given);
}

function like(rows: Float32Array | Float64Array, given: Features): Features {
  return tensor(given.data instanceof Float64Array ? rows : Float32Array.from(rows), [...given.shape]);
}
