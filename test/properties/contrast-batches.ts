import {
  type ContrastBatch,
  countKeys,
  eachExcluded,
  eachWeight,
  excludedRanges,
  type Exclusion,
  onlyColumns,
  sparseExclusion,
  sparseWeights,
  type Triplets,
  type Weights,
} from '@viewforge/core';
import { type Features, features, tensor } from '@viewforge/tensor';
import fc from 'fast-check';
import { anyRows, type Row } from './rows.ts';

/** A ContrastBatch as a counterexample prints it. */
export interface PlainBatch {
  readonly d: number;
  readonly queries: readonly Row[];
  /** Whether the queries are block 0 of the keys, too. */
  readonly isAgainstItself: boolean;
  readonly blocks: readonly (readonly Row[])[];
  readonly frozen?: readonly boolean[];
  readonly targetKind: Weights['kind'];
  /** By query [column, weight], ascending, none excluded; sums of 1 or 0. */
  readonly targets: readonly (readonly (readonly [column: number, weight: number])[])[];
  readonly exclusionKind: Exclusion['kind'];
  /** By query, ascending. */
  readonly excluded: readonly (readonly number[])[];
  readonly extras?: { readonly rows: readonly (readonly Row[])[]; readonly counts: readonly number[] };
  readonly queryWeights?: readonly number[];
}

/** Any batch: 1 to 12 queries, up to three blocks of keys, every kind of targets and exclusions, rows that coincide, vanish or are opposite. */
export const plainBatches: fc.Arbitrary<PlainBatch> = fc
  .record({
    n: fc.integer({ min: 1, max: 12 }),
    d: fc.integer({ min: 1, max: 8 }),
    isAgainstItself: fc.boolean(),
    sizes: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 0, maxLength: 3 }),
    s: fc.constantFrom(0, 0, 1, 3),
    targetKind: fc.constantFrom('identity', 'sparse', 'dense'),
    exclusionKind: fc.constantFrom('none', 'self', 'sparse', 'except', 'ranges'),
    isWeighted: fc.boolean(),
    isFrozen: fc.boolean(),
  })
  .chain(({ n, d, isAgainstItself, sizes, s, targetKind, exclusionKind, isWeighted, isFrozen }) => {
    const needs = targetKind === 'identity' || exclusionKind === 'self';
    const known = isAgainstItself ? n : 0;
    const own = sizes.reduce((sum, size) => sum + size, known) === 0 || (needs && !isAgainstItself) ? [n, ...sizes] : sizes;
    const k = own.reduce((sum, size) => sum + size, known);
    const blocks = own.length + Number(isAgainstItself);
    return fc
      .record({
        queries: anyRows(n, d),
        blocks: fc.tuple(...own.map((size) => anyRows(size, d))),
        grades: table(n, k, fc.constantFrom(0, 0, 0, 1, 1, 3)),
        marks: table(n, k, fc.constantFrom(false, false, true)),
        extraRows: fc.tuple(...Array.from({ length: n }, () => anyRows(s, d))),
        counts: fc.array(fc.integer({ min: 0, max: s }), { minLength: n, maxLength: n }),
        weights: fc.array(fc.constantFrom(0, 1, 1, 2, 3), { minLength: n, maxLength: n }),
        frozen: fc.array(fc.boolean(), { minLength: blocks, maxLength: blocks }),
      })
      .map(({ queries, blocks: rows, grades, marks, extraRows, counts, weights, frozen }) => ({
        d,
        queries,
        isAgainstItself,
        blocks: rows,
        ...whoBelongs({ targetKind, exclusionKind, grades, marks }),
        ...(isFrozen && { frozen }),
        ...(s > 0 && { extras: { rows: extraRows, counts } }),
        ...(isWeighted && { queryWeights: weights }),
      }));
  });

function table<T>(n: number, k: number, each: fc.Arbitrary<T>): fc.Arbitrary<T[][]> {
  return fc.array(fc.array(each, { minLength: k, maxLength: k }), { minLength: n, maxLength: n });
}

interface Choice {
  readonly targetKind: Weights['kind'];
  readonly exclusionKind: Exclusion['kind'];
  readonly grades: readonly (readonly number[])[];
  readonly marks: readonly (readonly boolean[])[];
}

/** Targets and exclusions that do not contradict each other: an excluded column has target 0. */
function whoBelongs({
  targetKind,
  exclusionKind,
  grades,
  marks,
}: Choice): Pick<PlainBatch, 'targetKind' | 'targets' | 'exclusionKind' | 'excluded'> {
  // every query with itself, and nobody may see itself: one of both gives way
  const kind = targetKind === 'identity' && exclusionKind === 'self' ? 'sparse' : targetKind;
  const excluded = marks.map((row, i) =>
    [...row.keys()].filter((column) => {
      if (exclusionKind === 'none') return false;
      if (exclusionKind === 'self') return column === i;
      return row[column]! && !(kind === 'identity' && column === i);
    }),
  );
  const targets = grades.map((row, i): [number, number][] => {
    if (kind === 'identity') return [[i, 1]];
    const found = [...row.entries()].filter(([column, grade]) => grade > 0 && !excluded[i]!.includes(column));
    const sum = found.reduce((total, [, grade]) => total + grade, 0);
    return found.map(([column, grade]) => [column, grade / sum]);
  });
  return { targetKind: kind, targets, exclusionKind, excluded };
}

