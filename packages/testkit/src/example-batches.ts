import {
  type ContrastBatch,
  type EncodedViews,
  excludedRanges,
  onlyColumns,
  pairs,
  sparseExclusion,
  sparseWeights,
  type Weights,
} from '@viewforge/core';
import { createRandom, type Random } from '@viewforge/random';
import { type Features, features, tensor } from '@viewforge/tensor';

/** A batch for comparisons, and what is special about it. */
export interface ExampleBatch {
  readonly name: string;
  readonly batch: ContrastBatch;
}

/** Batches in float64 that together use all a ContrastBatch can say, small enough for finite differences. */
export function exampleBatches(seed = 0): readonly ExampleBatch[] {
  const random = createRandom('example batches').fork(seed);
  const rows = (n: number, d = 4) => normalRows(n, d, random);
  return [
    { name: 'pairs', batch: pairs(rows(5), rows(5)) },
    { name: 'all views against all, oneself excluded', batch: againstItself(rows(6)) },
    {
      name: 'two blocks of keys, soft targets, one query without a positive',
      batch: softlyTargeted(rows(4), [rows(3), rows(4)]),
    },
    { name: 'dense targets and extras', batch: denselyTargeted(rows(3, 5), rows(4, 5), normalNumbers(3 * 2 * 5, random)) },
    { name: 'one pair', batch: pairs(rows(1), rows(1)) },
    {
      name: 'weighted queries that see a few keys only',
      batch: {
        ...pairs(rows(4), rows(4)),
        excluded: onlyColumns([[0, 1], [1], [0, 2, 3], [0, 3]]),
        queryWeights: Float64Array.of(1, 0.5, 0, 2),
      },
    },
    {
      name: 'queries that see their own key of a block and most of another',
      batch: seenInRanges(rows(3), [rows(3), rows(4)]),
    },
  ];
}

/** What encoded views are made of. */
export interface ExampleViews {
  readonly items?: number;
  readonly views?: number;
  readonly width?: number;
  readonly seed?: number;
  readonly role?: string;
  /** Distance of a view from its item, in deviations of the items; 0.3 when left out. */
  readonly noise?: number;
  /** How much of each item is in each view, by view; the view itself alone when left out. */
  readonly blends?: readonly Weights[];
  /** Ids by position, for items that occur twice; all different when left out. */
  readonly ids?: readonly string[];
}

/** Encoded views in float64 of one role: each item's views are its own normal features and some noise. 6 items, 2 views, width 4. */
export function exampleEncodedViews(about: ExampleViews = {}): EncodedViews {
  const { items = 6, views = 2, width = 4, seed = 0, role = 'view', noise = 0.3, blends = [], ids } = about;
  const random = createRandom('example views').fork(seed);
  const centers = normalNumbers(items * width, random);
  return {
    items: Array.from({ length: items }, (_, i) => ({ id: ids?.[i] ?? `item-${i}`, label: i % 3 })),
    views: {
      [role]: Array.from({ length: views }, (_, index) => ({
        features: features(
          centers.map((center) => center + noise * random.normal(0, 1)),
          items,
          width,
        ),
        blend: blends[index] ?? { kind: 'identity' as const },
      })),
    },
  };
}

/** Six rows: two views of three items. */
function againstItself(rows: Features): ContrastBatch {
  const targets = sparseWeights([3, 4, 5, 0, 1, 2].map((column) => [[column, 1]]));
  return { queries: rows, keys: [rows], targets, excluded: { kind: 'self' } };
}

/** Four queries and seven keys. */
function softlyTargeted(queries: Features, keys: readonly Features[]): ContrastBatch {
  const shared: [number, number][] = [
    [0, 0.75],
    [3, 0.25],
  ];
  const halves: [number, number][] = [
    [3, 0.5],
    [4, 0.5],
  ];
  return {
    queries,
    keys,
    targets: sparseWeights([shared, [[1, 1]], [], halves]),
    excluded: sparseExclusion([[1, 6], [], [0], [2]]),
  };
}

/** Three queries, four keys and up to two extras, d = 5. */
function denselyTargeted(queries: Features, keys: Features, extras: Float64Array): ContrastBatch {
  const targets = tensor(Float64Array.of(0.5, 0, 0.5, 0, 0, 1, 0, 0, 0.25, 0.25, 0, 0.5), [3, 4]);
  return {
    ...pairs(queries, keys),
    targets: { kind: 'dense', values: targets },
    extras: { values: tensor(extras, [3, 2, 5]), counts: Int32Array.of(2, 0, 1) },
  };
}

/** Three queries and seven keys. */
function seenInRanges(queries: Features, keys: readonly Features[]): ContrastBatch {
  const hidden: [number, number][][] = [
    [[1, 3]],
    [
      [0, 1],
      [2, 4],
    ],
    [
      [0, 2],
      [4, 5],
      [6, 7],
    ],
  ];
  return { queries, keys, targets: { kind: 'identity' }, excluded: excludedRanges(hidden) };
}

function normalRows(n: number, d: number, random: Random): Features {
  return features(normalNumbers(n * d, random), n, d);
}

function normalNumbers(count: number, random: Random): Float64Array {
  return Float64Array.from({ length: count }, () => random.normal(0, 1));
}