/** The batch, in the element type that `Numbers` makes. */
export function contrastBatch(
  plain: PlainBatch,
  Numbers: Float64ArrayConstructor | Float32ArrayConstructor = Float64Array,
): ContrastBatch {
  const { d, isAgainstItself, blocks, frozen, extras, queryWeights } = plain;
  const rowsOf = (rows: readonly Row[]): Features => features(Numbers.from(rows.flat()), rows.length, d);
  const queries = rowsOf(plain.queries);
  const keys = [...(isAgainstItself ? [queries] : []), ...blocks.map(rowsOf)];
  return {
    queries,
    keys,
    targets: targetsOf(plain, countKeys({ keys })),
    excluded: exclusionOf(plain, countKeys({ keys })),
    ...(frozen && { frozen }),
    ...(queryWeights && { queryWeights: Float64Array.from(queryWeights) }),
    ...(extras && {
      extras: {
        values: tensor(Numbers.from(extras.rows.flat(2)), [extras.rows.length, extras.rows[0]!.length, d]),
        counts: Int32Array.from(extras.counts),
      },
    }),
  };
}

function targetsOf({ targetKind, targets }: PlainBatch, k: number): Weights {
  if (targetKind === 'identity') return { kind: 'identity' };
  if (targetKind === 'sparse') return sparseWeights(targets);
  const dense = new Float32Array(targets.length * k);
  targets.forEach((row, i) => {
    for (const [column, weight] of row) dense[i * k + column] = weight;
  });
  return { kind: 'dense', values: tensor(dense, [targets.length, k]) };
}

function exclusionOf({ exclusionKind, excluded }: PlainBatch, k: number): Exclusion {
  if (exclusionKind === 'none' || exclusionKind === 'self') return { kind: exclusionKind };
  if (exclusionKind === 'sparse') return sparseExclusion(excluded);
  if (exclusionKind === 'ranges')
    return excludedRanges(excluded.map((row) => row.map((column) => [column, column + 1] as const)));
  return onlyColumns(excluded.map((row) => Array.from({ length: k }, (_, column) => column).filter((c) => !row.includes(c))));
}

/** All keys of a batch, over its blocks. */
export function keysOf({ isAgainstItself, queries, blocks }: PlainBatch): readonly Row[] {
  return [...(isAgainstItself ? queries : []), ...blocks.flat()];
}

/** The same comparisons with queries in another order, by their old numbers; some may be left out or come twice. Keys stay where they are. */
export function withQueries(plain: PlainBatch, order: readonly number[]): PlainBatch {
  const { queries, targets, excluded, extras, queryWeights } = plain;
  const pick = <T>(list: readonly T[]): T[] => order.map((row) => list[row]!);
  return {
    ...plain,
    queries: pick(queries),
    isAgainstItself: false,
    blocks: [...(plain.isAgainstItself ? [queries] : []), ...plain.blocks],
    targetKind: plain.targetKind === 'dense' ? 'dense' : 'sparse',
    targets: pick(targets),
    exclusionKind: listed(plain.exclusionKind),
    excluded: pick(excluded),
    ...(extras && { extras: { rows: pick(extras.rows), counts: pick(extras.counts) } }),
    ...(queryWeights && { queryWeights: pick(queryWeights) }),
  };
}

/** The same comparisons with some of the keys, by their old columns, in this order and in one block. */
export function withKeys(plain: PlainBatch, order: readonly number[]): PlainBatch {
  const keys = keysOf(plain);
  const { frozen: _, ...rest } = plain;
  const place = new Map(order.map((column, at) => [column, at]));
  const ascending = (row: readonly number[]): number[] => row.flatMap((c) => place.get(c) ?? []).sort((a, b) => a - b);
  return {
    ...rest,
    isAgainstItself: false,
    blocks: [order.map((column) => keys[column]!)],
    targetKind: plain.targetKind === 'dense' ? 'dense' : 'sparse',
    targets: plain.targets.map((row) =>
      row
        .filter(([column]) => place.has(column))
        .map(([column, weight]) => [place.get(column)!, weight] as const)
        .sort(([a], [b]) => a - b),
    ),
    exclusionKind: listed(plain.exclusionKind),
    excluded: plain.excluded.map(ascending),
  };
}

/** A kind that says which columns, where one may say it by position. */
export function listed(kind: Exclusion['kind']): Exclusion['kind'] {
  return kind === 'except' || kind === 'ranges' ? kind : 'sparse';
}

/** What a query may see: weights by positive, and negatives, its extras left out. */
export interface SeenColumns {
  readonly positives: ReadonlyMap<number, number>;
  readonly negatives: readonly number[];
}

/** What each query may see, as the batch says it. */
export function seenIn(batch: ContrastBatch): SeenColumns[] {
  const columns = Array.from({ length: countKeys(batch) }, (_, column) => column);
  return Array.from({ length: batch.queries.shape[0]! }, (_, row) => {
    const unseen = new Set<number>();
    eachExcluded(batch, row, (column) => unseen.add(column));
    const positives = new Map<number, number>();
    eachWeight(batch.targets, row, (column, weight) => {
      if (weight > 0 && !unseen.has(column)) positives.set(column, weight);
    });
    return { positives, negatives: columns.filter((column) => !unseen.has(column) && !positives.has(column)) };
  });
}

/** Every positive of each query with every negative. */
export function allTriplets(batch: ContrastBatch): Triplets {
  const found = seenIn(batch).flatMap(({ positives, negatives }, query) =>
    [...positives.keys()].flatMap((positive) => negatives.map((negative) => [query, positive, negative] as const)),
  );
  const column = (place: 0 | 1 | 2): Int32Array => Int32Array.from(found, (triplet) => triplet[place]);
  return { queries: column(0), positives: column(1), negatives: column(2) };
}
